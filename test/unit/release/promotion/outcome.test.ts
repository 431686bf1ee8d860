import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { mayRollBack, outcomeOf } from "../../../../release/promotion/outcome.ts";

const queue = "aws:sqs/queue:Queue";
const verification = "pulumi-nodejs:dynamic/order-queue:Verification";
const verifier = "pulumi:providers:pulumi-nodejs";
const event = (content: object) => content as EngineEvent;
const prelude = event({ preludeEvent: { config: {} } });
const done = (op: string, type = queue) => event({ resOutputsEvent: { metadata: { op, type } } });
const failed = (type: string) => event({ resOpFailedEvent: { metadata: { op: "create", type } } });

test.each([
  ["not started", "without any event", []],
  ["nothing changed", "where the program failed first", [prelude]],
  ["nothing changed", "where every resource stayed as it was", [prelude, done("same"), done("read")]],
  ["nothing changed", "where it was only read again", [prelude, done("read-replacement"), done("read-discard")]],
  ["nothing changed", "where its state alone was read", [prelude, done("refresh"), done("discard-replaced")]],
  ["changed", "where a resource was changed", [prelude, done("same"), done("update")]],
  ["changed", "where a resource failed: it may exist in part", [prelude, failed(queue)]],
  ["nothing changed", "where nothing but verification ran", [prelude, done("update", verification)]],
  ["nothing changed", "where a setting reached verification's provider", [prelude, done("update", verifier)]],
  ["verification failed", "where the checks failed", [prelude, done("update"), failed(verification)]],
])("an update is %s %s", (outcome, _, events) => {
  expect(outcomeOf(events)).toBe(outcome);
});

test("a stack is rolled back only where the update changed it or its checks failed", () => {
  expect((["not started", "nothing changed", "changed", "verification failed"] as const).map(mayRollBack)).toEqual([
    ...[false, false, true, true],
  ]);
});
