import type { KeyObject, webcrypto } from "node:crypto";
import * as x509 from "./x509.ts";

/** What goes into one X.509 v3 certificate signed with ECDSA and SHA-256 (RFC 5280). */
export interface CertificateRequest {
  commonName: string;
  /** Subject alternative names of type DNS, wildcards included. */
  dnsNames: string[];
  publicKey: KeyObject;
  /** The certificate of the authority that signs; without one it is a root, which signs itself. */
  issuer?: x509.X509Certificate;
  /** The issuer's private key, EC P-256, for `sign`. */
  signingKey: webcrypto.CryptoKey;
  notBefore: Date;
  notAfter: Date;
}

/** The signed certificate as PEM; its serial number is 128 random bits. */
export async function signCertificate(request: CertificateRequest): Promise<string> {
  const { dnsNames, issuer, signingKey, notBefore, notAfter } = request;
  const publicKey = new x509.PublicKey(request.publicKey.export({ type: "spki", format: "der" }));
  // At most 64 characters (RFC 5280, ub-common-name); the names that count are the alternative ones.
  const subject = new x509.Name([{ CN: [{ utf8String: request.commonName.slice(0, 64) }] }]);
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
  const extensions: x509.Extension[] = [
    new x509.BasicConstraintsExtension(!issuer, undefined, true),
    new x509.KeyUsagesExtension(issuer ? digitalSignature : keyCertSign | cRLSign, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await issuerKeyId(issuer, publicKey),
  ];
  if (issuer) extensions.push(new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]));
  if (dnsNames.length > 0) {
    const names = dnsNames.map((value) => ({ type: "dns" as const, value }));
    extensions.push(new x509.SubjectAlternativeNameExtension(names));
  }
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ subject, issuer: issuer?.subjectName ?? subject, publicKey, signingKey, notBefore, notAfter, extensions },
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
  });
  return `${certificate.toString("pem")}\n`;
}

/** As the issuer's certificate has it: there is more than one way to make an identifier of a key (RFC 5280, 4.2.1.2). */
async function issuerKeyId(issuer: x509.X509Certificate | undefined, publicKey: x509.PublicKey) {
  const given = issuer?.getExtension(x509.SubjectKeyIdentifierExtension);
  return given
    ? new x509.AuthorityKeyIdentifierExtension(given.keyId)
    : x509.AuthorityKeyIdentifierExtension.create(issuer?.publicKey ?? publicKey);
}
