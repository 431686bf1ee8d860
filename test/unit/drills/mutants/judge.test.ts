import { asFault } from "../../../../drills/mutants/as-fault.ts";
import { generate } from "../../../../drills/mutants/generate.ts";
import { type Base, judge } from "../../../../drills/mutants/judge.ts";
import type { Mutant } from "../../../../drills/mutants/mutant.ts";
import { readBase } from "../../../../drills/mutants/run.ts";
import { untraced } from "../../infra/mocks.ts";

let base: Base;
let mutants: ReadonlyMap<string, Mutant>;
beforeAll(async () => {
  jest.spyOn(console, "warn").mockImplementation(() => {});
  base = await untraced(readBase);
  mutants = new Map(generate(base.index).map((mutant) => [mutant.id, mutant]));
});

const queue = "aws:sqs/queue:Queue {stack}";
const route = "aws:ec2/route:Route {stack}-private-b";
const rule = "aws:lb/listenerRule:ListenerRule {stack}-store-{store} (platform)";
const ingest = "aws:ecs/taskDefinition:TaskDefinition {stack}-ingest containerDefinitions[ingest]";

test.each([
  ["a missing property", `all ${rule} conditions: remove`, "types", "aws:lb/listenerRule:ListenerRule"],
  ["no enum member", `all ${queue}-orders deduplicationScope: = ""`, "provider", "aws:sqs/queue:Queue"],
  ["a broken rule", `all ${queue}-orders redrivePolicy: remove`, "policy", "queue-has-dead-letter-queue"],
  ["a lost address", "production aws:ec2/eip:Eip {stack}-nat-a resource: rename", "plan checks", "lost-state"],
  ["a difference from staging", `production ${queue}-receipts messageRetentionSeconds: half`, "parity", "parity"],
  ["what AWS does not have", `all ${route} natGatewayId: = ""`, "AWS", "aws:ec2/route:Route"],
  [
    "a wrong list",
    `staging ${ingest}.environment[STORES_IN_SEQUENCE].value[0]: = another text`,
    "container",
    "service/settings.ts",
  ],
  ["a default", "staging aws:lb/loadBalancer:LoadBalancer {stack}-front idleTimeout: remove", "equivalent", ""],
])("%s is judged by the first stage that sees it", async (_what, id, stage, by) => {
  expect(await judge(base, named(id))).toMatchObject({ stage, by });
});

const named = (id: string): Mutant => {
  const mutant = mutants.get(id);
  if (!mutant) throw new Error(`there is no mutant ${id}`);
  return mutant;
};

describe("a mutant that no check stops is a fault for the engine", () => {
  const type = "aws:sqs/queue:Queue";

  test.each([
    [
      "a value",
      `production ${queue}-receipts messageRetentionSeconds: half`,
      { set: { messageRetentionSeconds: 300 } },
    ],
    [
      "a value that is removed",
      `production ${queue}-receipts messageRetentionSeconds: remove`,
      {
        remove: ["messageRetentionSeconds"],
      },
    ],
    ["a resource that is dropped", `production ${queue}-receipts resource: drop`, { drop: true }],
    ["another name", `production ${queue}-receipts resource: rename`, { rename: "$&-renamed" }],
    ["an option", `production ${queue}-receipts option protect: flip`, { options: { protect: true } }],
  ])("%s, in each of its stacks", (_what, id, change) => {
    const { index, graphs, places } = base;
    expect(asFault(named(id), index, graphs, places)).toEqual({
      ...{ id, category: named(id).category, title: id.replace("production ", "") },
      resources: ["prod-au", "prod-eu"].map((stack) => ({
        ...{ type, name: `^${stack}-receipts$`, stacks: [stack], ...change },
      })),
    });
  });

  test.each([
    ["a duplicate", `all ${queue}-receipts resource: duplicate`],
    ["another provider", `all ${queue}-receipts option provider: remove`],
    ["a name that AWS makes", `production ${queue}-orders redrivePolicy.deadLetterTargetArn: swap`],
  ])("but for %s, which the form of faults cannot say", (_what, id) => {
    const { index, graphs, places } = base;
    expect(asFault(named(id), index, graphs, places)).toBeUndefined();
  });
});
