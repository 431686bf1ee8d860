/** GetQueueAttributes and SetQueueAttributes. */
import { z } from "zod";
import { checkAttributeNames } from "../attributes.ts";
import { queueAction } from "./call.ts";

export const getQueueAttributes = queueAction(
  { AttributeNames: z.array(z.string()).default([]) },
  (queue, { AttributeNames }, { sqs }) => {
    checkAttributeNames(AttributeNames);
    const depth = sqs.queues.messages.depth(queue.arn);
    const all: Record<string, string> = {
      ...queue.attributes,
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(depth.visible),
      ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
      ApproximateNumberOfMessagesDelayed: String(depth.delayed),
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    };
    const asked = new Set(AttributeNames);
    const chosen = Object.entries(all).filter(([name]) => asked.has("All") || asked.has(name));
    return chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {};
  },
);

export const setQueueAttributes = queueAction(
  { Attributes: z.record(z.string(), z.string()) },
  ({ arn }, { Attributes }, { sqs }) => {
    sqs.queues.setAttributes(arn, Attributes);
    return {};
  },
);
