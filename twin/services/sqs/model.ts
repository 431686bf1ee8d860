import { createHash } from "node:crypto";
import { AwsError } from "../../core/errors.ts";

/** An error of the service, by AWS's name. */
export class SqsError extends AwsError {
  /** The code that older clients know, where AWS still sends one (x-amzn-query-error). */
  readonly queryCode: string | undefined;

  constructor(code: string, message: string, status = 400, queryCode?: string) {
    super(code, message, status);
    this.queryCode = queryCode;
  }
}

/** SQS's own attribute names, all values strings, as SetQueueAttributes has them. */
export type QueueAttributes = Record<string, string>;

export interface Queue {
  arn: string;
  name: string;
  region: string;
  attributes: QueueAttributes;
  createdAt: number;
}

export interface Message {
  id: string;
  queue: string;
  body: string;
  attributes: string;
  groupId: string | null;
  dedupId: string | null;
  sequence: number;
  sentAt: number;
  firstReceivedAt: number | null;
  receives: number;
  visibleAt: number;
  receipt: string | null;
}

export interface NewMessage {
  body: string;
  /** Message attributes as they came over the wire. */
  attributes?: unknown;
  groupId?: string | undefined;
  dedupId?: string | undefined;
  /** Seconds; the queue's own when undefined. */
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
export function deduplicationId(queue: Queue, message: NewMessage): string | undefined {
  if (!isFifo(queue)) return undefined;
  if (!message.groupId)
    throw new SqsError("MissingParameter", "The request must contain the parameter MessageGroupId.");
  if (message.dedupId) return message.dedupId;
  if (queue.attributes.ContentBasedDeduplication === "true")
    return createHash("sha256").update(message.body).digest("hex");
  throw new SqsError(
    "InvalidParameterValue",
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
