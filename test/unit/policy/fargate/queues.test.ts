import type { PolicyResource } from "@pulumi/policy";
import {
  deadLetterQueueHasAlarm,
  deadLetterRetentionIsLongEnough,
  orderIsRetried,
  queueHasDeadLetterQueue,
  queueIsEncrypted,
} from "../../../../policy/fargate/queues.ts";
import { queueIsProtected } from "../../../../policy/fargate/state.ts";
import { cases, resource, stackCases } from "../cases.ts";

const queue = (name: string, props: object = {}, further: Parameters<typeof resource>[3] = {}) =>
  resource("aws:sqs/queue:Queue", name, props, further);

cases(queueIsEncrypted, {
  "fails if nothing encrypts it": [queue("orders", {}), ["set sqsManagedSseEnabled: true"]],
  "fails if encryption is off": [queue("orders", { sqsManagedSseEnabled: false }), ["set sqsManagedSseEnabled: true"]],
  "passes if SQS encrypts it": [queue("orders", { sqsManagedSseEnabled: true }), []],
  "passes if a key of KMS does": [queue("orders", { kmsMasterKeyId: "alias/orders" }), []],
});

const redrive = (maxReceiveCount: number) =>
  queue("orders", { redrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn", maxReceiveCount }) });

cases(orderIsRetried, {
  "fails if one failure gives an order up": [redrive(1), ["maxReceiveCount is 1; expected 3 or more"]],
  "passes if an order is tried again": [redrive(10), []],
});

/** A queue and its dead-letter queue. */
function pair(kept: { orders?: number; deadLetter?: number } = {}): PolicyResource[] {
  const deadLetter = queue("dead-letter", { messageRetentionSeconds: kept.deadLetter ?? 1_209_600 });
  const orders = queue(
    "orders",
    { messageRetentionSeconds: kept.orders ?? 1_209_600 },
    { refers: { redrivePolicy: [deadLetter] } },
  );
  return [orders, deadLetter];
}

stackCases(queueHasDeadLetterQueue, {
  "fails if what cannot be delivered goes nowhere": [
    [queue("orders", { messageRetentionSeconds: 1_209_600 })],
    ["orders: set redrivePolicy with the ARN of a dead-letter queue"],
  ],
  "passes if it goes to a dead-letter queue": [pair(), []],
  "passes if it keeps the events that a rule could not send": [unsentEvents(), []],
  "passes if the queue keeps nothing beyond an hour": [[queue("receipts", { messageRetentionSeconds: 600 })], []],
});

stackCases(deadLetterRetentionIsLongEnough, {
  "fails if dead-lettered messages expire before their queue's": [
    pair({ deadLetter: 345_600 }),
    ["orders: dead-letter keeps messages 345600 s; expected 1209600 s or more, as here"],
  ],
  "passes if they are kept as long": [pair(), []],
});

function watched(metricName: string): PolicyResource[] {
  const [orders, deadLetter] = pair() as [PolicyResource, PolicyResource];
  const alarm = resource(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "dead-letters",
    { metricName },
    { refers: { dimensions: [deadLetter] } },
  );
  return [orders, deadLetter, alarm];
}

function unsentEvents(): PolicyResource[] {
  const unsent = queue("unsent");
  const refers = { deadLetterConfig: [unsent] };
  return [unsent, resource("aws:cloudwatch/eventTarget:EventTarget", "stopped", {}, { refers })];
}

stackCases(deadLetterQueueHasAlarm, {
  "fails if only the age of messages is watched": [
    watched("ApproximateAgeOfOldestMessage"),
    ["dead-letter: no alarm watches its ApproximateNumberOfMessagesVisible"],
  ],
  "passes if their number is": [watched("ApproximateNumberOfMessagesVisible"), []],
  "fails if nothing watches the events that a rule could not send": [
    unsentEvents(),
    ["unsent: no alarm watches its ApproximateNumberOfMessagesVisible"],
  ],
});

function protectedPair(orders: boolean, deadLetter: boolean): PolicyResource[] {
  const [first, second] = pair() as [PolicyResource, PolicyResource];
  first.opts.protect = orders;
  second.opts.protect = deadLetter;
  return [first, second];
}

stackCases(queueIsProtected, {
  "fails if one of two queues of orders is not protected": [
    protectedPair(true, false),
    ["dead-letter: set protect: true in its options"],
  ],
  "fails if the load balancer is protected and the queues are not": [
    [
      resource("aws:lb/loadBalancer:LoadBalancer", "front", { enableDeletionProtection: true }),
      ...protectedPair(false, true),
    ],
    ["orders: set protect: true in its options"],
  ],
  "passes if all are protected": [protectedPair(true, true), []],
  "passes if the stack protects nothing": [protectedPair(false, false), []],
});
