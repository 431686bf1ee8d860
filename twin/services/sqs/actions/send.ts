/** SendMessage and SendMessageBatch. */
import { z } from "zod";
import type { Properties } from "../../../core/store.ts";
import { checkId } from "../attributes.ts";
import { attributesDigest, checkBody, checkMessageAttributes, md5, sizeOf, traceOf } from "../message-attributes.ts";
import { deduplicationId, invalid, invalidValue, isFifo, missing, type Queue, SqsError } from "../model.ts";
import { batch, number, queueAction, type SqsApiCall, sequenceText } from "./call.ts";

const attribute = z.strictObject({
  DataType: z.string().optional(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const shape = {
  MessageBody: z.string().optional(),
  DelaySeconds: number.optional(),
  MessageAttributes: z.record(z.string(), attribute).optional(),
  MessageSystemAttributes: z.record(z.string(), attribute).optional(),
  MessageDeduplicationId: z.string().optional(),
  MessageGroupId: z.string().optional(),
};
const entry = z.strictObject({ Id: z.string(), ...shape });
type Sent = Omit<z.infer<typeof entry>, "Id">;

const longestDelay = 900;

function sendOne(queue: Queue, sent: Sent, call: SqsApiCall): Properties {
  const { MessageBody: body, MessageAttributes = {}, MessageSystemAttributes = {} } = sent;
  if (!body) throw missing("MessageBody");
  const largest = Number(queue.attributes.MaximumMessageSize);
  if (sizeOf(sent) > largest)
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${largest} bytes.`);
  checkBody(body);
  checkMessageAttributes(MessageAttributes);
  checkIds(queue, sent);
  const { id, sequence } = call.sqs.queues.messages.send(queue, {
    body,
    attributes: MessageAttributes,
    trace: traceOf(MessageSystemAttributes),
    groupId: sent.MessageGroupId,
    dedupId: sent.MessageDeduplicationId,
    delay: delayOf(queue, sent.DelaySeconds),
  });
  call.sqs.wake(queue.arn);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    MD5OfMessageAttributes: attributesDigest(MessageAttributes),
    MD5OfMessageSystemAttributes: attributesDigest(MessageSystemAttributes),
    ...(isFifo(queue) && { SequenceNumber: sequenceText(sequence) }),
  };
}

function checkIds(queue: Queue, { MessageGroupId, MessageDeduplicationId }: Sent): void {
  checkId(MessageGroupId, "MessageGroupId");
  checkId(MessageDeduplicationId, "MessageDeduplicationId");
  if (MessageDeduplicationId !== undefined && !isFifo(queue))
    throw notForThisType(MessageDeduplicationId, "MessageDeduplicationId");
}

/** Undefined for the queue's own. In a FIFO queue only the queue has one (API_SendMessage), and 0 is not refused (recorded). */
function delayOf(queue: Queue, seconds: number | undefined): number | undefined {
  if (isFifo(queue) && seconds) throw notForThisType(seconds, "DelaySeconds");
  if (seconds !== undefined && (seconds < 0 || seconds > longestDelay))
    throw invalidValue(seconds, "DelaySeconds", `DelaySeconds must be >= 0 and <= ${longestDelay}.`);
  return seconds;
}

const notForThisType = (value: unknown, parameter: string) =>
  invalidValue(value, parameter, "The request include parameter that is not valid for this queue type.");

export const sendMessage = queueAction(shape, sendOne);

export const sendMessageBatch = queueAction({ Entries: z.array(entry).default([]) }, (queue, { Entries }, call) => {
  const lacking = Entries.map((one) => lack(queue, one)).find((error) => error !== undefined);
  const sent = () => batch(Entries, call, (one) => sendOne(queue, one, call));
  // What is no batch is refused as that first.
  if (Entries.length > 0 && Entries.length <= 10 && lacking) throw lacking;
  return sent();
});

/** One message of a FIFO queue without its group or deduplication id refuses the whole batch, under one code for both (recorded). */
function lack(queue: Queue, { MessageBody = "", MessageGroupId, MessageDeduplicationId }: Sent): SqsError | undefined {
  try {
    deduplicationId(queue, { body: MessageBody, groupId: MessageGroupId, dedupId: MessageDeduplicationId });
    return undefined;
  } catch (error) {
    if (error instanceof SqsError) return invalid(error.message);
    throw error;
  }
}
