import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, type webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signCertificate } from "./certificate.ts";
import { X509Certificate } from "./x509.ts";

const day = 86_400_000;
const issuerName = "Order Queue Twin Public CA";

/** A certificate as PEM, and when it is valid. */
export interface Issued {
  certificate: string;
  notBefore: Date;
  notAfter: Date;
}

export type KeyAlgorithm = "EC_prime256v1" | "RSA_2048";

/** A new private key as PEM (PKCS #8). */
export function newKey(algorithm: KeyAlgorithm): string {
  const { privateKey } =
    algorithm === "RSA_2048"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return pem(privateKey);
}

/**
 * The public certificate authority of the twin's internet: ACM and the ERP systems have theirs from it, and
 * clients trust `ca.pem`. One self-signed root without intermediates. Not modelled: revocation, transparency logs.
 */
export class Authority {
  /** PEM of the root; also the chain of everything it issues. */
  readonly certificate: string;
  /** Where the PEM lies, for `curl --cacert` and NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  readonly #root: X509Certificate;
  readonly #key: webcrypto.CryptoKey;

  private constructor(file: string, certificate: string, key: webcrypto.CryptoKey) {
    this.file = file;
    this.certificate = certificate;
    this.#root = new X509Certificate(certificate);
    this.#key = key;
  }

  /** @param directory holds `ca.pem` and `ca.key` (mode 600); both are made when missing. */
  static async open(directory: string): Promise<Authority> {
    const file = join(directory, "ca.pem");
    const keyFile = join(directory, "ca.key");
    if (!existsSync(file)) await create(directory, keyFile, file);
    return new Authority(file, readFileSync(file, "utf8"), signingKey(createPrivateKey(readFileSync(keyFile))));
  }

  /**
   * Issues for DNS names, the first one as common name, valid from an hour ago so that no clock is ahead of it; an hour ago
   * by the machine's clock where the caller's is ahead, since clients go by the machine's.
   * @param privateKey PEM of the key that the certificate is for
   */
  async issue(dnsNames: string[], privateKey: string, days: number, now = Date.now()): Promise<Issued> {
    const [commonName] = dnsNames;
    if (commonName === undefined) throw new Error("A certificate needs at least one DNS name");
    const notBefore = new Date(Math.min(now, Date.now()) - 3_600_000);
    const notAfter = new Date(now + days * day);
    const certificate = await signCertificate({
      commonName,
      dnsNames,
      publicKey: createPublicKey(privateKey),
      issuer: this.#root,
      signingKey: this.#key,
      notBefore,
      notAfter,
    });
    return { certificate, notBefore, notAfter };
  }
}

async function create(directory: string, keyFile: string, certificateFile: string): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = await signCertificate({
    commonName: issuerName,
    dnsNames: [],
    publicKey,
    signingKey: signingKey(privateKey),
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 3650 * day),
  });
  mkdirSync(directory, { recursive: true });
  writeFileSync(keyFile, pem(privateKey), { mode: 0o600 });
  // Last and by renaming: a certificate that is there has its key.
  writeFileSync(`${certificateFile}.new`, certificate);
  renameSync(`${certificateFile}.new`, certificateFile);
}

function signingKey(privateKey: KeyObject): webcrypto.CryptoKey {
  return privateKey.toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
}

const pem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();
