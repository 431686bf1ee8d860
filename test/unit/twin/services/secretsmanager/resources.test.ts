import { type Properties, Store } from "../../../../../twin/core/store.ts";
import type { ResourceType } from "../../../../../twin/pulumi/define.ts";
import { check, diff } from "../../../../../twin/pulumi/plan.ts";
import { SecretsManager } from "../../../../../twin/services/secretsmanager/behaviour.ts";
import {
  getSecret,
  getSecrets,
  type SecretsCall,
  secret,
  secretVersion,
} from "../../../../../twin/services/secretsmanager/resources.ts";

const day = 86_400_000;
let now: number;
let store: Store;
let call: SecretsCall;

beforeEach(() => {
  now = Date.parse("2026-07-28T00:00:00Z");
  store = new Store(":memory:");
  const secrets = new SecretsManager(store, "123456789012", () => now);
  call = { store, secrets, region: "eu-west-1", account: "123456789012", defaultTags: {}, name: "tls", urn: "" };
});

afterEach(() => store.close());

const plan = (type: ResourceType<SecretsCall>, inputs: Properties) =>
  check(type, inputs, {}, new Uint8Array([1]), call);
const refusal = async (attempt: () => unknown) =>
  Promise.resolve()
    .then(attempt)
    .then(
      () => "nothing was refused",
      (error: Error) => error.message,
    );

describe("a secret", () => {
  it("is named by the provider, and kept 30 days after its deletion unless the program says otherwise", () => {
    expect(plan(secret, {})).toEqual({
      inputs: {
        region: "eu-west-1",
        name: expect.stringMatching(/^tls-[0-9a-f]{7}$/),
        forceOverwriteReplicaSecret: false,
        recoveryWindowInDays: 30,
        __defaults: ["region", "forceOverwriteReplicaSecret", "recoveryWindowInDays", "name"],
      },
      problems: [],
    });
    expect(plan(secret, { name: "a", recoveryWindowInDays: 3, kmsKeyId: "alias/own" }).problems).toEqual([
      { property: "recoveryWindowInDays", reason: expect.stringContaining("expected 0 or 7 to 30 days") },
      { property: "kmsKeyId", reason: expect.stringContaining("the twin does not model property 'kmsKeyId'") },
    ]);
  });

  it("cannot have the name of another one, nor of one that is scheduled for deletion", async () => {
    const inputs = { name: "tls", recoveryWindowInDays: 7 };
    const { id } = await secret.create(inputs, call);
    expect(id).toMatch(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:tls-[0-9a-f]{6}$/);
    const again = () => secret.create(inputs, call);
    expect(await refusal(again)).toBe(
      "creating Secrets Manager Secret (tls): api error ResourceExistsException: " +
        "The operation failed because the secret tls already exists.",
    );
    await secret.delete?.(id, inputs, call);
    expect(await refusal(again)).toBe(
      "creating Secrets Manager Secret (tls): api error InvalidRequestException: " +
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
    now += 7 * day;
    expect((await secret.create(inputs, call)).id).not.toBe(id);
  }, 20_000);

  it("without a recovery window is gone at once", async () => {
    const inputs = { name: "tls", recoveryWindowInDays: 0 };
    const { id } = await secret.create(inputs, call);
    await secret.delete?.(id, inputs, call);
    expect((await secret.create(inputs, call)).outputs.arn).not.toBe(id);
  });

  it("is looked up by name, and an absent or deleted one is not found", async () => {
    const inputs = { name: "tls", recoveryWindowInDays: 30 };
    const { id } = await secret.create(inputs, call);
    expect(await getSecret.read({ name: "tls" }, call)).toMatchObject({ id, arn: id, name: "tls" });
    await secret.delete?.(id, inputs, call);
    expect(await refusal(() => getSecret.read({ name: "tls" }, call))).toBe(
      "reading Secrets Manager Secret (tls): couldn't find resource",
    );
  });
});

it("secrets of a region are listed by the beginning of their names, without those that are deleted", async () => {
  const inputs = (name: string) => ({ name, recoveryWindowInDays: 30 });
  const { id } = await secret.create(inputs("order-queue/staging/acme/inbound"), call);
  const gone = await secret.create(inputs("order-queue/staging/gone/inbound"), call);
  await secret.delete?.(gone.id, inputs(""), call);
  await secret.create(inputs("order-queue/prod-eu/acme/inbound"), call);
  const filters = [{ name: "name", values: ["order-queue/staging/"] }];
  const names = ["order-queue/staging/acme/inbound"];
  expect(await getSecrets.read({ filters }, call)).toMatchObject({ names, arns: [id] });
  expect(await getSecrets.read({ filters }, { ...call, region: "us-east-1" })).toMatchObject({ names: [] });
});

describe("a version", () => {
  it("becomes the current one, leaves the one before readable by its id, and is replaced with its value", async () => {
    const { id: secretId } = await secret.create({ name: "tls" }, call);
    const [one, two] = [
      await secretVersion.create({ secretId, secretString: "one" }, call),
      await secretVersion.create({ secretId, secretString: "two" }, call),
    ];
    expect(two).toEqual({
      id: `${secretId}|${two.outputs.versionId}`,
      outputs: {
        arn: secretId,
        secretArn: secretId,
        versionId: expect.stringMatching(/^terraform-\d{18}[0-9a-f]{8}$/),
        versionStages: ["AWSCURRENT"],
        hasSecretStringWo: false,
      },
    });
    const read = (versionId?: string) => call.secrets.value({ secretId, ...(versionId && { versionId }) }, call.region);
    expect([read(), read(one.outputs.versionId), read(two.outputs.versionId)]).toEqual(["two", "one", "two"]);
    expect(call.secrets.describe("tls", call.region)?.versions.map(({ stages }) => stages)).toEqual([
      ["AWSCURRENT"],
      ["AWSPREVIOUS"],
    ]);
    const olds = { secretId, secretString: "one" };
    expect(diff(secretVersion, olds, { ...olds, secretString: "two" }).replaces).toEqual(["secretString"]);
  });

  it("of a secret that is scheduled for deletion is refused", async () => {
    const { id: secretId } = await secret.create({ name: "tls" }, call);
    await secret.delete?.(secretId, { recoveryWindowInDays: 7 }, call);
    expect(await refusal(() => secretVersion.create({ secretId, secretString: "one" }, call))).toBe(
      `putting Secrets Manager Secret (${secretId}) value: api error InvalidRequestException: ` +
        "You can't perform this operation on the secret because it was marked for deletion.",
    );
  });
});
