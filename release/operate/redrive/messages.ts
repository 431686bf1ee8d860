import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";

/** A message of a dead-letter queue, as a redrive reports it. */
export interface DeadLetter {
  messageId: string;
  /** Undefined where the message is no order. */
  store: string | undefined;
  orderId: string | undefined;
  /** Why it was dead-lettered. */
  reason: string;
  /** When it was sent to the dead-letter queue, ISO 8601. */
  since: string;
}

/** A message of a dead-letter queue with what its redrive needs. */
export interface Found extends DeadLetter {
  body: string;
  handle: string;
  groupId: string;
  attributes: Record<string, MessageAttributeValue>;
}

/** SQS itself moves a message that was received too often before dispatch could dead-letter it. */
export const MOVED_BY_SQS = "moved by SQS: received too often";

/** A message as SQS returned it, read for its store, order and reason. */
export function foundIn(message: Message): Found {
  const { MessageId = "", ReceiptHandle = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  return {
    messageId: MessageId,
    ...orderIn(Body),
    reason: MessageAttributes.reason?.StringValue ?? MOVED_BY_SQS,
    since: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    body: Body,
    handle: ReceiptHandle,
    groupId: Attributes.MessageGroupId ?? "",
    attributes: MessageAttributes,
  };
}

function orderIn(body: string): Pick<DeadLetter, "store" | "orderId"> {
  try {
    const { store, orderId } = JSON.parse(body);
    return {
      store: typeof store === "string" ? store : undefined,
      orderId: typeof orderId === "string" ? orderId : undefined,
    };
  } catch {
    return { store: undefined, orderId: undefined };
  }
}

/** Whether a message is redriven: of the named store, or of any; never one dead-lettered since the redrive started. */
export function isChosen({ store, since }: DeadLetter, only: string | undefined, began: Date): boolean {
  return new Date(since) < began && (only === undefined || store === only);
}

/** The dead-lettered messages of a store, or of no store. */
export interface Tally {
  store: string | undefined;
  count: number;
  chosen: boolean;
  /** When the first of them was dead-lettered, ISO 8601. */
  since: string;
  /** How many by reason, the most first. */
  reasons: Record<string, number>;
  /** By reason the ids of the orders that were found first, `MOST_NAMED` at the most. */
  orders: Record<string, string[]>;
}

const MOST_NAMED = 3;

/** Counts messages as they are read: there may be more than fit into memory. */
export class Tallies {
  readonly #stores = new Map<string | undefined, Tally>();

  add({ store, orderId, reason, since }: DeadLetter, chosen: boolean): void {
    const tally = this.#stores.get(store) ?? { store, count: 0, chosen, since, reasons: {}, orders: {} };
    this.#stores.set(store, tally);
    tally.count += 1;
    tally.chosen ||= chosen;
    if (since < tally.since) tally.since = since;
    tally.reasons[reason] = (tally.reasons[reason] ?? 0) + 1;
    const named = tally.orders[reason] ?? [];
    if (orderId !== undefined && named.length < MOST_NAMED) tally.orders[reason] = [...named, orderId];
  }

  /** The most messages first. */
  get all(): Tally[] {
    return [...this.#stores.values()]
      .map((tally) => ({
        ...tally,
        reasons: Object.fromEntries(Object.entries(tally.reasons).sort(([, a], [, b]) => b - a)),
      }))
      .sort((a, b) => b.count - a.count);
  }
}

/** Bytes of one SendMessageBatch together, attributes included (service/queue.ts has the source). */
const BATCH_BYTES = 256 * 1024;

/** Splits what was received at once into batches that may be sent; a message alone always may. */
export function batches(messages: readonly Found[]): Found[][] {
  const all: Found[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body) + Buffer.byteLength(JSON.stringify(message.attributes));
    bytes += size;
    if (bytes > BATCH_BYTES) {
      all.push([]);
      bytes = size;
    }
    all.at(-1)?.push(message);
  }
  return all;
}
