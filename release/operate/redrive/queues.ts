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
/** Seconds for which what was received is nobody else's. */
export const HIDDEN_SECONDS = 10 * 60;
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
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId"],
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages.map(foundIn);
  }

  /**
   * Puts letters on the queue of orders as they are: text, group and attributes. The deduplication id is the letter's own:
   * the order's would drop one that was sent within the last five minutes, and a redrive that is called again after it
   * broke off sends none twice in that time.
   *
   * @returns by message id, why a letter was not taken
   */
  async send(letters: readonly Found[]): Promise<Map<string, string>> {
    const Entries = letters.map(({ messageId, body, groupId, attributes }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: messageId,
      MessageAttributes: attributes,
    }));
    return failures(
      letters,
      await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#urls.orders, Entries })),
    );
  }

  /** @returns by message id, why a letter is still there */
  async remove(letters: readonly Found[]): Promise<Map<string, string>> {
    const Entries = letters.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }));
    return failures(
      letters,
      await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#urls.deadLetters, Entries })),
    );
  }

  /** Makes letters visible again; those that are already are no error. */
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
  letters: readonly Found[],
  { Failed = [] }: { Failed?: BatchResultErrorEntry[] | undefined },
): Map<string, string> {
  return new Map(
    Failed.map(({ Id, Code, Message = "" }) => [letters[Number(Id)]?.messageId ?? "", `${Code}: ${Message}`]),
  );
}
