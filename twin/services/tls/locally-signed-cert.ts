/**
 * `tls.LocallySignedCert`: a certificate for a request, signed by an authority whose key the program holds.
 * Signs also for an authority that is none (the real provider warns): a client that verifies the chain refuses it.
 * Source: terraform-provider-tls internal/provider/resource_locally_signed_cert.go. What is not modelled: certificate.ts.
 */
import { z } from "zod";
import * as x509 from "../../internet/x509.ts";
import { global, type ResourceType } from "../../pulumi/define.ts";
import { readRequest } from "./cert-request.ts";
import {
  certificateComputed,
  certificateDefaults,
  certificateLifecycle,
  certificateReplaces,
  certificateShape,
  type Issuer,
  issue,
} from "./certificate.ts";
import { parsePrivateKey } from "./keys.ts";
import { fromPem } from "./pem.ts";

export const locallySignedCert: ResourceType = {
  token: "tls:index/locallySignedCert:LocallySignedCert",
  scope: "global",
  inputs: global({
    ...certificateShape,
    caCertPem: z.string(),
    caPrivateKeyPem: z.string(),
    certRequestPem: z.string(),
  }),
  defaults: certificateDefaults,
  computed: [...certificateComputed, "caKeyAlgorithm"],
  replaces: [...certificateReplaces, "caCertPem", "caPrivateKeyPem", "certRequestPem"],
  create: async (inputs) => {
    const subject = readRequest(inputs.certRequestPem);
    const key = parsePrivateKey(inputs.caPrivateKeyPem, "CA private key");
    const { publicKey, ...authority } = readAuthority(inputs.caCertPem);
    if (!publicKey.equal(key.publicKey))
      throw new Error("Failed to create certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
    const { id, outputs } = await issue(inputs, subject, { ...authority, key });
    return { id, outputs: { ...outputs, caKeyAlgorithm: key.algorithm } };
  },
  ...certificateLifecycle,
};

function readAuthority(pem: string): Omit<Issuer, "key"> & { publicKey: x509.PublicKey } {
  return fromPem(x509.PemConverter.CertificateTag, pem, "CA certificate", (der) => {
    const certificate = new x509.X509Certificate(der);
    const keyId = certificate.getExtension(x509.SubjectKeyIdentifierExtension) ?? undefined;
    return { name: certificate.subjectName, publicKey: certificate.publicKey, keyId };
  });
}
