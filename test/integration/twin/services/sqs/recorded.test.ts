/** SQS as recorded on AWS (LocalStack's tests/aws/services/sqs, snapshots of 2024 and 2025), with the unmodified AWS SDK. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReceiveMessageCommandInput, SQS } from "@aws-sdk/client-sqs";
import type { QueueAttributes } from "../../../../../twin/services/sqs/model.ts";
import { ManualClock } from "../../../../manual-clock.ts";
import { startSqs, type TestSqs } from "./sqs.ts";

const directory = mkdtempSync(join(tmpdir(), "sqs-recorded-"));
const region = "ap-southeast-2";
const account = "123456789012";
const clock = new ManualClock();
let twin: TestSqs;
let sqs: SQS;
let count = 0;

beforeAll(async () => {
  twin = await startSqs(directory, clock.now, clock);
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  sqs = new SQS({ region, credentials, endpoint: twin.sqs.endpoint, useQueueUrlAsEndpoint: false, maxAttempts: 1 });
});
afterAll(async () => {
  sqs.destroy();
  await twin.stop();
  rmSync(directory, { recursive: true });
});

const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" };

/** A new queue's URL. */
async function create(Attributes: QueueAttributes = {}): Promise<string> {
  count += 1;
  const QueueName = `queue-${count}${Attributes.FifoQueue ? ".fifo" : ""}`;
  return (await sqs.createQueue({ QueueName, Attributes })).QueueUrl ?? "";
}

const arnOf = (url: string) => `arn:aws:sqs:${region}:${account}:${url.split("/").at(-1)}`;

/** `g1-m1` is sent to group g1. */
async function send(QueueUrl: string, ...bodies: string[]): Promise<void> {
  for (const MessageBody of bodies)
    await sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId: MessageBody.split("-")[0] });
}

async function receive(QueueUrl: string, more: Omit<ReceiveMessageCommandInput, "QueueUrl"> = {}) {
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return Messages.map(({ Body = "", ReceiptHandle = "", ...rest }) => ({ Body, ReceiptHandle, ...rest }));
}
const bodies = async (url: string, more = {}) => (await receive(url, more)).map(({ Body }) => Body);
const attributes = async (QueueUrl: string) =>
  (await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] })).Attributes ?? {};

const invalidParameter = (message: string) => ({ name: "InvalidParameterValue", message });
const invalidHandle = (handle: string, reason: string) =>
  invalidParameter(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`);
const expired = "The receipt handle has expired.";

describe("a FIFO queue", () => {
  it("returns a group's messages together, whatever was sent between them", async () => {
    const url = await create(fifo);
    await send(url, "g1-m1", "g2-m1", "g1-m2", "g1-m3");
    expect(await bodies(url)).toEqual(["g1-m1", "g1-m2", "g1-m3", "g2-m1"]);
  });

  it("puts a group that was just served behind the others", async () => {
    const url = await create({ ...fifo, VisibilityTimeout: "1" });
    await send(url, "g1-m1", "g1-m2", "g1-m3", "g1-m4", "g2-m1", "g3-m1");
    expect(await bodies(url, { MaxNumberOfMessages: 2 })).toEqual(["g1-m1", "g1-m2"]);
    expect(await bodies(url, { MaxNumberOfMessages: 1 })).toEqual(["g2-m1"]);
    clock.pass(2_000);
    const all = { VisibilityTimeout: 0 };
    expect(await bodies(url, all)).toEqual(["g3-m1", "g1-m1", "g1-m2", "g1-m3", "g1-m4", "g2-m1"]);
    expect(await bodies(url, { ...all, MaxNumberOfMessages: 1 })).toEqual(["g3-m1"]);
    expect(await bodies(url, { ...all, MaxNumberOfMessages: 5 })).toEqual([
      "g1-m1",
      "g1-m2",
      "g1-m3",
      "g1-m4",
      "g2-m1",
    ]);
  });

  it.each([
    [0, []],
    [1, ["g-foo"]],
    [2, ["g-foo", "g-bar"]],
  ])("blocks what comes after message %i that is in flight, and nothing before it", async (position, visible) => {
    const url = await create({ ...fifo, VisibilityTimeout: "1" });
    await send(url, "g-foo", "g-bar", "g-baz");
    const received = await receive(url);
    expect(received.map(({ Body }) => Body)).toEqual(["g-foo", "g-bar", "g-baz"]);
    const ReceiptHandle = received[position]?.ReceiptHandle;
    await sqs.changeMessageVisibility({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 4 });
    clock.pass(2_500);
    expect(await bodies(url)).toEqual(visible);
  });

  it("shows a message again alone when its timeout is set to 0, behind the group that waits", async () => {
    const url = await create(fifo);
    await send(url, "g1-m1", "g1-m2", "g2-m1");
    const [first] = await receive(url, { MaxNumberOfMessages: 2 });
    await sqs.changeMessageVisibility({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 });
    expect(await bodies(url)).toEqual(["g2-m1", "g1-m1"]);
  });

  it("continues with a group once all of it that is in flight is deleted, and not before", async () => {
    const url = await create(fifo);
    await send(url, "g1-m1", "g2-m1", "g1-m2", "g1-m3");
    const [first, second] = await receive(url, { MaxNumberOfMessages: 2 });
    await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle });
    expect(await bodies(url, { VisibilityTimeout: 0 })).toEqual(["g2-m1"]);
    await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle });
    expect(await bodies(url)).toEqual(["g2-m1", "g1-m3"]);
  });

  it("refuses a handle whose visibility timeout is over", async () => {
    const url = await create({ ...fifo, VisibilityTimeout: "1" });
    await send(url, "g-m1");
    const [{ ReceiptHandle } = { ReceiptHandle: "" }] = await receive(url);
    clock.pass(2_000);
    const refusal = invalidHandle(ReceiptHandle, expired);
    await expect(sqs.deleteMessage({ QueueUrl: url, ReceiptHandle })).rejects.toMatchObject(refusal);
    const change = { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 5 };
    await expect(sqs.changeMessageVisibility(change)).rejects.toMatchObject(refusal);
    const { Failed } = await sqs.deleteMessageBatch({ QueueUrl: url, Entries: [{ Id: "1", ReceiptHandle }] });
    expect(Failed).toEqual([{ Id: "1", SenderFault: true, Code: "InvalidParameterValue", Message: refusal.message }]);
    expect(await bodies(url)).toEqual(["g-m1"]);
  });

  it.each([
    ["messageGroup", ["m1", "m2"]],
    ["queue", ["m1"]],
  ])("with the deduplication scope %s takes %j of two with one id", async (DeduplicationScope, taken) => {
    const url = await create({ FifoQueue: "true", DeduplicationScope });
    const other = DeduplicationScope === "queue" ? "messageGroup" : "queue";
    // A later change of the scope changes nothing.
    await sqs.setQueueAttributes({ QueueUrl: url, Attributes: { DeduplicationScope: other } });
    for (const [MessageBody, MessageGroupId] of [
      ["m1", "g1"],
      ["m2", "g2"],
      ["m3", "g2"],
    ])
      await sqs.sendMessage({ QueueUrl: url, MessageBody, MessageGroupId, MessageDeduplicationId: "same" });
    expect(await bodies(url)).toEqual(taken);
  });

  it("has a delay of its own alone: a message's is refused, and 0 is the queue's", async () => {
    const url = await create({ ...fifo, DelaySeconds: "2" });
    const message = { QueueUrl: url, MessageBody: "m", MessageGroupId: "g" };
    const reason = "The request include parameter that is not valid for this queue type.";
    await expect(sqs.sendMessage({ ...message, DelaySeconds: 3 })).rejects.toMatchObject(
      invalidParameter(`Value 3 for parameter DelaySeconds is invalid. Reason: ${reason}`),
    );
    await sqs.sendMessage({ ...message, DelaySeconds: 0 });
    expect(await bodies(url)).toEqual([]);
    clock.pass(2_000);
    expect(await bodies(url)).toEqual(["m"]);
  });

  it.each([
    [{ MessageDeduplicationId: "1" }, "The request must contain the parameter MessageGroupId."],
    [
      { MessageGroupId: "g" },
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    ],
  ])("refuses a whole batch for one message that has only %j", async (ids, message) => {
    const url = await create({ FifoQueue: "true" });
    const good = { Id: "1", MessageBody: "a", MessageGroupId: "g", MessageDeduplicationId: "1" };
    const Entries = [good, { Id: "2", MessageBody: "b", ...ids }];
    await expect(sqs.sendMessageBatch({ QueueUrl: url, Entries })).rejects.toMatchObject(invalidParameter(message));
    expect(await bodies(url)).toEqual([]);
    const code = "MessageGroupId" in ids ? "InvalidParameterValue" : "MissingParameter";
    const { Id: _, ...alone } = { ...Entries[1], Id: "" };
    const one = sqs.sendMessage({ QueueUrl: url, MessageBody: "b", ...alone });
    await expect(one).rejects.toMatchObject({ name: code, message });
  });

  it("keeps its kind", async () => {
    const url = await create(fifo);
    const set = (FifoQueue: string) => sqs.setQueueAttributes({ QueueUrl: url, Attributes: { FifoQueue } });
    await set("true");
    await expect(set("false")).rejects.toMatchObject({
      name: "InvalidAttributeValue",
      message: "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
    });
    const standard = { QueueUrl: await create(), Attributes: { FifoQueue: "true" } };
    await expect(sqs.setQueueAttributes(standard)).rejects.toMatchObject({
      name: "InvalidAttributeName",
      message: "Unknown Attribute FifoQueue.",
    });
  });
});

describe("a message", () => {
  it.each(["", "a".repeat(129), "group 123"])("has ids of 1 to 128 characters without spaces, not %j", async (id) => {
    const message = { QueueUrl: await create(fifo), MessageBody: "m", MessageGroupId: "g" };
    const reason = (parameter: string) =>
      `Value ${id} for parameter ${parameter} is invalid. Reason: ${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
    for (const parameter of ["MessageGroupId", "MessageDeduplicationId"])
      await expect(sqs.sendMessage({ ...message, [parameter]: id })).rejects.toMatchObject(
        invalidParameter(reason(parameter)),
      );
  });

  it("has no character that XML has not; of a batch it alone is refused", async () => {
    const QueueUrl = await create();
    const refused = { name: "InvalidMessageContents" };
    await expect(sqs.sendMessage({ QueueUrl, MessageBody: "\u0001" })).rejects.toMatchObject(refused);
    const Entries = ["good\r\n\t😀", "\u0001"].map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Successful, Failed } = await sqs.sendMessageBatch({ QueueUrl, Entries });
    expect(Successful?.map(({ Id }) => Id)).toEqual(["0"]);
    expect(Failed).toMatchObject([{ Id: "1", Code: "InvalidMessageContents", SenderFault: true }]);
  });

  it("carries digests of its attributes, and its trace header", async () => {
    const QueueUrl = await create();
    const MessageAttributes = { timestamp: { DataType: "Number", StringValue: "1493147359900" } };
    const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    const sent = await sqs.sendMessage({
      ...{ QueueUrl, MessageBody: "test", MessageAttributes },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: header } },
    });
    expect(sent).toMatchObject({
      MD5OfMessageAttributes: "235c5c510d26fb653d073faed50ae77c",
      MD5OfMessageSystemAttributes: "5ae4d5d7636402d80f4eb6d213245a88",
    });
    const all = { MessageSystemAttributeNames: ["All" as const], VisibilityTimeout: 0 };
    const [with_] = await receive(QueueUrl, { ...all, MessageAttributeNames: ["All"] });
    expect(with_).toMatchObject({
      MD5OfMessageAttributes: "235c5c510d26fb653d073faed50ae77c",
      Attributes: { AWSTraceHeader: header, ApproximateReceiveCount: "1" },
    });
    const [without] = await receive(QueueUrl, { VisibilityTimeout: 0 });
    expect(Object.keys(without ?? {})).toEqual(["Body", "ReceiptHandle", "MessageId", "MD5OfBody"]);
    const binary = {
      attr1: {
        DataType: "Binary",
        BinaryValue: Buffer.from("traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"),
      },
    };
    const other = await sqs.sendMessage({ QueueUrl, MessageBody: "test", MessageAttributes: binary });
    expect(other.MD5OfMessageAttributes).toBe("8cbe4db156db8a94db8b801b7addb984");
  });

  it("in a standard queue may have a group, no sequence number and no deduplication id", async () => {
    const QueueUrl = await create();
    const sent = await sqs.sendMessage({ QueueUrl, MessageBody: "m", MessageGroupId: "test" });
    expect(sent).not.toHaveProperty("SequenceNumber");
    const [message] = await receive(QueueUrl, { MessageSystemAttributeNames: ["All"] });
    expect(message?.Attributes).toMatchObject({ MessageGroupId: "test" });
    expect(message?.Attributes).not.toHaveProperty("SequenceNumber");
    const refused = sqs.sendMessage({ QueueUrl, MessageBody: "m", MessageDeduplicationId: "1" });
    await expect(refused).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it.each([
    { WaitTimeSeconds: 21 },
    { WaitTimeSeconds: -1 },
    { MaxNumberOfMessages: 11 },
    { VisibilityTimeout: 43_201 },
  ])("is not received with %j", async (more) => {
    const [parameter, value] = Object.entries(more)[0] ?? [];
    const reason = {
      WaitTimeSeconds: "Must be >= 0 and <= 20, if provided.",
      MaxNumberOfMessages: "Must be between 1 and 10, if provided.",
      VisibilityTimeout: "Must be between 0 and 43200, if provided.",
    }[parameter ?? ""];
    await expect(receive(await create(), more)).rejects.toMatchObject(
      invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`),
    );
  });
});

describe("a receipt handle", () => {
  it.each([{}, fifo])("that is none is refused in a queue with %j", async (kind) => {
    const QueueUrl = await create(kind);
    const other = await create();
    await send(other, "m");
    const [{ ReceiptHandle: ofOther } = { ReceiptHandle: "" }] = await receive(other);
    for (const ReceiptHandle of ["INVALID", ofOther]) {
      const refusal = {
        name: "ReceiptHandleIsInvalid",
        message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
      };
      await expect(sqs.deleteMessage({ QueueUrl, ReceiptHandle })).rejects.toMatchObject(refusal);
      const change = sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      await expect(change).rejects.toMatchObject(refusal);
    }
  });

  it("of a standard queue changes visibility after its timeout, and after a later receive; not of a deleted message", async () => {
    const QueueUrl = await create({ VisibilityTimeout: "1" });
    await send(QueueUrl, "m");
    const [{ ReceiptHandle } = { ReceiptHandle: "" }] = await receive(QueueUrl);
    clock.pass(2_000);
    await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 2 });
    expect(await bodies(QueueUrl)).toEqual([]);
    clock.pass(2_000);
    const [later] = await receive(QueueUrl);
    await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 });
    clock.pass(2_000);
    expect(await bodies(QueueUrl)).toEqual([]);
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle: later?.ReceiptHandle });
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle: later?.ReceiptHandle });
    const reason = "Message does not exist or is not available for visibility timeout change.";
    const change = sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 2 });
    await expect(change).rejects.toMatchObject(invalidHandle(ReceiptHandle, reason));
  });
});

describe("a queue", () => {
  it("that is purged forgets what was sent before, and is purged once a minute", async () => {
    const QueueUrl = await create(fifo);
    await send(QueueUrl, "g-m1");
    await sqs.purgeQueue({ QueueUrl });
    expect(await bodies(QueueUrl)).toEqual([]);
    await send(QueueUrl, "g-m1");
    expect(await bodies(QueueUrl)).toEqual(["g-m1"]);
    await expect(sqs.purgeQueue({ QueueUrl })).rejects.toMatchObject({
      name: "PurgeQueueInProgress",
      message: `Only one PurgeQueue operation on ${QueueUrl.split("/").at(-1)} is allowed every 60 seconds.`,
      $metadata: { httpStatusCode: 403 },
    });
    clock.pass(60_000);
    await sqs.purgeQueue({ QueueUrl });
  });

  it("loses a policy that is set to an empty text", async () => {
    const target = arnOf(await create());
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount: "42" });
    const QueueUrl = await create({ RedrivePolicy, Policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });
    expect(await attributes(QueueUrl)).toMatchObject({ RedrivePolicy, Policy: expect.any(String) });
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy: "", Policy: "" } });
    const { RedrivePolicy: redrive, Policy } = await attributes(QueueUrl);
    expect([redrive, Policy]).toEqual([undefined, undefined]);
  });

  it.each([
    ["gone", "10", "Dead letter target does not exist."],
    ["fifo", "10", "Dead-letter queue must be same type of queue as the source."],
    ["dummy", "10", "Invalid value for deadLetterTargetArn."],
    ["good", "0", "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."],
    ["good", "many", "Invalid value for maxReceiveCount: many, valid values are from 1 to 1000 both inclusive."],
  ])("has no dead-letter target that is %s with a count of %s", async (kind, maxReceiveCount, reason) => {
    const targets: Record<string, string> = {
      ...{ gone: `arn:aws:sqs:${region}:${account}:none`, dummy: "dummy" },
      ...{ fifo: arnOf(await create(fifo)), good: arnOf(await create()) },
    };
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: targets[kind], maxReceiveCount });
    const refusal = invalidParameter(
      `Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
    );
    const Attributes = { RedrivePolicy };
    await expect(create(Attributes)).rejects.toMatchObject(refusal);
    const set = sqs.setQueueAttributes({ QueueUrl: await create(), Attributes });
    await expect(set).rejects.toMatchObject(refusal);
  });

  it("whose dead-letter queue is gone keeps its messages", async () => {
    const dead = await create();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 1 });
    const url = await create({ RedrivePolicy });
    await send(url, "m");
    await sqs.deleteQueue({ QueueUrl: dead });
    for (const _ of [1, 2]) expect(await bodies(url, { VisibilityTimeout: 0 })).toEqual(["m"]);
  });

  it("is created once: again with the same attributes it is the same, with others it is refused", async () => {
    const QueueUrl = await create({ VisibilityTimeout: "1", DelaySeconds: "0" });
    const QueueName = QueueUrl.split("/").at(-1);
    expect(QueueUrl).toBe(`https://sqs.${region}.amazonaws.com/${account}/${QueueName}`);
    expect((await sqs.createQueue({ QueueName })).QueueUrl).toBe(QueueUrl);
    const Attributes = { VisibilityTimeout: "1", DelaySeconds: "2" };
    await expect(sqs.createQueue({ QueueName, Attributes })).rejects.toMatchObject({
      name: "QueueNameExists",
      message: "A queue already exists with the same name and a different value for attribute DelaySeconds",
    });
    await expect(sqs.createQueue({ QueueName: "a/b" })).rejects.toMatchObject(
      invalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
    );
    await expect(
      sqs.createQueue({ QueueName: "standard", Attributes: { DeduplicationScope: "queue" } }),
    ).rejects.toMatchObject({
      name: "InvalidAttributeName",
      message: "You can specify the DeduplicationScope only when FifoQueue is set to true.",
    });
  });

  it("leaves its name taken for a minute", async () => {
    const QueueUrl = await create();
    const QueueName = QueueUrl.split("/").at(-1);
    await sqs.deleteQueue({ QueueUrl });
    await expect(sqs.getQueueUrl({ QueueName })).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    await expect(sqs.createQueue({ QueueName })).rejects.toMatchObject({
      name: "QueueDeletedRecently",
      message: "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    });
    clock.pass(60_000);
    await sqs.createQueue({ QueueName });
  });

  it("has every attribute of its kind, and when it was changed", async () => {
    const QueueUrl = await create({ FifoQueue: "True" });
    const CreatedTimestamp = String(Math.floor(clock.now() / 1000));
    clock.pass(5_000);
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: "20" } });
    expect(await attributes(QueueUrl)).toEqual({
      ...{ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesDelayed: "0" },
      ...{ ApproximateNumberOfMessagesNotVisible: "0", ContentBasedDeduplication: "false", CreatedTimestamp },
      ...{ DeduplicationScope: "queue", DelaySeconds: "0", FifoQueue: "true", FifoThroughputLimit: "perQueue" },
      LastModifiedTimestamp: String(Math.floor(clock.now() / 1000)),
      ...{ MaximumMessageSize: "1048576", MessageRetentionPeriod: "345600", QueueArn: arnOf(QueueUrl) },
      ...{ ReceiveMessageWaitTimeSeconds: "0", SqsManagedSseEnabled: "true", VisibilityTimeout: "20" },
    });
    const unknown = sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["Colour" as "All"] });
    await expect(unknown).rejects.toMatchObject({ name: "InvalidAttributeName", message: "Unknown Attribute Colour." });
  });

  it("is listed in pages, and nothing where there is none", async () => {
    for (const letter of ["a", "b", "c"]) await sqs.createQueue({ QueueName: `page-${letter}` });
    const list = async (more = {}) => {
      const { $metadata, ...answer } = await sqs.listQueues({ QueueNamePrefix: "page-", ...more });
      return answer;
    };
    const urls = ["a", "b", "c"].map((letter) => `https://sqs.${region}.amazonaws.com/${account}/page-${letter}`);
    expect(await list()).toEqual({ QueueUrls: urls });
    const first = await list({ MaxResults: 2 });
    expect(first).toEqual({ QueueUrls: urls.slice(0, 2), NextToken: expect.any(String) });
    expect(await list({ MaxResults: 2, NextToken: first.NextToken })).toEqual({ QueueUrls: urls.slice(2) });
    expect(await list({ QueueNamePrefix: "none-" })).toEqual({});
  });

  it("has tags", async () => {
    const QueueUrl = await create();
    const tags = async () => (await sqs.listQueueTags({ QueueUrl })).Tags;
    expect(await tags()).toBeUndefined();
    await sqs.tagQueue({ QueueUrl, Tags: { tag1: "value1", tag2: "value2", tag3: "" } });
    expect(await tags()).toEqual({ tag1: "value1", tag2: "value2", tag3: "" });
    await sqs.untagQueue({ QueueUrl, TagKeys: ["tag1", "tag3", "tag4"] });
    expect(await tags()).toEqual({ tag2: "value2" });
  });

  it("has permissions under labels", async () => {
    const QueueUrl = await create();
    const policy = async () => JSON.parse((await attributes(QueueUrl)).Policy ?? "{}");
    const grant = { QueueUrl, AWSAccountIds: [account], Actions: ["ReceiveMessage"], Label: "other" };
    await sqs.addPermission(grant);
    expect(await policy()).toEqual({
      ...{ Version: "2008-10-17", Id: `${arnOf(QueueUrl)}/SQSDefaultPolicy` },
      Statement: [
        {
          ...{ Sid: "other", Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` } },
          ...{ Action: "SQS:ReceiveMessage", Resource: arnOf(QueueUrl) },
        },
      ],
    });
    await expect(sqs.addPermission(grant)).rejects.toMatchObject(
      invalidParameter("Value other for parameter Label is invalid. Reason: Already exists."),
    );
    await sqs.removePermission({ QueueUrl, Label: "other" });
    expect(await policy()).toEqual({});
    await expect(sqs.removePermission({ QueueUrl, Label: "other" })).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
  });
});

describe("a dead-letter queue", () => {
  async function deadLettered(count: number) {
    const dead = await create();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 1 });
    const source = await create({ RedrivePolicy });
    await send(source, ...Array.from({ length: count }, (_, index) => `m${index}`));
    for (const _ of [1, 2]) await receive(source, { VisibilityTimeout: 0 });
    return { dead, source };
  }
  const tasks = async (SourceArn: string) => (await sqs.listMessageMoveTasks({ SourceArn })).Results ?? [];

  it("says where a message came from, and which queues have it", async () => {
    const { dead, source } = await deadLettered(1);
    const [message] = await receive(dead, { MessageSystemAttributeNames: ["All"] });
    expect(message?.Attributes).toMatchObject({
      DeadLetterQueueSourceArn: arnOf(source),
      ApproximateReceiveCount: "2",
    });
    expect((await sqs.listDeadLetterSourceQueues({ QueueUrl: dead })).queueUrls).toEqual([source]);
    expect((await sqs.listDeadLetterSourceQueues({ QueueUrl: source })).queueUrls).toEqual([]);
  });

  it("is redriven to where each message came from", async () => {
    const { dead, source } = await deadLettered(2);
    await sqs.startMessageMoveTask({ SourceArn: arnOf(dead) });
    clock.pass(1);
    expect(await bodies(source)).toEqual(["m0", "m1"]);
    expect(await tasks(arnOf(dead))).toEqual([
      {
        ...{ Status: "COMPLETED", SourceArn: arnOf(dead), StartedTimestamp: clock.now() - 1 },
        ...{ ApproximateNumberOfMessagesMoved: 2, ApproximateNumberOfMessagesToMove: 2 },
      },
    ]);
  });

  it("is redriven to one queue at a rate, and stops when asked", async () => {
    const { dead } = await deadLettered(3);
    const destination = await create();
    const start = { SourceArn: arnOf(dead), DestinationArn: arnOf(destination), MaxNumberOfMessagesPerSecond: 1 };
    const { TaskHandle } = await sqs.startMessageMoveTask(start);
    await expect(sqs.startMessageMoveTask(start)).rejects.toMatchObject(
      invalidParameter(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      ),
    );
    clock.pass(1_500);
    expect(await tasks(arnOf(dead))).toMatchObject([
      { Status: "RUNNING", TaskHandle, MaxNumberOfMessagesPerSecond: 1, ApproximateNumberOfMessagesMoved: 2 },
    ]);
    expect(await sqs.cancelMessageMoveTask({ TaskHandle })).toMatchObject({ ApproximateNumberOfMessagesMoved: 2 });
    clock.pass(5_000);
    const [task] = await tasks(arnOf(dead));
    expect([task?.Status, task?.TaskHandle]).toEqual(["CANCELLED", undefined]);
    expect(await bodies(destination)).toEqual(["m0", "m1"]);
    expect(await bodies(dead)).toEqual(["m2"]);
  });

  it("is not redriven to a queue that goes, nor a message whose source is not known", async () => {
    const { dead } = await deadLettered(2);
    const destination = await create();
    const [SourceArn, DestinationArn] = [arnOf(dead), arnOf(destination)];
    await sqs.startMessageMoveTask({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: 1 });
    clock.pass(1);
    await sqs.deleteQueue({ QueueUrl: destination });
    clock.pass(1_000);
    const failed = { Status: "FAILED", FailureReason: "AWS.SimpleQueueService.NonExistentQueue" };
    expect(await tasks(SourceArn)).toMatchObject([failed]);
    const direct = await deadLettered(0);
    await send(direct.dead, "direct");
    await sqs.startMessageMoveTask({ SourceArn: arnOf(direct.dead) });
    clock.pass(1);
    expect(await tasks(arnOf(direct.dead))).toMatchObject([
      { Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" },
    ]);
  });

  it.each([
    ["source", "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."],
    ["gone", "ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist."],
  ])("is what a redrive needs, not one that is %s", async (which, name, message) => {
    const { source } = await deadLettered(0);
    const SourceArn = which === "gone" ? `${arnOf(source)}-none` : arnOf(source);
    await expect(sqs.startMessageMoveTask({ SourceArn })).rejects.toMatchObject({ name, message });
    const TaskHandle = Buffer.from(JSON.stringify({ taskId: "none", sourceArn: arnOf(source) })).toString("base64");
    await expect(sqs.cancelMessageMoveTask({ TaskHandle })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Task does not exist.",
    });
    await expect(sqs.cancelMessageMoveTask({ TaskHandle: "none" })).rejects.toMatchObject(
      invalidParameter("Value for parameter TaskHandle is invalid."),
    );
  });
});
