import { matchesResource } from "../../../release/plan/glob.ts";
import { operationContract } from "../../../stacks/parity-contract.ts";
import { region } from "../infra/test-region.ts";

test("production may create whatever belongs to a further load balancer", async () => {
  const resources = await region({ loadBalancers: 2 });
  const further = resources
    .filter(({ name }) => /^prod-au-lb2(-|$)/.test(name))
    .map(({ type, name }) => ({ type, name: name.replace("prod-au-lb2", "{stack}") }));
  expect(further.length).toBeGreaterThan(5);
  const created = operationContract.filter(({ op }) => op === "create");
  expect(further.filter((one) => !created.some(({ resource }) => matchesResource(resource, one)))).toEqual([]);
});
