import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type Found, foundIn } from "./messages.ts";

/** The two queues of a redrive, by their URLs. */
export interface Urls {
  deadLetters: string;
  orders: string;
}

/** Milliseconds for one call. */
const patience = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };
/** Visibility timeout in seconds: a message that was read is invisible to other readers. */
export const INVISIBLE_SECONDS = 10 * 60;
/** Seconds of a long poll: one that finds nothing has asked all of SQS's servers. */
const WAIT_SECONDS = 2;

/** What a redrive asks of SQS. Batches hold ten at the most, as SQS hands them out. */
export class RedriveQueues {
  readonly #client: SQSClient;
  readonly #urls: Urls;

  constructor(settings: ConstructorParameters<typeof SQSClient>[0], urls: Urls) {
    this.#client = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false, requestHandler: patience });
    this.#urls = urls;
  }

  async receive(): Promise<Found[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#urls.deadLetters,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: INVISIBLE_SECONDS,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId"],
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages.map(foundIn);
  }

  /**
   * Puts messages on the queue of orders as they are: text, group and attributes. The deduplication id is the message's own:
   * the order's would drop one that was sent within the last five minutes, and a redrive that is called again after it
   * broke off sends none twice in that time.
   *
   * @returns by message id, why a message was not taken
   */
  async send(messages: readonly Found[]): Promise<Map<string, string>> {
    const Entries = messages.map(({ messageId, body, groupId, attributes }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: messageId,
      MessageAttributes: attributes,
    }));
    return failures(
      messages,
      await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#urls.orders, Entries })),
    );
  }

  /** @returns by message id, why a message is still there */
  async remove(messages: readonly Found[]): Promise<Map<string, string>> {
    const Entries = messages.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }));
    return failures(
      messages,
      await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#urls.deadLetters, Entries })),
    );
  }

  /** Makes messages visible again; those that are already are no error. */
  async giveBack(handles: readonly string[]): Promise<void> {
    for (let from = 0; from < handles.length; from += 10) {
      const Entries = handles
        .slice(from, from + 10)
        .map((handle, index) => ({ Id: String(index), ReceiptHandle: handle, VisibilityTimeout: 0 }));
      await this.#client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#urls.deadLetters, Entries }));
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

function failures(
  messages: readonly Found[],
  { Failed = [] }: { Failed?: BatchResultErrorEntry[] | undefined },
): Map<string, string> {
  return new Map(
    Failed.map(({ Id, Code, Message = "" }) => [messages[Number(Id)]?.messageId ?? "", `${Code}: ${Message}`]),
  );
}
