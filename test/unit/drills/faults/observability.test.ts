import { join } from "node:path";
import { changeInputs, selects } from "../../../../drills/faults/mutate.ts";
import { readFaults } from "../../../../drills/faults/read.ts";
import type { Registered } from "../../infra/mocks.ts";
import { args, region } from "../../infra/test-region.ts";

const { region: of, domain } = args;
const place = { stack: "prod-au", role: "production" as const, account: "123456789012", region: of, domain };
const faults = readFaults(join(import.meta.dirname, "../../../../drills/faults/observability.json"));

let resources: Registered[];
beforeAll(async () => {
  resources = await region();
});

test.each(faults.map(({ id, resources: changes = [] }) => [id, changes] as const))(
  "%s changes one resource of a region",
  (_id, [change]) => {
    if (!change) throw new Error("the fault changes no resource");
    const chosen = resources
      .map((one) => ({ ...one, inputDependencies: {}, dependsOn: [] }))
      .filter((one) => selects(change, one, place) === true);
    const lookup = () => {
      throw new Error("nothing is referred to");
    };
    expect(chosen.map((one) => changeInputs(one, change, place, lookup).hits)).toEqual([1]);
  },
);
