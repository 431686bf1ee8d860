import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from "node:crypto";
import { PublicKey } from "../../internet/x509.ts";
import { parsing } from "./pem.ts";

/** Curves by the names that `ecdsaCurve` and OpenSSL have for them, and the hash that Go signs with (crypto/x509, signingParamsForKey). */
const curves = {
  P224: { openssl: "secp224r1", hash: "SHA-256" },
  P256: { openssl: "prime256v1", hash: "SHA-256" },
  P384: { openssl: "secp384r1", hash: "SHA-384" },
  P521: { openssl: "secp521r1", hash: "SHA-512" },
};

export type Curve = keyof typeof curves;

export const curveNames = Object.keys(curves) as Curve[];

/** OpenSSL's name of an elliptic curve. */
export const opensslCurve = (curve: Curve): string => curves[curve].openssl;

/** A key that signs certificates and requests. */
export interface SigningKey {
  algorithm: "RSA" | "ECDSA" | "ED25519";
  /** As webcrypto has it, with the hash. */
  signingAlgorithm: webcrypto.Algorithm;
  privateKey: webcrypto.CryptoKey;
  publicKey: PublicKey;
}

/**
 * Reads PKCS #1, SEC 1 or PKCS #8, as common_key.go, parsePrivateKeyPEM.
 * @param what `private key` or `CA private key`, for the message
 * @throws Error that says which PEM was not a key, or has an algorithm or curve that the provider or the twin does not know
 */
export function parsePrivateKey(pem: string, what: string): SigningKey {
  const key = parsing(what, () => createPrivateKey(pem));
  const [algorithm, signingAlgorithm] = parsing(what, () => algorithmOf(key));
  if (signingAlgorithm.namedCurve === "P-224")
    throw new Error(`the twin does not model a ${what} on curve P224 that signs; take ecdsaCurve P256, P384 or P521`);
  return {
    algorithm,
    signingAlgorithm,
    privateKey: key.toCryptoKey(signingAlgorithm, false, ["sign"]),
    publicKey: new PublicKey(createPublicKey(key).export({ type: "spki", format: "der" })),
  };
}

function algorithmOf(key: KeyObject): [SigningKey["algorithm"], webcrypto.Algorithm & Record<string, string>] {
  if (key.asymmetricKeyType === "rsa") return ["RSA", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }];
  if (key.asymmetricKeyType === "ed25519") return ["ED25519", { name: "Ed25519" }];
  if (key.asymmetricKeyType !== "ec") throw new Error(`unsupported private key type: ${key.asymmetricKeyType}`);
  const curve = curveOf(key);
  return ["ECDSA", { name: "ECDSA", namedCurve: curve.replace("P", "P-"), hash: curves[curve].hash }];
}

/** @throws Error that names a curve which is none of the provider's */
export function curveOf(key: KeyObject): Curve {
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  const curve = curveNames.find((name) => curves[name].openssl === namedCurve);
  if (!curve) throw new Error(`unsupported elliptic curve: ${namedCurve}`);
  return curve;
}
