/**
 * `tls.LocallySignedCert`: a certificate for a request, signed by an authority whose key the program holds.
 * Signs also for an authority that is none (the real provider warns): whoever verifies the chain refuses it.
 * Source: terraform-provider-tls internal/provider/resource_locally_signed_cert.go. What is not modelled: certificate.ts.
 */
import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { global, type ResourceType } from "../provider/define.ts";
import {
  certificateComputed,
  certificateDefaults,
  certificateLifecycle,
  certificateReplaces,
  certificateShape,
  type Issuer,
  issue,
} from "./certificate.ts";
import { readRequest } from "./certRequest.ts";
import { parsePrivateKey, publicKeyInfo } from "./keys.ts";
import { fromPem } from "./pem.ts";
import { elements, extensionValue, inside, nth } from "./reader.ts";

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
  create: (inputs) => {
    const subject = readRequest(inputs.certRequestPem);
    const key = parsePrivateKey(inputs.caPrivateKeyPem, "CA private key");
    const authority = readAuthority(inputs.caCertPem);
    if (!publicKeyInfo(key.key).equals(authority.keyInfo))
      throw new Error("Failed to create certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
    const { id, outputs } = issue(inputs, subject, { ...authority, key });
    return { id, outputs: { ...outputs, caKeyAlgorithm: key.algorithm } };
  },
  ...certificateLifecycle,
};

function readAuthority(pem: string): Omit<Issuer, "key"> & { keyInfo: Buffer } {
  try {
    const der = fromPem("CERTIFICATE", pem);
    const body = elements(nth(inside(new X509Certificate(der).raw), 0).content);
    // Version 3 and its extensions carry tags; a version 1 certificate has neither.
    const fields = body.filter(({ tag }) => tag < 0xa0);
    const extensions = body.find(({ tag }) => tag === 0xa3);
    const keyId = extensions && extensionValue(inside(extensions.content), "2.5.29.14");
    return {
      name: nth(fields, 4).whole,
      keyInfo: nth(fields, 5).whole,
      keyId: keyId && nth(elements(keyId), 0).content,
    };
  } catch (error) {
    throw new Error(`Failed to parse CA certificate PEM: ${(error as Error).message}`);
  }
}
