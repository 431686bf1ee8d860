/**
 * `tls.CertRequest`: a certificate signing request (PKCS #10, RFC 2986) with the alternative names as its only extension.
 * Every change makes a new request. What is not modelled: certificate.ts.
 * Source: terraform-provider-tls internal/provider/resource_cert_request.go.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import * as x509 from "../../internet/x509.ts";
import { global, type ResourceType } from "../../pulumi/define.ts";
import type { Subject } from "./certificate.ts";
import { parsePrivateKey } from "./keys.ts";
import { alternativeNames, distinguishedName, namesShape } from "./names.ts";
import { fromPem, toPem } from "./pem.ts";

const label = x509.PemConverter.CertificateRequestTag;

export const certRequest: ResourceType = {
  token: "tls:index/certRequest:CertRequest",
  scope: "global",
  inputs: global({ ...namesShape, privateKeyPem: z.string() }),
  computed: ["certRequestPem", "keyAlgorithm"],
  replaces: [],
  create: async (inputs) => {
    const { algorithm, signingAlgorithm, privateKey, publicKey } = parsePrivateKey(inputs.privateKeyPem, "private key");
    const names = alternativeNames(inputs);
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: distinguishedName(inputs.subject),
      keys: { privateKey, publicKey: await publicKey.export() },
      signingAlgorithm,
      extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
    });
    return {
      id: createHash("sha1").update(new Uint8Array(request.rawData)).digest("hex"),
      outputs: { certRequestPem: toPem(label, request.rawData), keyAlgorithm: algorithm },
    };
  },
};

/**
 * Whom a request is for. Its signature is not checked: the provider does not either.
 * @throws Error in the provider's words when it is no request
 */
export function readRequest(pem: string): Subject {
  return fromPem(label, pem, "certificate request", (der) => {
    const { subjectName, publicKey, extensions } = new x509.Pkcs10CertificateRequest(der);
    const names = extensions.find((extension) => extension instanceof x509.SubjectAlternativeNameExtension);
    return { name: subjectName, publicKey, alternativeNames: names?.names.toJSON() ?? [] };
  });
}
