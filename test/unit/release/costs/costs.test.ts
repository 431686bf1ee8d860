import { type Billed, costChange, linesOf, monthly } from "../../../../release/costs/costs.ts";
import type { Plan, Resource } from "../../../../release/plan/graph.ts";

const billed = (type: string, name: string, inputs: object = {}): Billed => ({ type, name, inputs });
const quantities = (resources: Billed[]) =>
  Object.fromEntries(linesOf(resources, "eu-west-1").map(({ what, quantity }) => [what, quantity]));

const service = (count: number, minCapacity: number) => [
  billed("aws:ecs/service:Service", "dispatch", { desiredCount: count }),
  billed("aws:ecs/taskDefinition:TaskDefinition", "dispatch", { cpu: "512", memory: "1024" }),
  billed("aws:appautoscaling/target:Target", "dispatch", { minCapacity }),
];

test("an empty stack is billed for its hosted zone", () => {
  expect(quantities([])).toEqual({ "Hosted zone": 1 });
});

test("tasks cost by the least that run, which scaling says where there is scaling", () => {
  expect(quantities(service(1, 3))).toMatchObject({ "Fargate vCPU": 0.5 * 3 * 730, "Fargate memory": 3 * 730 });
  const fixed = service(1, 3).slice(0, 2);
  expect(quantities(fixed)).toMatchObject({ "Fargate vCPU": 0.5 * 730 });
});

test("an endpoint costs in each zone, the gateway's of S3 nothing; a public address too", () => {
  const endpoint = (vpcEndpointType: string) =>
    billed("aws:ec2/vpcEndpoint:VpcEndpoint", vpcEndpointType, { vpcEndpointType, subnetIds: ["a", "b"] });
  expect(
    quantities([
      endpoint("Interface"),
      endpoint("Gateway"),
      billed("aws:lb/loadBalancer:LoadBalancer", "front", { subnets: ["a", "b"] }),
      billed("aws:ec2/natGateway:NatGateway", "a"),
    ]),
  ).toMatchObject({ "Interface endpoints": 1460, "Public IPv4 addresses": 2190, "NAT gateways": 730 });
});

test("Container Insights is billed by cluster, task definition and service; an alarm by the metrics it looks at", () => {
  const cluster = (value: string) =>
    billed("aws:ecs/cluster:Cluster", "it", { settings: [{ name: "containerInsights", value }] });
  const alarm = billed("aws:cloudwatch/metricAlarm:MetricAlarm", "ratio", {
    metricQueries: [{ metric: {} }, { metric: {} }, {}],
  });
  const plain = billed("aws:cloudwatch/metricAlarm:MetricAlarm", "age", {});
  expect(quantities([cluster("enabled"), ...service(1, 1), alarm, plain])).toMatchObject({
    "Metrics of Container Insights": 8 + 6 + 11,
    "Other custom metrics": 4,
    Alarms: 3,
  });
  expect(quantities([cluster("disabled"), ...service(1, 1)])["Metrics of Container Insights"]).toBeUndefined();
});

test("a price that was not seen in the region is that of us-east-1, as a lower bound", () => {
  const nat = [billed("aws:ec2/natGateway:NatGateway", "a")];
  const price = (region: string) => linesOf(nat, region)[0]?.price;
  expect(price("eu-west-1")).toMatchObject({ usd: 0.048 });
  expect(price("eu-west-1")).not.toHaveProperty("atLeast");
  expect(price("sa-east-1")).toMatchObject({ usd: 0.045, atLeast: true });
});

describe("what a plan changes of the bill", () => {
  const planned = (type: string, name: string, inputs: object): Resource => ({
    ...{ urn: `urn::${type}::${name}`, type, name, parent: "", inputs, outputs: {}, id: "", protect: false },
  });
  const region = planned("order-queue:infra:Region", "prod-eu", { region: "eu-west-1" });
  const nat = (name: string) => planned("aws:ec2/natGateway:NatGateway", name, {});
  const step = (op: "same" | "create" | "update" | "delete" | "replace", { urn, type, name }: Resource) => ({
    ...{ op, urn, type, name, replacedBy: [], changed: [] },
  });
  const plan = (parts: Partial<Plan>): Plan => ({
    resources: [],
    gone: [],
    replaced: [],
    updated: [],
    steps: [],
    ...parts,
  });

  test("is the difference of the resources before and after", () => {
    const [kept, added, gone] = [nat("a"), nat("b"), planned("aws:secretsmanager/secret:Secret", "s", {})];
    const [smaller, larger] = ["256", "512"].map((cpu) =>
      planned("aws:ecs/taskDefinition:TaskDefinition", "t", { cpu, memory: "512" }),
    ) as [Resource, Resource];
    const running = planned("aws:ecs/service:Service", "t", { desiredCount: 1 });
    const steps = [
      ...[region, kept, running].map((one) => step("same", one)),
      ...[step("create", added), step("delete", gone), step("replace", larger)],
    ];
    const change = costChange(
      plan({ resources: [region, kept, running, added, larger], gone: [gone], replaced: [smaller], steps }),
    );
    expect((change?.after ?? 0) - (change?.before ?? 0)).toBeCloseTo(730 * (0.048 + 0.005 + 0.25 * 0.04048) - 0.4, 6);
  });

  test("is the old inputs of what is updated", () => {
    const service = (desiredCount: number) => planned("aws:ecs/service:Service", "t", { desiredCount });
    const size = planned("aws:ecs/taskDefinition:TaskDefinition", "t", { cpu: "1024", memory: "0" });
    const steps = [step("same", region), step("same", size), step("update", service(2))];
    const change = costChange(plan({ resources: [region, size, service(2)], updated: [service(1)], steps }));
    const [one, two] = [1, 2].map((count) => monthly(linesOf([size, service(count)], "eu-west-1")));
    expect(change).toEqual({ before: one, after: two });
  });

  test("is all of it in a first deployment, and not known without a plan", () => {
    expect(costChange(plan({ resources: [region], steps: [step("create", region)] }))).toEqual({
      before: 0,
      after: 0.5,
    });
    expect(costChange(plan({}))).toBeUndefined();
  });
});
