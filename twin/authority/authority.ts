import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signCertificate } from "./certificate.ts";

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
  readonly #key: KeyObject;

  /** @param directory holds `ca.pem` and `ca.key` (mode 600); both are made when missing. */
  constructor(directory: string) {
    this.file = join(directory, "ca.pem");
    const keyFile = join(directory, "ca.key");
    if (!existsSync(this.file)) create(directory, keyFile, this.file);
    this.certificate = readFileSync(this.file, "utf8");
    this.#key = createPrivateKey(readFileSync(keyFile));
  }

  /**
   * Issues for DNS names, the first one as common name, valid from an hour ago so that no clock is ahead of it.
   * @param privateKey PEM of the key that the certificate is for
   */
  issue(dnsNames: string[], privateKey: string, days: number, now = Date.now()): Issued {
    const [commonName] = dnsNames;
    if (commonName === undefined) throw new Error("A certificate needs at least one DNS name");
    const notBefore = new Date(now - 3_600_000);
    const notAfter = new Date(now + days * day);
    const certificate = signCertificate({
      commonName,
      dnsNames,
      publicKey: createPublicKey(privateKey),
      issuerName,
      issuerKey: this.#key,
      issuerPublicKey: createPublicKey(this.#key),
      notBefore,
      notAfter,
      authority: false,
    });
    return { certificate, notBefore, notAfter };
  }
}

function create(directory: string, keyFile: string, certificateFile: string): void {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = signCertificate({
    commonName: issuerName,
    dnsNames: [],
    publicKey,
    issuerName,
    issuerKey: privateKey,
    issuerPublicKey: publicKey,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 3650 * day),
    authority: true,
  });
  mkdirSync(directory, { recursive: true });
  writeFileSync(keyFile, pem(privateKey), { mode: 0o600 });
  // Last and by renaming: a certificate that is there has its key.
  writeFileSync(`${certificateFile}.new`, certificate);
  renameSync(`${certificateFile}.new`, certificateFile);
}

const pem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();
