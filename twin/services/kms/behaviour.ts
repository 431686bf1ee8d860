import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { AwsError } from "../../core/errors.ts";

/**
 * AWS KMS: symmetric keys that were created manually, by their aliases, for what has to be kept encrypted beside a program.
 * A key's material follows from its region and alias: what one twin encrypted, another decrypts, as two callers of one
 * account do. It protects nothing.
 * Not modelled: key policies and grants, rotation, states other than Enabled, multi-Region keys, asymmetric keys, data keys.
 * Sources: KMS API reference (Encrypt, Decrypt, DescribeKey), also for the errors' words.
 */

/** A key that was created manually, before any program runs. */
export interface HandMadeKey {
  region: string;
  /** `alias/NAME` */
  alias: string;
}

/** A key as its callers see it. */
export interface Key extends HandMadeKey {
  /** 36 characters. */
  id: string;
  arn: string;
}

/** Names and values that must be the same to decrypt; none is `{}`. */
export type EncryptionContext = Record<string, string>;

const algorithm = "aes-256-gcm";
const idBytes = 16;
const ivBytes = 12;
const tagBytes = 16;

/** The keys of one account. */
export class Kms {
  readonly #keys: Key[];

  constructor(keys: readonly HandMadeKey[], account: string) {
    this.#keys = keys.map(({ region, alias }) => {
      const id = uuid(digest(`id of ${region}/${alias}`));
      return { region, alias, id, arn: `arn:aws:kms:${region}:${account}:key/${id}` };
    });
  }

  /** @param keyId a key's id, ARN, alias, or alias' ARN. @throws AwsError NotFoundException */
  describe(keyId: string, region: string, account: string): Key {
    const arn = keyId.startsWith("arn:") ? keyId : `arn:aws:kms:${region}:${account}:${aliasOrKey(keyId)}`;
    const of = `arn:aws:kms:${region}:${account}:`;
    const key = this.#keys.find((one) => one.region === region && [one.arn, of + one.alias].includes(arn));
    if (key) return key;
    throw new AwsError(
      "NotFoundException",
      arn.includes(":alias/") ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`,
    );
  }

  /** The blob holds the key's id, as AWS's does: Decrypt need not say which key it was. */
  encrypt(key: Key, plaintext: Buffer, context: EncryptionContext): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, material(key), iv).setAAD(bound(context));
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([Buffer.from(key.id.replaceAll("-", ""), "hex"), iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws AwsError InvalidCiphertextException, which says no more, for whatever does not fit together */
  decrypt(blob: Buffer, region: string, context: EncryptionContext): { key: Key; plaintext: Buffer } {
    const [iv, tag, sealed] = [idBytes, idBytes + ivBytes, idBytes + ivBytes + tagBytes].map((at, part) =>
      blob.subarray(at, part === 2 ? undefined : at + (part === 0 ? ivBytes : tagBytes)),
    ) as [Buffer, Buffer, Buffer];
    const id = uuid(blob.subarray(0, idBytes));
    const key = this.#keys.find((one) => one.region === region && one.id === id);
    try {
      if (!key) throw new Error("no such key");
      const decipher = createDecipheriv(algorithm, material(key), iv).setAAD(bound(context)).setAuthTag(tag);
      return { key, plaintext: Buffer.concat([decipher.update(sealed), decipher.final()]) };
    } catch {
      throw new AwsError("InvalidCiphertextException", "");
    }
  }
}

const aliasOrKey = (keyId: string) => (keyId.startsWith("alias/") ? keyId : `key/${keyId}`);

const digest = (text: string) => createHash("sha256").update(text).digest();

const material = ({ region, alias }: Key) => digest(`material of ${region}/${alias}`);

const bound = (context: EncryptionContext) => Buffer.from(JSON.stringify(Object.entries(context).sort()));

const uuid = (bytes: Buffer) =>
  bytes
    .subarray(0, idBytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.*)$/, "$1-$2-$3-$4-$5");
