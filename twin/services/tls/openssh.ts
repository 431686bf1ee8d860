import { createHash, type KeyObject, randomBytes } from "node:crypto";
import { type Curve, curveOf } from "./keys.ts";
import { toPem } from "./pem.ts";

/** What OpenSSH has for a key pair; empty strings for P224, which it does not know (common_key.go, resource_private_key.go). */
export interface OpenSsh {
  privateKeyOpenssh: string;
  publicKeyOpenssh: string;
  publicKeyFingerprintMd5: string;
  publicKeyFingerprintSha256: string;
}

/** Wire forms of RFC 4253, 5656 and 8709; the private one is OpenSSH's PROTOCOL.key, unencrypted, without a comment. */
export function openSsh(key: KeyObject): OpenSsh {
  if (key.asymmetricKeyType === "ec" && curveOf(key) === "P224")
    return { privateKeyOpenssh: "", publicKeyOpenssh: "", publicKeyFingerprintMd5: "", publicKeyFingerprintSha256: "" };
  const { type, publicFields, privateFields } = fields(key);
  const publicKey = Buffer.concat([string(type), ...publicFields]);
  const md5 = createHash("md5").update(publicKey).digest("hex");
  const sha256 = createHash("sha256").update(publicKey).digest("base64").replace(/=+$/, "");
  return {
    privateKeyOpenssh: privateKey(type, publicKey, privateFields),
    publicKeyOpenssh: `${type} ${publicKey.toString("base64")}\n`,
    publicKeyFingerprintMd5: md5.replace(/..(?=.)/g, "$&:"),
    publicKeyFingerprintSha256: `SHA256:${sha256}`,
  };
}

const nist: Record<Exclude<Curve, "P224">, string> = { P256: "nistp256", P384: "nistp384", P521: "nistp521" };

function fields(key: KeyObject): { type: string; publicFields: Buffer[]; privateFields: Buffer[] } {
  const jwk = key.export({ format: "jwk" });
  const part = (name: string) => Buffer.from(String(jwk[name]), "base64url");
  const number = (name: string) => mpint(part(name));
  if (jwk.kty === "RSA")
    return {
      type: "ssh-rsa",
      publicFields: [number("e"), number("n")],
      privateFields: ["n", "e", "d", "qi", "p", "q"].map(number),
    };
  if (jwk.kty === "OKP")
    return {
      type: "ssh-ed25519",
      publicFields: [string(part("x"))],
      privateFields: [string(part("x")), string(Buffer.concat([part("d"), part("x")]))],
    };
  const curve = nist[curveOf(key) as keyof typeof nist];
  const point = [string(curve), string(Buffer.concat([Buffer.from([4]), part("x"), part("y")]))];
  return { type: `ecdsa-sha2-${curve}`, publicFields: point, privateFields: [...point, number("d")] };
}

function privateKey(type: string, publicKey: Buffer, privateFields: Buffer[]): string {
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, string(type), ...privateFields, string("")]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8));
  return toPem(
    "OPENSSH PRIVATE KEY",
    Buffer.concat([
      Buffer.from("openssh-key-v1\0"),
      ...[string("none"), string("none"), string(""), uint32(1)],
      ...[string(publicKey), string(Buffer.concat([secret, padding]))],
    ]),
  );
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Without leading zeros, but with one where the first bit would make it negative. */
function mpint(value: Buffer): Buffer {
  const start = value.findIndex((byte) => byte !== 0);
  const digits = value.subarray(start);
  return string((digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}
