import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { definitionBytes, mostDefinitionBytes } from "../../../infra/definition-size.ts";
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

/** The most stores of that form whose task definitions ECS takes. */
function most(credentials: boolean): number {
  const at = { account: byDefault.account, region: "ap-southeast-2", domain: "au.orderhub.example" };
  const stores = Array.from({ length: 1_300 }, (_, index) =>
    storeOf(`store-${index}`, at.domain, credentials ? { erpCredentials: `order-queue/prod-au/store-${index}` } : {}),
  );
  let [fits, tooMany] = [1, stores.length];
  while (tooMany - fits > 1) {
    const half = Math.floor((fits + tooMany) / 2);
    if (definitionBytes(stores.slice(0, half), at) <= mostDefinitionBytes) fits = half;
    else tooMany = half;
  }
  return fits;
}

test("the documented numbers of stores are those that fit", () => {
  const read = (file: string) =>
    readFileSync(resolve(import.meta.dirname, "../../..", file), "utf8").replaceAll(/\s+/g, " ");
  const [plain, withCredentials] = [most(false), most(true)];
  expect(read("docs/decisions/0014-stores-keep-their-places.md")).toContain(
    `${plain.toLocaleString("en")} stores such as \`store-1\` with an ERP at ` +
      `\`https://erp.store-1.example/orders\` fit, or ${withCredentials} with credentials`,
  );
  // As round numbers.
  expect([plain >= 1_000, Math.round(withCredentials / 10) * 10]).toEqual([true, 290]);
  expect(read("docs/settings.md")).toContain("1,000 with short names, or some 290 with credentials");
  expect(read("README.md")).toContain("1,000 stores, or 290 with credentials");
});
