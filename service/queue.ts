/** The queues as this service uses them. Nothing else here knows that they are SQS. */
import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type BatchEntry, BatchSender } from "./batch-sender.ts";
import { Batches } from "./batches.ts";

/** A message for the queue of orders. */
export interface NewMessage {
  body: string;
  group: string;
  deduplicationId: string;
  /** Texts by name, as its message attributes. */
  attributes: Record<string, string>;
}

/** A message under way. */
export interface Received {
  messageId: string;
  /** What deletes this one receive of the message, or makes it invisible. */
  handle: string;
  body: string;
  /** How often it has been received, this time included. */
  receives: number;
  groupId: string;
  /** When SQS stored it, in milliseconds since 1970. */
  sentAt: number;
  attributes: Record<string, MessageAttributeValue>;
}

/** One call: a second to connect, two for the answer. Two tries of it and the pause between them stay under 5 s. */
const CONNECT_MS = 1_000;
const ANSWER_MS = 2_000;
const TRIES = 2;
/** One long poll for receipts. */
const RECEIPT_WAIT_SECONDS = 5;

/** What a message's attributes have at the most, names and types included; the order's limit leaves 4 KiB for them. */
const ATTRIBUTE_BYTES = 1_024;

/**
 * What one batch holds: 10 entries, and 256 KiB of them together. SQS takes 1 MiB since August 2025, where every region
 * had it; the old bound holds in both (API_SendMessageBatch.html). Four calls at a time keep a batch full under load where the
 * queue answers at once; up to 32 full ones are under way where it takes its time. What is copied for them is bounded by that.
 */
const BATCH = { items: 10, bytes: 256 * 1024, calls: 4, fullCalls: 32, waitMs: 2_000 };

/**
 * A client that gives up soon: who waits for it is a store with an order. The endpoint is AWS_REGION's, or the one that
 * the environment names (a VPC endpoint); never the host inside the queue's URL.
 */
export function queueClient(region: string): SQSClient {
  return new SQSClient({
    region,
    useQueueUrlAsEndpoint: false,
    maxAttempts: TRIES,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  });
}

/** The queue of orders, in batches. */
export class OrderQueue {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #puts: Puts;
  readonly #removals: Batches<Received, undefined>;
  readonly #visibilityChanges: Batches<{ handle: string; seconds: number }, undefined>;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
    this.#puts = putsTo(client, url);
    this.#removals = new Batches(BATCH, (messages) => this.#removeAll(messages));
    this.#visibilityChanges = new Batches(BATCH, (changes) => this.#changeVisibilityAll(changes));
  }

  /**
   * Returns the message id once SQS has stored the order, as the last one of its message group. If it throws, SQS may have it nevertheless (an answer that got
   * lost): the store sends it again, and SQS drops the second one by its deduplication id.
   */
  put({ body, group, deduplicationId, attributes }: NewMessage): Promise<string> {
    const texts = Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }]);
    return this.#puts.add({
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
      MessageAttributes: Object.fromEntries(texts),
    });
  }

  /**
   * Takes up to `most` (10 at the highest) messages, those of one group in their sequence, invisible to others for `visibilitySeconds`; waits up to
   * `waitSeconds` for the first. It is not to be cut short: SQS may have handed out messages to it already, and those
   * would stay invisible for all that time.
   */
  async receive(most: number, waitSeconds: number, visibilitySeconds: number): Promise<Received[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: Math.min(10, most),
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: visibilitySeconds,
      MessageSystemAttributeNames: ["ApproximateReceiveCount", "MessageGroupId", "SentTimestamp"],
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await this.#client.send(command, { requestTimeout: waitSeconds * 1000 + ANSWER_MS });
    return Messages.map((message) => ({
      messageId: message.MessageId ?? "",
      handle: message.ReceiptHandle ?? "",
      body: message.Body ?? "",
      receives: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
      groupId: message.Attributes?.MessageGroupId ?? "",
      sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
      attributes: message.MessageAttributes ?? {},
    }));
  }

  async remove(message: Received): Promise<void> {
    await this.#removals.add(message);
  }

  /** The message is invisible for so many seconds from now; 0 returns it to the queue at once. */
  async changeVisibility({ handle }: Received, seconds: number): Promise<void> {
    await this.#visibilityChanges.add({ handle, seconds });
  }

  /** Messages that are invisible, about. */
  async inFlight(): Promise<number> {
    const name = "ApproximateNumberOfMessagesNotVisible";
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: [name] });
    const { Attributes = {} } = await this.#client.send(command);
    return Number(Attributes[name] ?? 0);
  }

  async #removeAll(messages: Received[]): Promise<(undefined | Error)[]> {
    const Entries = messages.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }));
    const answer = await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries }));
    return outcomes(Entries, answer, () => undefined);
  }

  async #changeVisibilityAll(changes: { handle: string; seconds: number }[]): Promise<(undefined | Error)[]> {
    const Entries = changes.map(({ handle, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: handle,
      VisibilityTimeout: seconds,
    }));
    const answer = await this.#client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }));
    return outcomes(Entries, answer, () => undefined);
  }
}

/** The dead-lettered orders, each with its reason, until they are redriven. */
export class DeadLetterQueue {
  readonly #puts: Puts;

  constructor(client: SQSClient, url: string) {
    this.#puts = putsTo(client, url);
  }

  /**
   * Keeps group and attributes. The deduplication id is the message's own id, as where SQS itself moves one: the order's
   * would drop an order that was redriven and failed again within five minutes ("Learn how to configure a dead-letter
   * queue redrive in Amazon SQS", note).
   */
  async put({ messageId, body, groupId, attributes, receives }: Received, reason: string): Promise<void> {
    await this.#puts.add({
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: messageId,
      MessageAttributes: {
        ...attributes,
        reason: { DataType: "String", StringValue: reason },
        receives: { DataType: "Number", StringValue: String(receives) },
      },
    });
  }
}

/** Messages for a queue, sent in batches; the message id of each. */
type Puts = Batches<Omit<BatchEntry, "Id">, string>;

function putsTo(client: SQSClient, url: string): Puts {
  const limits = { calls: BATCH.fullCalls, tries: TRIES, connectMs: CONNECT_MS, answerMs: ANSWER_MS };
  const sender = new BatchSender(client, limits);
  const send = async (entries: Omit<BatchEntry, "Id">[]) => {
    const numbered = entries.map((entry, index) => ({ Id: String(index), ...entry }));
    return outcomes(numbered, await sender.send(url, numbered), messageIdOf);
  };
  return new Batches(BATCH, send, ({ MessageBody }) => Buffer.byteLength(MessageBody) + ATTRIBUTE_BYTES);
}

function messageIdOf({ MessageId }: { MessageId: string | undefined }): string | Error {
  return MessageId ?? new Error("SQS answered without a message id");
}

/** A batch is answered entry by entry: some may have failed though the call did not. */
function outcomes<Success extends { Id: string | undefined }, Outcome>(
  entries: { Id: string }[],
  {
    Successful = [],
    Failed = [],
  }: { Successful?: Success[] | undefined; Failed?: BatchResultErrorEntry[] | undefined },
  outcomeOf: (success: Success) => Outcome,
): (Outcome | Error)[] {
  const found = new Map<string | undefined, Outcome | Error>([
    ...Successful.map((success) => [success.Id, outcomeOf(success)] as const),
    ...Failed.map(({ Id, Code, Message = "" }) => [Id, new Error(`${Code}: ${Message}`)] as const),
  ]);
  return entries.map(({ Id }) =>
    found.has(Id) ? (found.get(Id) as Outcome) : new Error("SQS did not answer for this entry"),
  );
}

/** What verification and the canary wait for: their order came through the queue and dispatch of this release. */
export interface Receipt {
  orderId: string;
  release: string;
}

/** The queue of receipts of synthetic orders. */
export class ReceiptsQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /** Returns the message id once SQS has stored the receipt. */
  async put(receipt: Receipt): Promise<string | undefined> {
    const command = new SendMessageCommand({ QueueUrl: this.#url, MessageBody: JSON.stringify(receipt) });
    const { MessageId } = await this.#client.send(command);
    return MessageId;
  }

  /** Waits for the receipt of an order until `signal` is aborted, and says whether it came. */
  async take(orderId: string, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      for (const { Body = "{}", ReceiptHandle } of await this.#receive(signal)) {
        if (JSON.parse(Body).orderId !== orderId) continue;
        await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
        return true;
      }
    }
    return false;
  }

  /** Every receipt that is read is invisible for one second only: others wait for theirs on the same queue. */
  async #receive(signal: AbortSignal): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: RECEIPT_WAIT_SECONDS,
      VisibilityTimeout: 1,
    });
    const options = { abortSignal: signal, requestTimeout: RECEIPT_WAIT_SECONDS * 1000 + ANSWER_MS };
    try {
      const { Messages = [] } = await this.#client.send(command, options);
      return Messages;
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  }
}
