import { z } from "zod";
import * as x509 from "../../internet/x509.ts";

/** Bits of the key usage extension, from the first on (RFC 5280, 4.2.1.3). */
const keyUsages = [
  "digital_signature",
  "content_commitment",
  "key_encipherment",
  "data_encipherment",
  "key_agreement",
  "cert_signing",
  "crl_signing",
  "encipher_only",
  "decipher_only",
];

/** Purposes of the extended key usage extension (RFC 5280, 4.2.1.12; Go crypto/x509, extKeyUsageOIDs). */
const extendedKeyUsages: Record<string, string> = {
  any_extended: "2.5.29.37.0",
  server_auth: "1.3.6.1.5.5.7.3.1",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

/** With underscores, although @pulumi/tls documents them as `serverAuth`: the provider validates the former. */
export const allowedUses = z.array(z.enum([...keyUsages, ...Object.keys(extendedKeyUsages)]));

/** The key usage bits; none when no use is one. */
export function keyUsage(uses: readonly string[]): x509.Extension[] {
  const flags = keyUsages.reduce((all, name, bit) => (uses.includes(name) ? all | (1 << bit) : all), 0);
  return flags ? [new x509.KeyUsagesExtension(flags, true)] : [];
}

/** The purposes in the program's order; none when no use is one. */
export function extendedKeyUsage(uses: readonly string[]): x509.Extension[] {
  const ids = uses.flatMap((use) => extendedKeyUsages[use] ?? []);
  return ids.length > 0 ? [new x509.ExtendedKeyUsageExtension(ids)] : [];
}
