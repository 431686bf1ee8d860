import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ORDER_BYTES } from "../../../service/order.ts";
import { type NewMessage, OrderQueue, queueClient } from "../../../service/queue.ts";
import { order } from "./fixture.ts";
import { clientOf, endAllInProcess, type Region, startRegion } from "./in-process.ts";

interface Entry {
  Id: string;
  MessageBody: string;
  MessageGroupId: string;
}

let sqs: Server;
let calls: Entry[][];
/** What SQS says of an entry; undefined where it has stored it. */
let failure: (entry: Entry) => { Code: string; Message: string } | undefined;

function messageOf(id: string, payload = {}): NewMessage {
  return { body: order(id, payload), group: `acme/${id}`, deduplicationId: id, attributes: { requestId: `r-${id}` } };
}

beforeEach(async () => {
  calls = [];
  failure = () => undefined;
  sqs = createServer(async (incoming, response) => {
    const { Entries }: { Entries: Entry[] } = JSON.parse(await text(incoming));
    calls.push(Entries);
    const md5 = (body: string) => createHash("md5").update(body).digest("hex");
    const Failed = Entries.flatMap((entry) => {
      const said = failure(entry);
      return said ? [{ Id: entry.Id, SenderFault: false, ...said }] : [];
    });
    const Successful = Entries.filter(({ Id }) => Failed.every((failed) => failed.Id !== Id)).map(
      ({ Id, MessageBody }) => ({ Id, MessageId: `m-${Id}`, MD5OfMessageBody: md5(MessageBody) }),
    );
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ Successful, Failed }));
  });
  sqs.listen(0, "127.0.0.1");
  await once(sqs, "listening");
  process.env.AWS_ENDPOINT_URL_SQS = `http://127.0.0.1:${(sqs.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
});

afterEach(() => {
  sqs.closeAllConnections();
  sqs.close();
});

function startQueue(): OrderQueue {
  const client = queueClient("ap-southeast-2");
  return new OrderQueue(client, "https://sqs.ap-southeast-2.amazonaws.com/123456789012/orders.fifo");
}

test("orders that come together go out ten at a time, and one that SQS does not store fails alone", async () => {
  failure = ({ MessageGroupId }) =>
    MessageGroupId === "acme/o-3" ? { Code: "InternalError", Message: "try again" } : undefined;
  const queue = startQueue();
  const orders = Array.from({ length: 12 }, (_, index) => messageOf(`o-${index}`));
  const outcomes = await Promise.allSettled(orders.map((one) => queue.put(one)));
  expect(calls.map((entries) => entries.length).sort()).toEqual([10, 2]);
  expect(outcomes.flatMap(({ status }, index) => (status === "rejected" ? [index] : []))).toEqual([3]);
  expect(outcomes[3]).toMatchObject({ reason: { message: "InternalError: try again" } });
});

test("the largest orders go out one by one: together they would be more than a batch may hold", async () => {
  const queue = startQueue();
  const note = "x".repeat(ORDER_BYTES - 200);
  await Promise.all(["l-1", "l-2"].map((id) => queue.put(messageOf(id, { note }))));
  expect(calls.map((entries) => entries.length)).toEqual([1, 1]);
});

describe("at a queue", () => {
  let region: Region;
  beforeEach(async () => {
    region = await startRegion();
  });
  afterEach(endAllInProcess);

  test("messages are made invisible and removed in batches, each by its own handle", async () => {
    const queue = new OrderQueue(clientOf(region.env), region.env.QUEUE_URL ?? "");
    await Promise.all(["1", "2", "3"].map((id) => queue.put(messageOf(id))));
    const received = await queue.receive(10, 1, 60);
    expect(
      received.map(({ groupId, receives, attributes }) => [groupId, receives, attributes.requestId?.StringValue]),
    ).toEqual([
      ["acme/1", 1, "r-1"],
      ["acme/2", 1, "r-2"],
      ["acme/3", 1, "r-3"],
    ]);
    expect(await queue.inFlight()).toBe(3);
    const [first, second, third] = received;
    if (!first || !second || !third) throw new Error("three messages were received");
    await Promise.all([queue.remove(first), queue.changeVisibility(second, 0), queue.remove(third)]);
    expect(region.bodies("orders.fifo")).toEqual([order("2", {})]);
    expect((await queue.receive(10, 1, 60)).map(({ receives }) => receives)).toEqual([2]);
  });
});
