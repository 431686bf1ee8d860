/**
 * `tls.CertRequest`: a certificate signing request (PKCS #10, RFC 2986) with the alternative names as its only extension.
 * Not modelled: write-only keys (`privateKeyPemWo`), e-mail addresses in the subject. Every change makes a new request.
 * Source: terraform-provider-tls internal/provider/resource_cert_request.go.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { explicit, integer, octets, oid, sequence, set } from "../authority/der.ts";
import { global, type ResourceType } from "../provider/define.ts";
import type { Subject } from "./certificate.ts";
import { parsePrivateKey, publicKeyInfo, signed } from "./keys.ts";
import { alternativeNames, distinguishedName, namesShape } from "./names.ts";
import { fromPem, toPem } from "./pem.ts";
import { elements, extensionValue, inside, nth } from "./reader.ts";

const label = "CERTIFICATE REQUEST";
const extensionRequest = "1.2.840.113549.1.9.14";
const subjectAlternativeName = "2.5.29.17";

export const certRequest: ResourceType = {
  token: "tls:index/certRequest:CertRequest",
  scope: "global",
  inputs: global({ ...namesShape, privateKeyPem: z.string() }),
  computed: ["certRequestPem", "keyAlgorithm"],
  replaces: [],
  create: (inputs) => {
    const key = parsePrivateKey(inputs.privateKeyPem, "private key");
    const names = alternativeNames(inputs);
    const extensions = names ? [sequence(sequence(oid(subjectAlternativeName), octets(names)))] : [];
    const body = sequence(
      integer(0),
      distinguishedName(inputs.subject),
      publicKeyInfo(key.key),
      explicit(0, Buffer.concat(extensions.map((list) => sequence(oid(extensionRequest), set(list))))),
    );
    const request = signed(body, key);
    return {
      id: createHash("sha1").update(request).digest("hex"),
      outputs: { certRequestPem: toPem(label, request), keyAlgorithm: key.algorithm },
    };
  },
};

/**
 * Whom a request is for. Its signature is not checked: the provider does not either.
 * @throws Error in the provider's words when it is no request
 */
export function readRequest(pem: string): Subject {
  try {
    const body = elements(nth(inside(fromPem(label, pem)), 0).content);
    const attributes = elements(nth(body, 3).content).map(({ content }) => elements(content));
    const wanted = attributes.find((parts) => nth(parts, 0).whole.equals(oid(extensionRequest)));
    const names = wanted && extensionValue(inside(nth(wanted, 1).content), subjectAlternativeName);
    return { name: nth(body, 1).whole, keyInfo: nth(body, 2).whole, alternativeNames: names };
  } catch (error) {
    throw new Error(`Failed to parse certificate request PEM: ${(error as Error).message}`);
  }
}
