/** DeleteMessage and ChangeMessageVisibility, each alone and in batches: what a receipt handle is for. */
import { z } from "zod";
import { missing, type Queue } from "../model.ts";
import { batch, checkVisibility, number, queueAction, type SqsApiCall } from "./call.ts";

const handle = { ReceiptHandle: z.string().optional() };
const change = { ...handle, VisibilityTimeout: number.optional() };
const entries = <S extends z.ZodRawShape>(shape: S) =>
  z.array(z.strictObject({ Id: z.string(), ...shape })).default([]);

interface Handled {
  ReceiptHandle?: string | undefined;
  VisibilityTimeout?: number | undefined;
}

function remove(queue: Queue, { ReceiptHandle }: Handled, { sqs }: SqsApiCall): undefined {
  if (!ReceiptHandle) throw missing("ReceiptHandle");
  sqs.queues.messages.remove(queue, ReceiptHandle);
  // In a FIFO queue the next message of its group may be received now.
  sqs.wake(queue.arn);
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: Handled, { sqs }: SqsApiCall): undefined {
  if (!ReceiptHandle) throw missing("ReceiptHandle");
  if (VisibilityTimeout === undefined) throw missing("VisibilityTimeout");
  checkVisibility(VisibilityTimeout);
  sqs.queues.messages.changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
  if (VisibilityTimeout === 0) sqs.wake(queue.arn);
}

export const deleteMessage = queueAction(handle, (queue, input, call) => remove(queue, input, call) ?? {});
export const deleteMessageBatch = queueAction({ Entries: entries(handle) }, (queue, { Entries }, call) =>
  batch(Entries, call, (one) => remove(queue, one, call)),
);
export const changeMessageVisibility = queueAction(
  change,
  (queue, input, call) => changeVisibility(queue, input, call) ?? {},
);
export const changeMessageVisibilityBatch = queueAction({ Entries: entries(change) }, (queue, { Entries }, call) =>
  batch(Entries, call, (one) => changeVisibility(queue, one, call)),
);
