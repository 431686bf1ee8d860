import { createHash } from "node:crypto";
import { AwsError } from "../../core/errors.ts";

/** Codes that the query protocol spells otherwise (SQS's API model of the query protocol, botocore 1.29). */
const queryCodes: Record<string, string> = {
  AccessDeniedException: "AccessDenied",
  InvalidParameterValueException: "InvalidParameterValue",
  MissingRequiredParameterException: "MissingParameter",
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  ...Object.fromEntries(
    [
      ...["BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidBatchEntryId"],
      ...["PurgeQueueInProgress", "QueueDeletedRecently", "TooManyEntriesInBatchRequest"],
    ].map((code) => [code, `AWS.SimpleQueueService.${code}`]),
  ),
};

/** An error of the service, by the name of the JSON protocol. */
export class SqsError extends AwsError {
  constructor(code: string, message: string, status = 400) {
    super(code, message, status, queryCodes[code]);
  }
}

/** What most refusals are: `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …`. */
export const invalid = (message: string) => new SqsError("InvalidParameterValueException", message);
/** The same, with the value and the parameter that it is of. */
export const invalidValue = (value: unknown, parameter: string, reason: string) =>
  invalid(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);
/** For a parameter that has to be there. */
export const missing = (parameter: string) =>
  new SqsError("MissingRequiredParameterException", `The request must contain the parameter ${parameter}.`);

/** SQS's own attribute names, all values strings, as SetQueueAttributes has them. */
export type QueueAttributes = Record<string, string>;

/** Times in milliseconds since 1970. */
export interface Queue {
  arn: string;
  name: string;
  region: string;
  attributes: QueueAttributes;
  tags: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
  purgedAt?: number;
  /** What it was created with: a change of DeduplicationScope changes nothing (recorded on AWS by LocalStack, 2024). */
  deduplicatesByGroup: boolean;
}

/** Times in milliseconds since 1970. */
export interface Message {
  id: string;
  /** ARN. */
  queue: string;
  body: string;
  /** Message attributes as JSON. */
  attributes: string;
  /** AWSTraceHeader. */
  trace: string | null;
  groupId: string | null;
  dedupId: string | null;
  sequence: number;
  sentAt: number;
  firstReceivedAt: number | null;
  receives: number;
  visibleAt: number;
  /** Of the last receive. */
  receipt: string | null;
  /** ARN of the queue from which it was dead-lettered. */
  source: string | null;
}

export interface NewMessage {
  body: string;
  /** Message attributes as they came over the wire. */
  attributes?: unknown;
  trace?: string | undefined;
  groupId?: string | undefined;
  dedupId?: string | undefined;
  /** Seconds; the queue's own when undefined, and in a FIFO queue. */
  delay?: number | undefined;
}

export interface Depth {
  visible: number;
  inFlight: number;
  delayed: number;
  /** Seconds since the oldest message was sent; 0 when the queue is empty. */
  oldestSeconds: number;
}

/** Whether a queue is a FIFO queue. */
export const isFifo = (queue: Queue): boolean => queue.attributes.FifoQueue === "true";

/** Undefined for a standard queue. @throws SqsError when a FIFO queue needs what the message lacks */
export function deduplicationId(
  queue: Queue,
  message: Pick<NewMessage, "body" | "groupId" | "dedupId">,
): string | undefined {
  if (!isFifo(queue)) return undefined;
  if (message.groupId === undefined) throw missing("MessageGroupId");
  if (message.dedupId !== undefined) return message.dedupId;
  if (queue.attributes.ContentBasedDeduplication === "true")
    return createHash("sha256").update(message.body).digest("hex");
  throw invalid(
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

/** A queue's redrive policy; without one no receive is too many. */
export function redrive(queue: Queue): { deadLetterArn?: string; maxReceives: number } {
  const policy = queue.attributes.RedrivePolicy;
  if (!policy) return { maxReceives: Number.POSITIVE_INFINITY };
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy);
  return { deadLetterArn: deadLetterTargetArn, maxReceives: Number(maxReceiveCount) };
}

/** What stands for one receive of one message: its sequence and a text of that receive, under its queue's ARN. */
export interface Handle {
  sequence: number;
  receipt: string;
}

/** An opaque text, as on AWS: clients may do nothing with it but send it back. */
export function handleOf({ queue, sequence, receipt }: Pick<Message, "queue" | "sequence" | "receipt">): string {
  return Buffer.from(`${queue} ${sequence} ${receipt}`).toString("base64");
}

/** @throws SqsError ReceiptHandleIsInvalid for a text that is no handle of the queue */
export function readHandle(queueArn: string, handle: string): Handle {
  const [queue, sequence, receipt] = Buffer.from(handle, "base64").toString().split(" ");
  if (queue !== queueArn || !receipt || !/^\d+$/.test(sequence ?? ""))
    throw new SqsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`);
  return { sequence: Number(sequence), receipt };
}
