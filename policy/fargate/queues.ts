/** Orders that are accepted are kept until they are delivered, or dead-lettered and read. */
import { resourceRule, stackRule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";
import { intersects } from "../stack.ts";
import { parse } from "../types.ts";

type Queue = StackResource<"aws:sqs/queue:Queue">;

/** Seconds for which SQS keeps a message by default: 4 days. */
const defaultRetention = 345_600;
/** Seconds: what a queue keeps no longer than this is no order, and may be lost. */
const passing = 3_600;

/** Where a queue's messages go that were taken too often. */
function deadLetterQueues(queue: Queue): Queue[] {
  return queue.refersTo("redrivePolicy", "aws:sqs/queue:Queue");
}

/** Whether a queue is another one's dead-letter queue. */
export function isDeadLetterQueue(queue: Queue, stack: Stack): boolean {
  return stack.all("aws:sqs/queue:Queue").some((other) => intersects(deadLetterQueues(other), [queue]));
}

/** Whether it is where events go that a rule could not send. */
function takesUnsentEvents(queue: Queue, stack: Stack): boolean {
  return stack
    .all("aws:cloudwatch/eventTarget:EventTarget")
    .some((target) => intersects(target.refersTo("deadLetterConfig", "aws:sqs/queue:Queue"), [queue]));
}

export const queueIsEncrypted = resourceRule({
  name: "queue-is-encrypted",
  description: "A queue is encrypted, by SQS itself or with a key of KMS.",
  on: "aws:sqs/queue:Queue",
  check: ({ sqsManagedSseEnabled, kmsMasterKeyId }, report) => {
    if (sqsManagedSseEnabled !== true && !kmsMasterKeyId) report("set sqsManagedSseEnabled: true");
  },
});

export const queueHasDeadLetterQueue = stackRule({
  name: "queue-has-dead-letter-queue",
  description:
    "What a queue cannot deliver goes to a dead-letter queue; only one that keeps nothing beyond an hour needs none.",
  on: "aws:sqs/queue:Queue",
  check: (queue, report, stack) => {
    const passes = (queue.props.messageRetentionSeconds ?? defaultRetention) <= passing;
    const last = isDeadLetterQueue(queue, stack) || takesUnsentEvents(queue, stack);
    if (passes || last || deadLetterQueues(queue).length > 0) return;
    report("set redrivePolicy with the ARN of a dead-letter queue");
  },
});

/** Below this a single restart of a container beside a single failure of the ERP would give an order up. */
const leastReceives = 3;

export const orderIsRetried = resourceRule({
  name: "queue-tries-again",
  description: "An order is taken at least three times before it goes to the dead-letter queue.",
  on: "aws:sqs/queue:Queue",
  check: ({ redrivePolicy }, report) => {
    if (redrivePolicy === undefined) return;
    const { maxReceiveCount } = parse<{ maxReceiveCount?: number | string }>(redrivePolicy);
    if (Number(maxReceiveCount ?? 0) < leastReceives) {
      report(`maxReceiveCount is ${maxReceiveCount}; expected ${leastReceives} or more`);
    }
  },
});

export const deadLetterRetentionIsLongEnough = stackRule({
  name: "queue-dead-letters-kept-long-enough",
  description: "A dead-letter queue keeps messages no shorter than the queue they come from.",
  on: "aws:sqs/queue:Queue",
  check: (queue, report) => {
    const kept = queue.props.messageRetentionSeconds ?? defaultRetention;
    for (const deadLetterQueue of deadLetterQueues(queue)) {
      const seconds = deadLetterQueue.props.messageRetentionSeconds ?? defaultRetention;
      if (seconds < kept)
        report(`${deadLetterQueue.name} keeps messages ${seconds} s; expected ${kept} s or more, as here`);
    }
  },
});

export const deadLetterQueueHasAlarm = stackRule({
  name: "queue-dead-letters-raise-alarm",
  description:
    "A notification is sent for anything in a dead-letter queue: the age of the oldest order does not show it.",
  on: "aws:sqs/queue:Queue",
  check: (queue, report, stack) => {
    if (!isDeadLetterQueue(queue, stack) && !takesUnsentEvents(queue, stack)) return;
    const watched = stack
      .all("aws:cloudwatch/metricAlarm:MetricAlarm")
      .filter(({ props }) => props.metricName === "ApproximateNumberOfMessagesVisible")
      .some((alarm) => intersects(alarm.refersTo("dimensions", "aws:sqs/queue:Queue"), [queue]));
    if (!watched) report("no alarm watches its ApproximateNumberOfMessagesVisible");
  },
});
