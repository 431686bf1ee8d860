import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { allGone, driftedIn, driftedWords } from "../../../../release/operate/drifted.ts";

const event = (type: string, op: string, diffs: string[] = [], outputs: object = {}): EngineEvent =>
  ({
    resOutputsEvent: {
      metadata: { op, type, urn: `urn:pulumi:prod-au::order-queue::${type}::one`, diffs, new: { outputs } },
    },
  }) as unknown as EngineEvent;

const subscription = "aws:sns/topicSubscription:TopicSubscription";
const words = (...events: EngineEvent[]) => driftedIn(events).map(driftedWords);

test("what is gone and what was changed is drift; what is the same is not", () => {
  expect(
    words(
      event("aws:route53/record:Record", "delete"),
      event("aws:sqs/queue:Queue", "update", ["visibilityTimeoutSeconds", "policy"]),
      event("aws:sqs/queue:Queue", "same"),
      event("pulumi:pulumi:StackReference", "update", ["outputs"]),
    ),
  ).toEqual(["is gone", "changed: visibilityTimeoutSeconds, policy"]);
});

test("the loss of every AWS resource is distinguished from the loss of some", () => {
  const [gone, same] = [event("aws:sqs/queue:Queue", "delete"), event("aws:sqs/queue:Queue", "same")];
  const others = [event("pulumi:pulumi:Stack", "same"), event("tls:index/privateKey:PrivateKey", "same")];
  expect([allGone([...others, gone, gone]), allGone([gone, same]), allGone(others)]).toEqual([2, undefined, undefined]);
});

test("a subscription that is not confirmed is drift, changed or not; a confirmed one is not", () => {
  const waits = ["is not confirmed: no notification is sent through it"];
  expect(words(event(subscription, "same", [], { pendingConfirmation: true }))).toEqual(waits);
  expect(words(event(subscription, "update", ["pendingConfirmation"], { pendingConfirmation: true }))).toEqual(waits);
  expect(words(event(subscription, "update", ["pendingConfirmation"], { pendingConfirmation: false }))).toEqual([]);
});

test("a certificate that ACM renewed has not drifted", () => {
  const certificate = "aws:acm/certificate:Certificate";
  expect(words(event(certificate, "update", ["notAfter", "notBefore"]))).toEqual([]);
  expect(words(event(certificate, "update", ["notAfter", "status"]))).toEqual(["changed: status"]);
});
