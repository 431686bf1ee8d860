import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Message, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { redriveReport } from "../../../../../cli/redrive.ts";
import { batches, type Found } from "../../../../../release/operate/redrive/messages.ts";
import { Pass } from "../../../../../release/operate/redrive/pass.ts";
import { RedriveQueues } from "../../../../../release/operate/redrive/queues.ts";
import { startSqs, type TestSqs } from "../../../twin/services/sqs/sqs.ts";

const region = "ap-southeast-2";
const directory = mkdtempSync(join(tmpdir(), "redrive-"));
const started = Date.now();
let clock = Date.now();
let twin: TestSqs;
let client: SQSClient;
let queues: RedriveQueues;
let urls: { orders: string; deadLetters: string };
let run = 0;

beforeAll(async () => {
  twin = await startSqs(directory, () => clock);
});
afterAll(async () => {
  await twin.stop();
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  run += 1;
  // What lies there came before the redrive began.
  clock = started - 60_000;
  const create = (name: string) => twin.sqs.create(`${name}-${run}.fifo`, region, { FifoQueue: "true" }).url;
  urls = { orders: create("orders"), deadLetters: create("dead") };
  const settings = {
    region,
    endpoint: twin.sqs.endpoint,
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
  };
  client = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  queues = new RedriveQueues({ ...settings, maxAttempts: 1 }, urls);
});
afterEach(() => {
  client.destroy();
  queues.close();
});

const body = (store: string, id: string) => JSON.stringify({ store, orderId: id, payload: { total: 12.5 } });

/** Gives letters up as dispatch does. */
async function giveUp(letters: { store: string; id: string; reason?: string; text?: string }[]): Promise<void> {
  const Entries = letters.map(({ store, id, reason, text = body(store, id) }, index) => ({
    Id: String(index),
    MessageBody: text,
    MessageGroupId: `${store}/${id}`,
    MessageDeduplicationId: `m-${store}-${id}`,
    ...(reason && { MessageAttributes: { reason: { DataType: "String", StringValue: reason } } }),
  }));
  await client.send(new SendMessageBatchCommand({ QueueUrl: urls.deadLetters, Entries }));
}

/** What SQS hands out, visible again at once. */
async function messages(QueueUrl: string): Promise<Message[]> {
  const all = { MessageSystemAttributeNames: ["All" as const], MessageAttributeNames: ["All"] };
  const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, ...all };
  return (await client.send(new ReceiveMessageCommand(input))).Messages ?? [];
}
const ids = async (url: string) => (await messages(url)).map(({ Attributes }) => Attributes?.MessageGroupId).sort();

const pass = (options: { store?: string; yes?: boolean } = {}) =>
  new Pass(queues, { moved: () => {}, ...options }).run();
const four = [
  { store: "acme", id: "1", reason: "the ERP answered 500" },
  { store: "acme", id: "2", reason: "the ERP answered 500" },
  { store: "acme", id: "3" },
  { store: "bluegum", id: "1", reason: "the ERP answered 422" },
];

test("without --yes it tells what lies there, by store and reason, and leaves all of it as it was", async () => {
  await giveUp([...four, { store: "x", id: "poison", text: "not an order", reason: "the message is no order" }]);
  const since = new Date(clock).toISOString();
  const result = await pass({ store: "acme" });
  expect(result).toEqual({
    found: [
      {
        ...{ store: "acme", count: 3, chosen: true, since },
        reasons: { "the ERP answered 500": 2, "moved by SQS: received too often": 1 },
        orders: { "the ERP answered 500": ["1", "2"], "moved by SQS: received too often": ["3"] },
      },
      {
        store: "bluegum",
        count: 1,
        chosen: false,
        since,
        reasons: { "the ERP answered 422": 1 },
        orders: { "the ERP answered 422": ["1"] },
      },
      { store: undefined, count: 1, chosen: false, since, reasons: { "the message is no order": 1 }, orders: {} },
    ],
    ...{ moved: 0, failed: [], whole: true },
  });
  expect(await ids(urls.deadLetters)).toEqual(["acme/1", "acme/2", "acme/3", "bluegum/1", "x/poison"]);
  expect(await ids(urls.orders)).toEqual([]);
  expect(redriveReport({ stack: "prod-au", store: "acme", dryRun: true, seconds: 2.04, ...result })).toBe(
    `prod-au: dead-lettered messages
      3 of acme, the first since ${since}
        2 × the ERP answered 500 (orders 1, 2)
        1 × moved by SQS: received too often (order 3)
      1 of bluegum, the first since ${since}: they stay
        1 × the ERP answered 422 (order 1)
      1 of no store: they are no orders, the first since ${since}: they stay
        1 × the message is no order
3 of acme would be moved to the queue of orders; no message was moved. To move them: npx order-queue redrive prod-au --store acme --yes
2.0 s`,
  );
});

test("one store's orders are redriven with text, group and attributes, and the others stay", async () => {
  await giveUp(four);
  expect(await pass({ store: "acme", yes: true })).toMatchObject({ moved: 3, failed: [], whole: true });
  expect(await ids(urls.deadLetters)).toEqual(["bluegum/1"]);
  const back = await messages(urls.orders);
  expect(back.map(({ Body, Attributes }) => [Attributes?.MessageGroupId, Body]).sort()).toEqual(
    ["1", "2", "3"].map((id) => [`acme/${id}`, body("acme", id)]),
  );
  const [first] = back.filter(({ Attributes }) => Attributes?.MessageGroupId === "acme/1");
  expect(first?.MessageAttributes?.reason?.StringValue).toBe("the ERP answered 500");
});

test("more than ten are redriven, each once, also those that were sent to the queue a moment ago", async () => {
  const letters = Array.from({ length: 35 }, (_, index) => ({ store: "acme", id: `n-${index}` }));
  for (let from = 0; from < letters.length; from += 10) await giveUp(letters.slice(from, from + 10));
  // The same orders, by their own deduplication ids, as ingest puts them.
  const Entries = letters.slice(0, 2).map(({ store, id }, index) => ({
    ...{ Id: String(index), MessageBody: body(store, id), MessageGroupId: `${store}/${id}` },
    MessageDeduplicationId: `${store}/${id}`,
  }));
  await client.send(new SendMessageBatchCommand({ QueueUrl: urls.orders, Entries }));
  expect(await pass({ yes: true })).toMatchObject({ moved: 35, failed: [], whole: true });
  expect(await ids(urls.deadLetters)).toEqual([]);
  expect(twin.sqs.depth(`orders-${run}.fifo`, region).visible).toBe(37);
});

test("what comes while it works stays: it would go round in circles", async () => {
  clock = started + 3_600_000;
  await giveUp(four);
  expect(await pass({ yes: true })).toMatchObject({ moved: 0, whole: true });
  expect(await ids(urls.deadLetters)).toHaveLength(4);
});

test("what the queue of orders does not take stays in the dead-letter queue and is reported by name", async () => {
  await giveUp(four);
  const cut = new RedriveQueues(
    {
      region,
      endpoint: twin.sqs.endpoint,
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
      maxAttempts: 1,
    },
    { ...urls, orders: `${urls.orders}-gone` },
  );
  const result = await new Pass(cut, { yes: true, moved: () => {} }).run();
  cut.close();
  expect(result).toMatchObject({ moved: 0, whole: false });
  expect(result.failed.map(({ store, orderId, why }) => [store, orderId, why]).sort()).toEqual([
    ["acme", "1", "The specified queue does not exist."],
    ["acme", "2", "The specified queue does not exist."],
    ["acme", "3", "The specified queue does not exist."],
    ["bluegum", "1", "The specified queue does not exist."],
  ]);
  expect(await ids(urls.deadLetters)).toHaveLength(4);
});

test("letters are sent together as far as a batch may hold them", () => {
  const letter = (size: number) => ({ body: "x".repeat(size), attributes: {} }) as Found;
  const sizes = [100_000, 100_000, 100_000, 262_144, 10].map(letter);
  expect(batches(sizes).map((batch) => batch.map(({ body: text }) => text.length))).toEqual([
    [100_000, 100_000],
    [100_000],
    [262_144],
    [10],
  ]);
  expect(batches([])).toEqual([]);
});
