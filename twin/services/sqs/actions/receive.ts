/** ReceiveMessage. */
import { z } from "zod";
import type { Properties } from "../../../core/store.ts";
import { attributesDigest, md5 } from "../message-attributes.ts";
import { handleOf, invalidValue, isFifo, type Message, type Queue } from "../model.ts";
import { checkVisibility, number, queueAction, sequenceText } from "./call.ts";

const names = z.array(z.string()).default([]);
const most = 10;
const longestWait = 20;

export const receiveMessage = queueAction(
  {
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
    MaxNumberOfMessages: number.default(1),
    VisibilityTimeout: number.optional(),
    WaitTimeSeconds: number.optional(),
  },
  async (queue, input, { sqs, account, connection }) => {
    const { MaxNumberOfMessages: count, VisibilityTimeout, WaitTimeSeconds } = input;
    if (count < 1 || count > most)
      throw invalidValue(count, "MaxNumberOfMessages", `Must be between 1 and ${most}, if provided.`);
    if (WaitTimeSeconds !== undefined && (WaitTimeSeconds < 0 || WaitTimeSeconds > longestWait))
      throw invalidValue(WaitTimeSeconds, "WaitTimeSeconds", `Must be >= 0 and <= ${longestWait}, if provided.`);
    checkVisibility(VisibilityTimeout);
    const system = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
    const seconds = WaitTimeSeconds ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
    const deadline = sqs.now() + seconds * 1000;
    for (;;) {
      const messages = sqs.queues.messages.receive(sqs.queues.get(queue.arn), count, VisibilityTimeout);
      if (messages.length > 0)
        return {
          Messages: messages.map((message) => received(queue, message, account, system, input.MessageAttributeNames)),
        };
      const left = deadline - sqs.now();
      if (left <= 0 || !(await sqs.wait(queue.arn, left, connection))) return {};
    }
  },
);

function received(
  queue: Queue,
  message: Message,
  account: string,
  system: readonly string[],
  wanted: readonly string[],
): Properties {
  const chosen = Object.entries(systemAttributes(queue, message, account)).filter(
    ([name, value]) => value !== undefined && (system.includes("All") || system.includes(name)),
  );
  const own: [string, Properties][] = Object.entries<Properties>(JSON.parse(message.attributes)).filter(([name]) =>
    wanted.some((one) => one === "All" || one === name || (one.endsWith(".*") && name.startsWith(one.slice(0, -2)))),
  );
  const attributes = Object.fromEntries(own);
  return {
    MessageId: message.id,
    ReceiptHandle: handleOf(message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(chosen.length > 0 && { Attributes: Object.fromEntries(chosen) }),
    ...(own.length > 0 && { MD5OfMessageAttributes: attributesDigest(attributes), MessageAttributes: attributes }),
  };
}

function systemAttributes(queue: Queue, message: Message, account: string): Record<string, string | undefined> {
  return {
    SenderId: account,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    AWSTraceHeader: message.trace ?? undefined,
    DeadLetterQueueSourceArn: message.source ?? undefined,
    MessageGroupId: message.groupId ?? undefined,
    MessageDeduplicationId: message.dedupId ?? undefined,
    SequenceNumber: isFifo(queue) ? sequenceText(message.sequence) : undefined,
  };
}
