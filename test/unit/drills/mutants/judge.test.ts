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
  const mutant = mutants.get(id);
  if (!mutant) throw new Error(`there is no mutant ${id}`);
  expect(await judge(base, mutant)).toMatchObject({ stage, by });
});
