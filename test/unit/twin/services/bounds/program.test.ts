import { runProgram } from "../../../../../tools/pages/program.ts";
import { violations } from "../../../../../twin/services/bounds/bound.ts";
import { rows } from "../../../../../twin/services/bounds/bounded.ts";
import { storeOf, untraced } from "../../../infra/mocks.ts";
import { args, region } from "../../../infra/test-region.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: object;
}

/** What AWS would refuse of it, but for what only an update knows: names that the provider chooses, outputs of mocks. */
function refused(resources: readonly Registered[]): string[] {
  return resources.flatMap(({ type, name, inputs }) =>
    violations(rows[type]?.bounds ?? {}, inputs)
      .filter(({ value }) => value !== undefined && !/^arn:[A-Z]|__pulumiUnknown/.test(JSON.stringify(value).slice(1)))
      .map(
        ({ property, value, constraint }) => `${type} ${name}: ${property} is ${JSON.stringify(value)}. ${constraint}`,
      ),
  );
}

test("every value that the program gives a resource is within AWS's bounds, for each store class", async () => {
  const own = storeOf("bluegum", "bluegum.example", { kind: "own", hostname: "shop.bluegum.example" });
  const secretArn = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:order-queue/acme-AbCdEf";
  const aliases = ["www.au.orderhub.example"];
  const stores = [storeOf("acme", args.domain, { aliases }), own, { ...own, name: "new", kind: "pending" as const }];
  expect(refused(await region({ stores, erpCredentials: [{ store: "acme", secretArn }] }))).toEqual([]);
});

test("so is what staging has beside a region: registry, replication, a listener at the alarm topic", async () => {
  jest.spyOn(console, "warn").mockImplementation(() => {});
  const { resources } = await untraced(() => runProgram("staging"));
  expect(resources.filter(({ type }) => type.startsWith("aws:ecr/")).length).toBeGreaterThan(0);
  expect(refused(resources)).toEqual([]);
});
