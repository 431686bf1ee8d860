import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { bits, boolean, explicit, implicit, integer, octets, oid, sequence, set, time, utf8 } from "./der.ts";

/** What goes into one X.509 v3 certificate signed with ECDSA and SHA-256 (RFC 5280). */
export interface CertificateRequest {
  commonName: string;
  /** Subject alternative names of type DNS, wildcards included. */
  dnsNames: string[];
  publicKey: KeyObject;
  issuerName: string;
  /** An EC P-256 private key; its public half is `issuerPublicKey`. */
  issuerKey: KeyObject;
  issuerPublicKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  authority: boolean;
}

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

const nameOf = (commonName: string): Buffer => sequence(set(sequence(oid("2.5.4.3"), utf8(commonName))));

const spki = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });

const keyId = (key: KeyObject): Buffer => createHash("sha1").update(spki(key)).digest();

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function extensions(request: CertificateRequest): Buffer {
  const { authority, dnsNames } = request;
  const keyUsage = authority ? bits(Buffer.from([0b0000_0110]), 1) : bits(Buffer.from([0b1000_0000]), 7);
  const list = [
    extension("2.5.29.19", sequence(...(authority ? [boolean(true)] : [])), true),
    extension("2.5.29.15", keyUsage, true),
    extension("2.5.29.14", octets(keyId(request.publicKey))),
    extension("2.5.29.35", sequence(implicit(0, keyId(request.issuerPublicKey)))),
  ];
  if (!authority) list.push(extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"))));
  if (dnsNames.length > 0) {
    const names = dnsNames.map((name) => implicit(2, Buffer.from(name, "ascii")));
    list.push(extension("2.5.29.17", sequence(...names)));
  }
  return explicit(3, sequence(...list));
}

/** The signed certificate as PEM. */
export function signCertificate(request: CertificateRequest): string {
  // 126 bits: positive and never zero in front, as DER wants it.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const body = sequence(
    explicit(0, integer(2)),
    integer(serial),
    ecdsaWithSha256,
    nameOf(request.issuerName),
    sequence(time(request.notBefore), time(request.notAfter)),
    // The common name is at most 64 characters (RFC 5280, ub-common-name); the names that count are the alternative ones.
    nameOf(request.commonName.slice(0, 64)),
    spki(request.publicKey),
    extensions(request),
  );
  const der = sequence(body, ecdsaWithSha256, bits(sign("sha256", body, request.issuerKey)));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
