import { join } from "node:path";
import { changeInputs, type Place, type Registration, selects } from "../../../../drills/faults/mutate.ts";
import { readFaults } from "../../../../drills/faults/read.ts";
import { violations } from "../../../../twin/services/bounds/bound.ts";
import { rows } from "../../../../twin/services/bounds/bounded.ts";
import type { Registered } from "../../infra/mocks.ts";
import { args, region } from "../../infra/test-region.ts";

const place: Place = {
  stack: "prod-au",
  role: "production",
  account: "123456789012",
  region: args.region,
  domain: args.domain,
};
const faults = readFaults(join(import.meta.dirname, "../../../../drills/faults/bounds.json"));
/** Only staging has it. */
const replication: Registration = {
  type: "aws:ecr/replicationConfiguration:ReplicationConfiguration",
  name: "prod-au-images",
  inputs: {
    replicationConfiguration: {
      rules: [{ repositoryFilters: [{ filter: "order-queue", filterType: "PREFIX_MATCH" }] }],
    },
  },
  inputDependencies: {},
  dependsOn: [],
};

let resources: Registered[];
beforeAll(async () => {
  resources = await region();
});

const outside = ({ type, inputs }: Pick<Registration, "type" | "inputs">) =>
  violations(rows[type]?.bounds ?? {}, inputs).filter(({ value }) => value !== undefined);

test.each(faults.filter(({ resources: changes }) => changes).map(({ id, ...fault }) => [id, fault] as const))(
  "%s: the twin refuses a value that it accepted before",
  (_id, { resources: changes = [] }) => {
    const [change] = changes;
    if (!change) throw new Error("the fault changes no resource");
    const registrations = [...resources.map((one) => ({ ...one, inputDependencies: {}, dependsOn: [] })), replication];
    const chosen = registrations.filter((one) => selects(change, one, place) === true);
    expect(chosen).toHaveLength(1);
    for (const registration of chosen) {
      expect(outside(registration)).toEqual([]);
      const lookup = () => {
        throw new Error("nothing is referred to");
      };
      expect(outside(changeInputs(registration, change, place, lookup).registration)).toHaveLength(1);
    }
  },
);
