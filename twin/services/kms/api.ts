import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { type ApiCall, action, type Service, texts } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Key, Kms } from "./behaviour.ts";

/**
 * AWS KMS, to encrypt and to decrypt. Not modelled: what behaviour.ts names, dry runs, attested recipients.
 * Sources: KMS API reference (TrentService, AWS JSON 1.1).
 */
export type KmsApiCall = ApiCall & { kms: Kms };

const symmetric = {
  EncryptionAlgorithm: z.literal("SYMMETRIC_DEFAULT").optional(),
  GrantTokens: texts.max(10).optional(),
};
const context = { EncryptionContext: z.record(z.string(), z.string()).default({}) };

/** Base64 of so many bytes. */
const blob = (least: number, most: number) =>
  z
    .string()
    .transform((text) => Buffer.from(text, "base64"))
    .refine(({ length }) => length >= least && length <= most, `expected ${least} to ${most} bytes`);

const keyOf = (keyId: string, { kms, region, account }: KmsApiCall): Key => kms.describe(keyId, region, account);

const encrypt = action(
  { KeyId: z.string(), Plaintext: blob(1, 4096), ...context, ...symmetric },
  ({ KeyId, Plaintext, EncryptionContext }, call: KmsApiCall) => {
    const key = keyOf(KeyId, call);
    return {
      CiphertextBlob: call.kms.encrypt(key, Plaintext, EncryptionContext).toString("base64"),
      KeyId: key.arn,
      EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    };
  },
);

const decrypt = action(
  { CiphertextBlob: blob(1, 6144), KeyId: z.string().optional(), ...context, ...symmetric },
  ({ CiphertextBlob, KeyId, EncryptionContext }, call: KmsApiCall) => {
    const { key, plaintext } = call.kms.decrypt(CiphertextBlob, call.region, EncryptionContext);
    if (KeyId !== undefined && keyOf(KeyId, call).id !== key.id)
      throw new AwsError(
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
      );
    return { Plaintext: plaintext.toString("base64"), KeyId: key.arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
  },
);

const describeKey = action(
  { KeyId: z.string(), GrantTokens: texts.max(10).optional() },
  ({ KeyId }, call: KmsApiCall) => {
    const { id, arn } = keyOf(KeyId, call);
    return {
      KeyMetadata: {
        AWSAccountId: call.account,
        KeyId: id,
        Arn: arn,
        Enabled: true,
        KeyState: "Enabled",
        KeyUsage: "ENCRYPT_DECRYPT",
        KeySpec: "SYMMETRIC_DEFAULT",
        EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
        KeyManager: "CUSTOMER",
        Origin: "AWS_KMS",
        MultiRegion: false,
      },
    };
  },
);

export const kms: Service<KmsApiCall> = {
  name: "kms",
  protocols: [json11],
  namespace: "",
  target: "TrentService",
  invalid: "ValidationException",
  actions: { Encrypt: encrypt, Decrypt: decrypt, DescribeKey: describeKey },
};
