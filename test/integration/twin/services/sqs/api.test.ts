import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { queueAttributes } from "../../../../../twin/services/sqs/attributes.ts";
import type { Sqs } from "../../../../../twin/services/sqs/behaviour.ts";
import { eventually } from "../../cloud.ts";
import { startSqs, type TestSqs } from "./sqs.ts";

const directory = mkdtempSync(join(tmpdir(), "sqs-"));
let twin: TestSqs;
let sqs: Sqs;
let now = Date.now();
let clients: SQSClient[] = [];

async function start() {
  twin = await startSqs(directory, () => now);
  sqs = twin.sqs;
}

async function stop() {
  for (const client of clients) client.destroy();
  clients = [];
  await twin.stop();
}

/** As a container makes it: the endpoint comes from the environment's variable, not from the queue's URL. */
function client(region = "ap-southeast-2"): SQSClient {
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const made = new SQSClient({
    region,
    credentials,
    endpoint: sqs.endpoint,
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
  clients.push(made);
  return made;
}

const order = (id: string) => ({ MessageBody: id, MessageGroupId: `acme/${id}`, MessageDeduplicationId: `acme/${id}` });

beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(directory, { recursive: true });
});

it("keeps queues of one name apart by region", async () => {
  const { url } = sqs.create("same", "ap-southeast-2", {});
  sqs.create("same", "eu-west-1", {});
  expect(url).toBe("https://sqs.ap-southeast-2.amazonaws.com/123456789012/same");
  await client("ap-southeast-2").send(new SendMessageCommand({ QueueUrl: url, MessageBody: "au" }));
  const eu = sqs.url("same", "eu-west-1");
  expect((await client("eu-west-1").send(new ReceiveMessageCommand({ QueueUrl: eu }))).Messages).toBeUndefined();
  expect(sqs.depth("same", "ap-southeast-2")).toEqual({ visible: 1, inFlight: 0, delayed: 0, oldestSeconds: 0 });
  const found = await client("eu-west-1").send(new GetQueueUrlCommand({ QueueName: "same" }));
  expect(found.QueueUrl).toBe(eu);
});

it("takes the same order once within five minutes, and again afterwards", async () => {
  const { url } = sqs.create("orders.fifo", "ap-southeast-2", { FifoQueue: "true" });
  const sender = client();
  const first = await sender.send(new SendMessageCommand({ QueueUrl: url, ...order("1") }));
  const again = await sender.send(new SendMessageCommand({ QueueUrl: url, ...order("1") }));
  expect(again.MessageId).toBe(first.MessageId);
  expect(sqs.depth("orders.fifo", "ap-southeast-2").visible).toBe(1);
  now += 301_000;
  await sender.send(new SendMessageCommand({ QueueUrl: url, ...order("1") }));
  expect(sqs.depth("orders.fifo", "ap-southeast-2")).toMatchObject({ visible: 2, oldestSeconds: 301 });
});

it("gives out a message group in order, and no more of it while any of it is in flight", async () => {
  const { url } = sqs.create("groups.fifo", "ap-southeast-2", { FifoQueue: "true", ContentBasedDeduplication: "true" });
  const receiver = client();
  for (const [body, group] of [
    ["a1", "a"],
    ["a2", "a"],
    ["b1", "b"],
  ])
    await receiver.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageGroupId: group }));
  const receive = async () => {
    const input = { QueueUrl: url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All" as const] };
    return (await receiver.send(new ReceiveMessageCommand(input))).Messages ?? [];
  };
  const first = await receive();
  expect(first.map((message) => message.Body)).toEqual(["a1", "a2", "b1"]);
  expect(first[0]?.Attributes).toMatchObject({ MessageGroupId: "a", ApproximateReceiveCount: "1" });
  await receiver.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "a3", MessageGroupId: "a" }));
  await receiver.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first[0]?.ReceiptHandle }));
  expect(await receive()).toEqual([]);
  const giveBack = { QueueUrl: url, ReceiptHandle: first[1]?.ReceiptHandle, VisibilityTimeout: 0 };
  await receiver.send(new ChangeMessageVisibilityCommand(giveBack));
  expect((await receive()).map((message) => message.Body)).toEqual(["a2", "a3"]);
});

it("shows a message again after its visibility timeout, and moves it on after too many receives", async () => {
  const dead = sqs.create("dead", "ap-southeast-2", {});
  const redrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
  const attributes = queueAttributes({ redrivePolicy, visibilityTimeoutSeconds: 40, tags: { a: "b" } });
  expect(attributes).toEqual({ RedrivePolicy: redrivePolicy, VisibilityTimeout: "40" });
  const { url } = sqs.create("work", "ap-southeast-2", attributes);
  const worker = client();
  await worker.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "poison" }));
  const receive = async () => (await worker.send(new ReceiveMessageCommand({ QueueUrl: url }))).Messages?.[0];
  expect((await receive())?.Body).toBe("poison");
  expect(await receive()).toBeUndefined();
  now += 41_000;
  const second = await receive();
  const change = { QueueUrl: url, ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 };
  await worker.send(new ChangeMessageVisibilityCommand(change));
  expect(await receive()).toBeUndefined();
  expect(sqs.depth("dead", "ap-southeast-2")).toMatchObject({ visible: 1, oldestSeconds: 41 });
});

it("ends a long poll when a message comes, and gives none to a client that has gone", async () => {
  const { url } = sqs.create("polled", "ap-southeast-2", {});
  const gone = new AbortController();
  const input = { QueueUrl: url, WaitTimeSeconds: 20 };
  const leaving = client().send(new ReceiveMessageCommand(input), { abortSignal: gone.signal });
  const staying = client();
  gone.abort();
  await expect(leaving).rejects.toThrow("Request aborted");
  const polling = staying.send(new ReceiveMessageCommand(input));
  await client().send(new SendMessageCommand({ QueueUrl: url, MessageBody: "here" }));
  expect((await polling).Messages?.map((message) => message.Body)).toEqual(["here"]);
});

it("answers batches entry by entry", async () => {
  const { url } = sqs.create("batch.fifo", "ap-southeast-2", { FifoQueue: "true" });
  const Entries = [
    { Id: "good", ...order("2") },
    { Id: "bad", ...order("3"), MessageBody: "\u0001" },
  ];
  const sent = await client().send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  expect(sent.Successful?.map((entry) => entry.Id)).toEqual(["good"]);
  expect(sent.Failed).toMatchObject([{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }]);
  const received = await client().send(new ReceiveMessageCommand({ QueueUrl: url }));
  const handles = (received.Messages ?? []).map(({ ReceiptHandle }) => ({ Id: "x", ReceiptHandle }));
  await client().send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: handles }));
  expect(sqs.depth("batch.fifo", "ap-southeast-2")).toEqual({ visible: 0, inFlight: 0, delayed: 0, oldestSeconds: 0 });
});

it("refuses a batch by AWS's names, as a whole where it is no batch and entry by entry else", async () => {
  const { url } = sqs.create("batches.fifo", "ap-southeast-2", { FifoQueue: "true", MaximumMessageSize: "262144" });
  const send = (Entries: { Id: string; MessageBody: string }[]) =>
    client().send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: Entries.map((entry, index) => ({
          ...{ MessageGroupId: String(index), MessageDeduplicationId: `${Entries.length}-${index}`, ...entry },
        })),
      }),
    );
  const bodies = (count: number, MessageBody = "x") =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody }));
  await expect(send([])).rejects.toMatchObject({ name: "EmptyBatchRequest" });
  await expect(send(bodies(11))).rejects.toMatchObject({ name: "TooManyEntriesInBatchRequest" });
  await expect(send([...bodies(2), ...bodies(1)])).rejects.toMatchObject({ name: "BatchEntryIdsNotDistinct" });
  await expect(send([{ Id: "a b", MessageBody: "x" }])).rejects.toMatchObject({ name: "InvalidBatchEntryId" });
  await expect(send(bodies(5, "x".repeat(250_000)))).rejects.toMatchObject({ name: "BatchRequestTooLong" });
  const mixed = await send([...bodies(3, "x".repeat(200_000)), { Id: "large", MessageBody: "x".repeat(262_145) }]);
  expect(mixed.Successful?.map(({ Id }) => Id)).toEqual(["0", "1", "2"]);
  expect(mixed.Failed).toMatchObject([{ Id: "large", Code: "InvalidParameterValue", SenderFault: true }]);
});

it("keeps message attributes, and refuses those that SQS does not know", async () => {
  const { url } = sqs.create("attributes", "ap-southeast-2", {});
  const send = (MessageAttributes: Record<string, { DataType: string; StringValue: string }>) =>
    client().send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x", MessageAttributes }));
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  await send({ reason: text("the ERP answered 500"), receives: { DataType: "Number", StringValue: "10" } });
  const received = await client().send(new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ["All"] }));
  expect(received.Messages?.[0]?.MessageAttributes?.reason?.StringValue).toBe("the ERP answered 500");
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text("x")]));
  const wrong = {
    eleven,
    empty: { a: text("") },
    type: { a: { DataType: "Date", StringValue: "x" } },
    name: { "a b": text("x") },
  };
  for (const attributes of Object.values({ ...wrong, number: { a: { DataType: "Number", StringValue: "ten" } } }))
    await expect(send(attributes)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

it("makes no message invisible for longer than twelve hours", async () => {
  const { url } = sqs.create("hidden", "ap-southeast-2", {});
  await client().send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
  const receive = (VisibilityTimeout: number) =>
    client().send(new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout }));
  await expect(receive(43_201)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  const [message] = (await receive(43_200)).Messages ?? [];
  const input = { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 43_201 };
  await expect(client().send(new ChangeMessageVisibilityCommand(input))).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});

it("refuses by AWS's names what is wrong, and everything when set to refuse", async () => {
  const { url } = sqs.create("small", "ap-southeast-2", { MaximumMessageSize: "1024" });
  const missing = new SendMessageCommand({ QueueUrl: `${url}-none`, MessageBody: "x" });
  await expect(client().send(missing)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  const large = new SendMessageCommand({ QueueUrl: url, MessageBody: "x".repeat(1025) });
  await expect(client().send(large)).rejects.toThrow("Message must be shorter than 1024 bytes.");
  expect(() => sqs.create("x", "ap-southeast-2", { Colour: "red" })).toThrow("Unknown Attribute Colour.");
  expect(() => sqs.create("x", "ap-southeast-2", { VisibilityTimeout: "50000" })).toThrow("VisibilityTimeout: 50000");
  sqs.refuse(true);
  const one = new SendMessageCommand({ QueueUrl: url, MessageBody: "x" });
  await expect(client().send(one)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
  sqs.refuse(false);
  await client().send(one);
});

it("a message that cannot be kept leaves nothing behind, and the next one is taken", () => {
  const { arn } = sqs.create("whole", "ap-southeast-2", {});
  expect(() => sqs.queues.messages.send(sqs.queues.get(arn), { body: {} as string })).toThrow("cannot be bound");
  sqs.send(arn, "next");
  expect(sqs.depth("whole", "ap-southeast-2")).toMatchObject({ visible: 1 });
});

it("has its queues, messages and address again after a restart, and still knows what was sent", async () => {
  const { url } = sqs.create("kept.fifo", "ap-southeast-2", { FifoQueue: "true" });
  await client().send(new SendMessageCommand({ QueueUrl: url, ...order("9") }));
  const { endpoint } = sqs;
  await stop();
  await start();
  expect(sqs.endpoint).toBe(endpoint);
  await client().send(new SendMessageCommand({ QueueUrl: url, ...order("9") }));
  const described = await client().send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
  expect(described.Attributes).toMatchObject({
    QueueArn: "arn:aws:sqs:ap-southeast-2:123456789012:kept.fifo",
    ApproximateNumberOfMessages: "1",
    FifoQueue: "true",
  });
  const received = client().send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1 }));
  await eventually(() => (sqs.depth("kept.fifo", "ap-southeast-2").inFlight === 1 ? true : undefined), "the receive");
  expect((await received).Messages?.[0]?.Body).toBe("9");
});
