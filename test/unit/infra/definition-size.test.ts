import { definitionBytes } from "../../../infra/definition-size.ts";
import { Region } from "../../../infra/region.ts";
import { byDefault, register, storeOf } from "./mocks.ts";

test("what the settings foresee of a task definition's size is a little more than what is registered", async () => {
  const at = { account: byDefault.account, region: "ap-southeast-2", domain: "au.orderhub.example" };
  const stores = Array.from({ length: 20 }, (_, index) =>
    storeOf(`store-${index}`, at.domain, {
      aliases: [`further-${index}.${at.domain}`],
      erpCredentials: `order-queue/prod-au/store-${index}`,
    }),
  );
  const sizes = { cpu: 256, memory: 512, count: 2, max: 4 };
  const registered = await register(
    () =>
      new Region("prod-au", {
        ...{ ...byDefault, ...at, loadBalancers: 1, stores, ingest: sizes, dispatch: sizes },
        erpCredentials: stores.map(({ name }) => ({
          store: name,
          secretArn: `arn:secret:order-queue/prod-au/${name}`,
        })),
      }),
  );
  const bytes = registered
    .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
    .map(({ inputs }) => Buffer.byteLength(inputs.containerDefinitions));
  const foreseen = definitionBytes(stores, at);
  expect(bytes).toHaveLength(3);
  expect(foreseen).toBeGreaterThan(Math.max(...bytes) + 500);
  // Of the secrets' ARNs the mocks have but the names.
  expect(foreseen).toBeLessThan(Math.max(...bytes) + 2_000 + stores.length * 60);
});
