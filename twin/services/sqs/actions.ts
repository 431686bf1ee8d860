import { createHash } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { Properties } from "../../core/store.ts";
import { checkAttributes, checkMessageAttributes } from "./attributes.ts";
import { isFifo, type Message, type Queue, SqsError } from "./model.ts";
import type { Queues } from "./queues.ts";

/** One call of the SQS API. */
export interface SqsCall {
  queues: Queues;
  /** From the signature's credential scope. */
  region: string;
  account: string;
  input: Properties;
  now: Clock;
  /** Resolves when something may have come into the queue, or after `milliseconds`; false when the caller has gone. */
  wait(queueArn: string, milliseconds: number): Promise<boolean>;
  /** Wakes those who wait for the queue. */
  sent(queueArn: string): void;
}

type Action = (call: SqsCall) => Properties | Promise<Properties>;

/** Bytes of all messages of a batch together; since August 2025, before it was 262,144 (API_SendMessageBatch.html). */
const batchBytes = 1_048_576;
/** Seconds that a message may be invisible at the longest. */
const longestVisibility = 43_200;

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** The form of a queue's URL that AWS uses. */
export const queueUrl = (account: string, name: string, region: string): string =>
  `https://sqs.${region}.amazonaws.com/${account}/${name}`;

/** The ARN that a URL stands for. Only region and name count; the host may be the twin's own. */
function arnOf(call: SqsCall): string {
  const url: unknown = call.input.QueueUrl;
  if (typeof url !== "string")
    throw new SqsError("MissingParameter", "The request must contain the parameter QueueUrl.");
  const region = /^https?:\/\/sqs\.([a-z0-9-]+)\./.exec(url)?.[1] ?? call.region;
  return call.queues.arn(url.slice(url.lastIndexOf("/") + 1), region);
}

const queueOf = (call: SqsCall): Queue => call.queues.get(arnOf(call));

/**
 * What IAM is asked before an action: a batch needs the permission for one (SQS developer guide, "Amazon SQS API
 * permissions: Actions and resource reference").
 */
export function permission(name: string, call: SqsCall): { action: string; resource: string } {
  const action = `sqs:${name.replace(/Batch$/, "")}`;
  if (name === "ListQueues") return { action, resource: "*" };
  return {
    action,
    resource: name === "GetQueueUrl" ? call.queues.arn(call.input.QueueName, call.region) : arnOf(call),
  };
}

function sendOne(call: SqsCall, queue: Queue, entry: Properties): Properties {
  const body: unknown = entry.MessageBody;
  if (typeof body !== "string" || body === "")
    throw new SqsError("MissingParameter", "The request must contain the parameter MessageBody.");
  checkMessageAttributes(entry.MessageAttributes ?? {});
  const largest = Number(queue.attributes.MaximumMessageSize);
  if (sizeOf(entry) > largest)
    throw new SqsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${largest} bytes.`,
    );
  const { id, sequence } = call.queues.send(queue.arn, {
    body,
    attributes: entry.MessageAttributes,
    groupId: entry.MessageGroupId,
    dedupId: entry.MessageDeduplicationId,
    delay: entry.DelaySeconds,
  });
  call.sent(queue.arn);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(isFifo(queue) && { SequenceNumber: sequenceText(sequence) }),
  };
}

/** What counts of a message: its body, and names, types and values of its attributes (SQS developer guide, quotas). */
function sizeOf({ MessageBody = "", MessageAttributes = {} }: Properties): number {
  const attributes = Object.entries<Properties>(MessageAttributes).map(
    ([name, { DataType = "", StringValue = "", BinaryValue = "" }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, "base64").length,
  );
  return attributes.reduce((sum, size) => sum + size, Buffer.byteLength(String(MessageBody)));
}

function visibility(seconds: unknown): number | undefined {
  if (
    seconds === undefined ||
    (Number.isInteger(seconds) && Number(seconds) >= 0 && Number(seconds) <= longestVisibility)
  )
    return seconds as number | undefined;
  throw new SqsError(
    "InvalidParameterValue",
    `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and ${longestVisibility}, if provided.`,
  );
}

const sequenceText = (sequence: number): string => String(sequence).padStart(20, "0");

/** Does `one` for every entry of a batch; an entry that fails does not stop the others. @throws SqsError by AWS's names for the batch itself */
function batch(call: SqsCall, one: (entry: Properties) => Properties | undefined): Properties {
  const Successful: Properties[] = [];
  const Failed: Properties[] = [];
  const entries: Properties[] = call.input.Entries ?? [];
  checkBatch(entries);
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...one(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function checkBatch(entries: Properties[]): void {
  const refuse = (code: string, message: string) => {
    throw new SqsError(code, message, 400, `AWS.SimpleQueueService.${code}`);
  };
  if (entries.length === 0)
    refuse("EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.");
  if (entries.length > 10)
    refuse(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const ids = entries.map(({ Id }) => String(Id));
  const wrong = ids.find((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id));
  if (wrong !== undefined)
    refuse(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined) refuse("BatchEntryIdsNotDistinct", `Id ${twice} repeated.`);
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > batchBytes)
    refuse(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${batchBytes} bytes. You have sent ${bytes} bytes.`,
    );
}

async function receive(call: SqsCall): Promise<Properties> {
  const queue = queueOf(call);
  const count = call.input.MaxNumberOfMessages ?? 1;
  if (count < 1 || count > 10)
    throw new SqsError("InvalidParameterValue", `MaxNumberOfMessages must be between 1 and 10, got ${count}.`);
  const waitSeconds = call.input.WaitTimeSeconds ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
  const deadline = call.now() + waitSeconds * 1000;
  for (;;) {
    const messages = call.queues.receive(queue.arn, count, visibility(call.input.VisibilityTimeout));
    if (messages.length > 0) return { Messages: messages.map((message) => received(call, message)) };
    const left = deadline - call.now();
    if (left <= 0 || !(await call.wait(queue.arn, left))) return {};
  }
}

function received({ input, account }: SqsCall, message: Message): Properties {
  const system: Record<string, string | undefined> = {
    SenderId: account,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    MessageGroupId: message.groupId ?? undefined,
    MessageDeduplicationId: message.dedupId ?? undefined,
    SequenceNumber: message.groupId ? sequenceText(message.sequence) : undefined,
  };
  const wanted: string[] = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const chosen = Object.entries(system).filter(
    ([name, value]) => value !== undefined && (wanted.includes("All") || wanted.includes(name)),
  );
  const wantedOwn: string[] = input.MessageAttributeNames ?? [];
  const own = Object.entries(JSON.parse(message.attributes)).filter(([name]) =>
    wantedOwn.some((w) => w === "All" || w === name || (w.endsWith(".*") && name.startsWith(w.slice(0, -2)))),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(chosen.length > 0 && { Attributes: Object.fromEntries(chosen) }),
    ...(own.length > 0 && { MessageAttributes: Object.fromEntries(own) }),
  };
}

function changeOne(call: SqsCall, queue: Queue, entry: Properties): undefined {
  call.queues.changeVisibility(queue.arn, entry.ReceiptHandle, visibility(entry.VisibilityTimeout) ?? 0);
  if (entry.VisibilityTimeout === 0) call.sent(queue.arn);
}

function describe(call: SqsCall): Properties {
  const queue = queueOf(call);
  const depth = call.queues.depth(queue.arn);
  const all: Record<string, string> = {
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
  };
  const wanted: string[] = call.input.AttributeNames ?? [];
  const chosen = Object.entries(all).filter(([name]) => wanted.includes("All") || wanted.includes(name));
  return { Attributes: Object.fromEntries(chosen) };
}

/** What the twin's SQS understands; queues are created by the program alone. */
export const actions: Record<string, Action> = {
  SendMessage: (call) => sendOne(call, queueOf(call), call.input),
  SendMessageBatch: (call) => {
    const queue = queueOf(call);
    return batch(call, (entry) => sendOne(call, queue, entry));
  },
  ReceiveMessage: receive,
  DeleteMessage: (call) => {
    call.queues.remove(queueOf(call).arn, call.input.ReceiptHandle);
    return {};
  },
  DeleteMessageBatch: (call) => {
    const { arn } = queueOf(call);
    return batch(call, (entry) => {
      call.queues.remove(arn, entry.ReceiptHandle);
      return undefined;
    });
  },
  ChangeMessageVisibility: (call) => {
    changeOne(call, queueOf(call), call.input);
    return {};
  },
  ChangeMessageVisibilityBatch: (call) => {
    const queue = queueOf(call);
    return batch(call, (entry) => changeOne(call, queue, entry));
  },
  PurgeQueue: (call) => {
    call.queues.purge(queueOf(call).arn);
    return {};
  },
  GetQueueAttributes: describe,
  SetQueueAttributes: (call) => {
    const attributes = call.input.Attributes ?? {};
    checkAttributes(attributes);
    call.queues.setAttributes(queueOf(call).arn, attributes);
    return {};
  },
  GetQueueUrl: (call) => {
    const { name, region } = call.queues.get(call.queues.arn(call.input.QueueName, call.region));
    return { QueueUrl: queueUrl(call.account, name, region) };
  },
  ListQueues: (call) => {
    const prefix: string = call.input.QueueNamePrefix ?? "";
    const named = call.queues.list(call.region).filter((queue) => queue.name.startsWith(prefix));
    return { QueueUrls: named.map(({ name, region }) => queueUrl(call.account, name, region)) };
  },
};
