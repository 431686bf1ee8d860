import { type KmsApiCall, kms } from "../../../../../twin/services/kms/api.ts";
import { Kms } from "../../../../../twin/services/kms/behaviour.ts";

const account = "123456789012";
const region = "ap-southeast-2";
const alias = "alias/order-queue-example";
const key = new Kms([{ region, alias }], account).describe(alias, region, account);
const text = (base64: string) => Buffer.from(base64, "base64").toString();
const base64 = (plain: string) => Buffer.from(plain).toString("base64");

/** What a call in the region answers. */
// biome-ignore lint/suspicious/noExplicitAny: answers differ from action to action
async function call(name: string, input: object, from: Kms = new Kms([{ region, alias }], account)): Promise<any> {
  const action = kms.actions[name];
  return action?.run(action.input.parse(input), { kms: from, region, account } as KmsApiCall);
}

const encrypt = async (input: object = {}) =>
  (await call("Encrypt", { KeyId: alias, Plaintext: base64("data key"), ...input })).CiphertextBlob;

it("what one twin encrypts under an alias, another decrypts although it is given no key", async () => {
  const { KeyId } = (await call("DescribeKey", { KeyId: alias })).KeyMetadata;
  const answer = await call("Decrypt", { CiphertextBlob: await encrypt() });
  expect(text(answer.Plaintext)).toBe("data key");
  expect(answer.KeyId).toBe(`arn:aws:kms:${region}:${account}:key/${KeyId}`);
});

it.each([key.id, key.arn, alias, `arn:aws:kms:${region}:${account}:${alias}`])("names a key as %s", async (KeyId) => {
  expect((await call("DescribeKey", { KeyId })).KeyMetadata.Arn).toBe(key.arn);
});

it("does not find a key or an alias that the region does not have", async () => {
  const words = (KeyId: string) => call("DescribeKey", { KeyId }).catch(({ code, message }) => `${code}: ${message}`);
  expect(await words("alias/other")).toBe(
    `NotFoundException: Alias arn:aws:kms:${region}:${account}:alias/other is not found.`,
  );
  expect(await words("0-1")).toBe(`NotFoundException: Key 'arn:aws:kms:${region}:${account}:key/0-1' does not exist`);
});

it("refuses a blob of another key, of another context, or that was changed", async () => {
  const refused = (input: object, from?: Kms) => call("Decrypt", input, from).catch(({ code }) => code);
  const blob = await encrypt({ EncryptionContext: { stack: "staging" } });
  const changed = Buffer.from(blob, "base64");
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  const EncryptionContext = { stack: "staging" };
  const none = "InvalidCiphertextException";
  expect(await refused({ CiphertextBlob: blob })).toBe(none);
  expect(await refused({ CiphertextBlob: changed.toString("base64"), EncryptionContext })).toBe(none);
  expect(await refused({ CiphertextBlob: base64("short"), EncryptionContext })).toBe(none);
  const other = new Kms([{ region, alias: "alias/other" }], account);
  expect(await refused({ CiphertextBlob: blob, EncryptionContext }, other)).toBe(none);
  const both = new Kms(
    [
      { region, alias },
      { region, alias: "alias/other" },
    ],
    account,
  );
  expect(await refused({ CiphertextBlob: blob, EncryptionContext, KeyId: "alias/other" }, both)).toBe(
    "IncorrectKeyException",
  );
});

it("takes at most 4,096 bytes", async () => {
  await expect(encrypt({ Plaintext: Buffer.alloc(4097).toString("base64") })).rejects.toThrow(
    "expected 1 to 4096 bytes",
  );
});
