import { missingReplica } from "../../../../release/checks/missing-replica.ts";
import type { Plan, Properties } from "../../../../release/plan/graph.ts";
import { plan, plansOf, resource } from "./plans.ts";

const judge = (...plans: [string, Plan][]) => missingReplica.judge(plansOf(...plans));
const region = (name: string) => resource("order-queue:infra:Region", name, { region: name });
const replication = (inputs: Properties) =>
  resource("aws:ecr/replicationConfiguration:ReplicationConfiguration", "registry", inputs);
const to = (name: string, repositoryFilters?: Properties[]) =>
  replication({ replicationConfiguration: { rules: [{ destinations: [{ region: name }], repositoryFilters }, {}] } });
const repository = resource("aws:ecr/repository:Repository", "registry", { name: "order-queue" });
const eu: [string, Plan] = ["prod-eu", plan([region("eu-west-1")])];

test("missing-replica finds a region that the registry does not replicate to", () => {
  expect(judge(["staging", plan([region("ap-southeast-2"), to("us-east-1")])], eu)).toEqual([
    {
      check: "missing-replica",
      stack: "prod-eu",
      resource: "registry",
      message:
        "replicates its images to ap-southeast-2, us-east-1, but prod-eu pulls its image in eu-west-1: no container would start",
      fix: "add eu-west-1 to its destinations, and the repository to its repositoryFilters",
    },
  ]);
});

test("missing-replica finds nothing without a registry; one without a replication, or without rules in it, reaches its own region alone", () => {
  expect(judge(["staging", plan([region("ap-southeast-2")])], eu)).toEqual([]);
  expect(judge(["staging", plan([region("ap-southeast-2"), to("eu-west-1")])], eu)).toEqual([]);
  const registry = resource("aws:ecr/repository:Repository", "registry", {});
  expect(judge(["staging", plan([region("ap-southeast-2"), registry])], eu).map(({ stack }) => stack)).toEqual([
    "prod-eu",
  ]);
  const own: [string, Plan] = ["prod-au", plan([region("ap-southeast-2")])];
  const found = judge(["staging", plan([region("ap-southeast-2"), replication({})])], own, eu);
  expect(found.map(({ stack }) => stack)).toEqual(["prod-eu"]);
  const first = judge(eu, ["staging", plan([region("ap-southeast-2"), replication({})])]);
  expect(first.map(({ stack }) => stack)).toEqual(["prod-eu"]);
});

test.each([
  ["the repository's own prefix", [{ filter: "order-" }], 0],
  ["no filter at all", undefined, 0],
  ["another team's prefix", [{ filter: "billing" }], 1],
])("missing-replica reads the filters of a rule: %s", (_, filters, findings) => {
  const staging = plan([region("ap-southeast-2"), to("eu-west-1", filters), repository]);
  expect(judge(["staging", staging], eu)).toHaveLength(findings);
});
