/** `store-secret` with the twin's Secrets Manager, and what ingest makes of its result. */
import { join } from "node:path";
import { storeSecretReport } from "../../../../../cli/store-secret.ts";
import { storeSecret } from "../../../../../release/operate/store-secret/store-secret.ts";
import type { WorkspaceLocation } from "../../../../../release/workspace/stack.ts";
import { InboundSecrets } from "../../../../../service/inbound-secrets.ts";
import { operatorKey } from "../../../../../twin/api/signature.ts";
import { startLog } from "../../../service/in-process.ts";
import { region, startTestCloud, webContainers } from "../../../twin/cloud.ts";

let twin: Awaited<ReturnType<typeof startTestCloud>>;
let location: WorkspaceLocation;
const secret = "order-queue/prod-au/acme/inbound";

beforeAll(async () => {
  twin = await startTestCloud(webContainers());
  const environment = {
    AWS_ENDPOINT_URL: twin.cloud.awsUrl,
    AWS_ACCESS_KEY_ID: operatorKey.id,
    AWS_SECRET_ACCESS_KEY: operatorKey.secret,
  };
  location = { root: join(__dirname, "../../../../.."), engine: {}, environment } as unknown as WorkspaceLocation;
});
afterAll(() => twin.close());

const change = (more: Partial<Parameters<typeof storeSecret>[3]> = {}) =>
  storeSecret(location, "prod-au", "acme", { kind: "signing", retire: false, yes: true, ...more });
const stored = () => JSON.parse(twin.cloud.secrets.value({ secretId: secret }, region));

test("a dry run says what would be done, and creates nothing", async () => {
  const planned = await change({ yes: false });
  expect(storeSecretReport(planned)).toBe(
    `prod-au acme: ${secret} in ap-southeast-2 would be created with one signing key; valid then: 1 signing, 0 bearer\n` +
      "Nothing was changed. To do it: npx order-queue store-secret acme --stack prod-au --yes",
  );
  expect(twin.cloud.secrets.names(region)).toEqual([]);
});

test("a secret is created, rotated and retired; ingest accepts each value, and the report shows a new key once", async () => {
  const created = await change();
  expect(stored()).toEqual({ signing: [created.key], bearer: [] });
  expect(storeSecretReport(created)).toContain(`it is shown once:\n  ${created.key}\nIngest reads the change`);
  const rotated = await change();
  expect(stored()).toEqual({ signing: [rotated.key, created.key], bearer: [] });
  expect(storeSecretReport(rotated)).toContain("acme --stack prod-au --retire --yes");
  const { logger } = startLog("ingest");
  const fetch = async (name: string) => twin.cloud.secrets.value({ secretId: name }, region);
  expect(await new InboundSecrets("order-queue/prod-au", fetch, logger).of("acme")).toEqual(stored());
  await expect(change()).rejects.toThrow("two signing keys are valid already");
  const retired = await change({ retire: true });
  expect(stored()).toEqual({ signing: [rotated.key], bearer: [] });
  expect(retired).toMatchObject({ what: "retire", valid: { signing: 1, bearer: 0 } });
  const bearer = await change({ kind: "bearer" });
  expect(stored()).toEqual({ signing: [rotated.key], bearer: [bearer.key] });
});

test("a store that the stack's file does not have is a wrong call", async () => {
  const wrong = storeSecret(location, "prod-au", "synthetic", { kind: "signing", retire: false, yes: true });
  await expect(wrong).rejects.toMatchObject({
    exitCode: 2,
    message:
      "Pulumi.prod-au.yaml has no store synthetic; expected one of acme, bluegum, harbourside. Fix: add the store to the file first",
  });
});
