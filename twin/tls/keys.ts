import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { bits, octets, oid, sequence, tagged } from "../authority/der.ts";
import { inside, nth } from "./reader.ts";

export type Algorithm = "RSA" | "ECDSA" | "ED25519";

/** Curves by the names that `ecdsaCurve` and OpenSSL have for them, and the hash that Go signs with (crypto/x509, signingParamsForKey). */
const curves = {
  P224: { openssl: "secp224r1", hash: "sha256", signature: "1.2.840.10045.4.3.2" },
  P256: { openssl: "prime256v1", hash: "sha256", signature: "1.2.840.10045.4.3.2" },
  P384: { openssl: "secp384r1", hash: "sha384", signature: "1.2.840.10045.4.3.3" },
  P521: { openssl: "secp521r1", hash: "sha512", signature: "1.2.840.10045.4.3.4" },
};

export type Curve = keyof typeof curves;

export const curveNames = Object.keys(curves) as Curve[];

export const opensslCurve = (curve: Curve): string => curves[curve].openssl;

export interface PrivateKeyOf {
  key: KeyObject;
  algorithm: Algorithm;
}

/**
 * Reads PKCS #1, SEC 1 or PKCS #8, as common_key.go, parsePrivateKeyPEM.
 * @param what `private key` or `CA private key`, for the message
 * @throws Error that says which PEM was not a key, or has an algorithm or curve that the provider does not know
 */
export function parsePrivateKey(pem: string, what: string): PrivateKeyOf {
  try {
    const key = createPrivateKey(pem);
    return { key, algorithm: algorithmOf(key) };
  } catch (error) {
    throw new Error(`Failed to parse ${what} PEM: ${(error as Error).message}`);
  }
}

function algorithmOf(key: KeyObject): Algorithm {
  if (key.asymmetricKeyType === "rsa") return "RSA";
  if (key.asymmetricKeyType === "ed25519") return "ED25519";
  if (key.asymmetricKeyType !== "ec") throw new Error(`unsupported private key type: ${key.asymmetricKeyType}`);
  curveOf(key);
  return "ECDSA";
}

/** @throws Error that names a curve which is none of the provider's */
export function curveOf(key: KeyObject): Curve {
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  const curve = curveNames.find((name) => curves[name].openssl === namedCurve);
  if (!curve) throw new Error(`unsupported elliptic curve: ${namedCurve}`);
  return curve;
}

/** `SEQUENCE { body, algorithm, signature }`: the outer form of certificates and of requests. */
export function signed(body: Buffer, { key, algorithm }: PrivateKeyOf): Buffer {
  const { hash, identifier } = signatureOf(key, algorithm);
  return sequence(body, identifier, bits(sign(hash, body, key)));
}

/** The algorithm identifier is inside the signed part of a certificate too. */
export function signatureOf(key: KeyObject, algorithm: Algorithm): { hash: string | null; identifier: Buffer } {
  if (algorithm === "RSA") return { hash: "sha256", identifier: sequence(oid("1.2.840.113549.1.1.11"), tagged(0x05)) };
  if (algorithm === "ED25519") return { hash: null, identifier: sequence(oid("1.3.101.112")) };
  const { hash, signature } = curves[curveOf(key)];
  return { hash, identifier: sequence(oid(signature)) };
}

/** SubjectPublicKeyInfo of a private key's other half. */
export function publicKeyInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

/**
 * SHA-1 of the public key's bits (RFC 5280, 4.2.1.2, method 1); of Ed25519 the provider hashes the bits wrapped as an
 * OCTET STRING (common_cert.go, generateSubjectKeyID).
 */
export function subjectKeyId(keyInfo: Buffer): Buffer {
  const [algorithm, key] = [nth(inside(keyInfo), 0), nth(inside(keyInfo), 1)];
  const content = key.content.subarray(1);
  const ed25519 = algorithm.content.equals(oid("1.3.101.112"));
  return createHash("sha1")
    .update(ed25519 ? octets(content) : content)
    .digest();
}
