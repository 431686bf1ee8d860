/** TagQueue, UntagQueue and ListQueueTags. */
import { z } from "zod";
import { queueAction } from "./call.ts";

export const tagQueue = queueAction({ Tags: z.record(z.string(), z.string()) }, (queue, { Tags }, { sqs }) => {
  sqs.queues.write({ ...queue, tags: { ...queue.tags, ...Tags } });
  return {};
});

export const untagQueue = queueAction({ TagKeys: z.array(z.string()) }, (queue, { TagKeys }, { sqs }) => {
  const rest = Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key));
  sqs.queues.write({ ...queue, tags: Object.fromEntries(rest) });
  return {};
});

export const listQueueTags = queueAction({}, ({ tags }) => (Object.keys(tags).length > 0 ? { Tags: tags } : {}));
