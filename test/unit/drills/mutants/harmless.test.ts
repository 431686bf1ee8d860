import { join } from "node:path";
import type { Fault } from "../../../../drills/faults/fault.ts";
import { changeInputs, changeSettings, concerns, type Place, selects } from "../../../../drills/faults/mutate.ts";
import { readFaults } from "../../../../drills/faults/read.ts";
import type { Graph } from "../../../../drills/mutants/graph.ts";
import { type Base, changed, findingsOn } from "../../../../drills/mutants/judge.ts";
import { registerAll } from "../../../../drills/mutants/register.ts";
import { readBase } from "../../../../drills/mutants/run.ts";
import { findStack } from "../../../../stacks/registry.ts";
import { untraced } from "../../infra/mocks.ts";

let base: Base;
beforeAll(async () => {
  jest.spyOn(console, "warn").mockImplementation(() => {});
  base = await untraced(readBase);
});

const known = readFaults(join(import.meta.dirname, "../../../../drills/faults/harmless.json"));
/** Those whose change is in values alone: what looks up another resource, an image or a new stack needs the engine. */
const plain = known.filter((fault) => !fault.image && !fault.newStack && !JSON.stringify(fault).includes("$output"));

const set = (id: string, type: string, values: Record<string, unknown>, name?: string): Fault =>
  ({
    id,
    title: id,
    category: "harmless",
    harmless: true,
    resources: [{ type, ...(name && { name }), set: values }],
  }) as Fault;
const settings = (id: string, values: Record<string, unknown>, stacks?: string[]): Fault =>
  ({
    id,
    title: id,
    category: "harmless",
    harmless: true,
    settings: [{ set: values, ...(stacks && { stacks }) }],
  }) as Fault;
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const definition = "aws:ecs/taskDefinition:TaskDefinition";

const more: Fault[] = [
  set("an alarm looks at more minutes", alarm, { evaluationPeriods: 7 }, "-target-5xx$"),
  set("an alarm says more", alarm, {
    alarmDescription: "No container. Runbook: npx order-queue diagnose, then the log.",
  }),
  set("a rule of a security group is described", "aws:vpc/securityGroup*", { description: "To the ERPs" }, "-https$"),
  set("containers get a longer stop", definition, { "containerDefinitions[*].stopTimeout": 120 }),
  set("the log's buffer is larger", definition, {
    'containerDefinitions[*].logConfiguration.options["max-buffer-size"]': "50m",
  }),
  set(
    "ingest scales at half the requests",
    "aws:appautoscaling/policy:Policy",
    { "targetTrackingScalingPolicyConfiguration.targetValue": 500 },
    "-ingest$",
  ),
  set("a dashboard's graph has a point every five minutes", "aws:cloudwatch/dashboard:Dashboard", {
    "dashboardBody.widgets[1].properties.period": 300,
  }),
  settings("production runs more containers", { "ingest.count": 4, "dispatch.count": 4 }, ["production"]),
  settings("another address gets the notifications", { alarmEmail: "night@orderhub.example" }),
  settings("an ERP may take longer", { erpTimeoutSeconds: 15 }),
  settings("a store's ERP moves", { "stores[acme].erp": "https://erp2.acme.example/orders" }, ["staging", "prod-au"]),
];

test.each([...plain, ...more].map((fault) => [fault.id, fault] as const))(
  "%s is harmless, and no rule and no check stops it",
  async (_id, fault) => {
    const graphs = await changedBy(fault);
    expect(JSON.stringify([...graphs])).not.toBe(JSON.stringify([...base.graphs]));
    expect(findingsOn(base, graphs)).toEqual([]);
  },
);

async function changedBy({ settings: changes = [], resources = [] }: Fault): Promise<Map<string, Graph>> {
  const configure = (config: Record<string, string>, { stack }: { stack: string }) => {
    const place = placeOf(stack, config);
    const own = changes.filter(({ stacks }) => concerns(stacks, place));
    return own.reduce((all, change) => changeSettings(all, change, place), config);
  };
  const graphs = changes.length > 0 ? await untraced(() => registerAll(configure)) : base.graphs;
  return new Map(
    [...graphs].map(([stack, graph]) => [stack, graph.map((node) => applied(node, placeOf(stack), resources))]),
  );
}

function applied(node: Graph[number], place: Place, resources: NonNullable<Fault["resources"]>): Graph[number] {
  let one = node;
  for (const change of resources) {
    if (!concerns(change.stacks, place) || selects(change, one, place) !== true) continue;
    const lookup = () => {
      throw new Error("nothing is referred to");
    };
    const { registration, hits } = changeInputs({ ...one, inputDependencies: one.refers }, change, place, lookup);
    if (hits > 0) one = changed(one, registration.inputs, { ...place });
  }
  return one;
}

function placeOf(stack: string, config: Record<string, string> = {}): Place {
  const { role, region } = findStack(stack);
  return { stack, role, region, account: "123456789012", domain: config["order-queue:domain"] ?? "" };
}
