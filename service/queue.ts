/** The queues as this service uses them. Nothing else here knows that they are SQS. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { deduplicationId, type Order, orderKey } from "./order.ts";

/** A message under way. */
export interface Received {
  messageId: string;
  /** What deletes or hides this one receive of the message. */
  handle: string;
  body: string;
  /** How often it has been received, this time included. */
  receives: number;
}

/** One call: a second to connect, two for the answer. Two tries of it and the pause between them stay under 5 s. */
const CONNECT_MS = 1_000;
const ANSWER_MS = 2_000;
const TRIES = 2;
/** One long poll for receipts. */
const RECEIPT_WAIT_SECONDS = 5;

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

export class OrderQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /**
   * Returns the message id once SQS has stored the order. If it throws, SQS may have it nevertheless (an answer that got
   * lost): the store sends it again, and SQS drops the second one by its deduplication id.
   */
  async put(order: Order): Promise<string> {
    const command = new SendMessageCommand({
      QueueUrl: this.#url,
      MessageBody: order.text,
      MessageGroupId: orderKey(order),
      MessageDeduplicationId: deduplicationId(order),
    });
    const { MessageId } = await this.#client.send(command);
    if (MessageId === undefined) throw new Error(`SQS answered without a message id for ${orderKey(order)}`);
    return MessageId;
  }

  /**
   * Takes up to `most` (10 at the highest) messages and hides them from others for `visibilitySeconds`; waits up to
   * `waitSeconds` for the first. It is not to be cut short: SQS may have handed out messages to it already, and those
   * would stay hidden for all that time.
   */
  async receive(most: number, waitSeconds: number, visibilitySeconds: number): Promise<Received[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: Math.min(10, most),
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: visibilitySeconds,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    const { Messages = [] } = await this.#client.send(command, { requestTimeout: waitSeconds * 1000 + ANSWER_MS });
    return Messages.map((message) => ({
      messageId: message.MessageId ?? "",
      handle: message.ReceiptHandle ?? "",
      body: message.Body ?? "",
      receives: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    }));
  }

  async remove({ handle }: Received): Promise<void> {
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: handle }));
  }

  /** Hides the message for so many seconds from now; 0 gives it back at once. */
  async hide({ handle }: Received, seconds: number): Promise<void> {
    const input = { QueueUrl: this.#url, ReceiptHandle: handle, VisibilityTimeout: seconds };
    await this.#client.send(new ChangeMessageVisibilityCommand(input));
  }
}

/** What verification and the canary wait for: their order came through the queue and dispatch of this release. */
export interface Receipt {
  orderId: string;
  release: string;
}

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

  /** Every receipt that is seen is hidden for a second alone: others wait for theirs on the same queue. */
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
