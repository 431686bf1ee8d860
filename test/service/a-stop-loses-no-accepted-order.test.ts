import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  ask,
  type Erp,
  endAll,
  order,
  post,
  type Queues,
  startErp,
  startQueues,
  startService,
  stores,
  until,
} from "./fixture.ts";

let queues: Queues;
let erp: Erp;
let env: Record<string, string>;
const closers: (() => void)[] = [];

const start = (role: "ingest" | "dispatch", more: Record<string, string> = {}) =>
  startService(role, { ...env, ...more });

beforeEach(async () => {
  queues = await startQueues();
  erp = await startErp();
  env = { ...queues.env, ...stores(erp.url) };
});

afterEach(async () => {
  await endAll();
  for (const close of closers.splice(0)) close();
});

const put = (id: string) => queues.put(order(id), id);

test("every order that ingest acknowledged before and during its stop is on the queue", async () => {
  const ingest = await start("ingest");
  const acknowledged: string[] = [];
  let sent = 0;
  const sender = async () => {
    for (;;) {
      sent += 1;
      const id = `D-${sent}`;
      const answer = await post(ingest.port, id).catch(() => undefined);
      if (answer?.status === 202) acknowledged.push(id);
      else return answer?.status ?? "refused";
    }
  };
  const senders = Array.from({ length: 8 }, sender);
  await until("twenty orders", () => acknowledged.length >= 20);
  expect(await ingest.stop()).toBe(0);
  for (const last of await Promise.all(senders)) expect([503, "refused"]).toContain(last);
  const kept = (await queues.bodies("orders.fifo")).map((body) => JSON.parse(body).orderId);
  expect(kept).toEqual(expect.arrayContaining(acknowledged));
  expect(ingest.log.at(-1)?.msg).toBe("drained");
});

test("while an order is under way a stopping ingest answers it, and 503 to the health check and to new orders", async () => {
  let answer: (() => void) | undefined;
  const slow = createServer(async (incoming, response) => {
    const [{ Id, MessageBody: message }] = JSON.parse(await text(incoming)).Entries;
    const MD5OfMessageBody = createHash("md5").update(message).digest("hex");
    answer = () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ Successful: [{ Id, MessageId: "m-1", MD5OfMessageBody }], Failed: [] }));
    };
  });
  closers.push(() => slow.close());
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  const { port } = slow.address() as AddressInfo;
  const ingest = await start("ingest", { AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}` });
  expect((await ask(ingest.port, "GET", "/health")).status).toBe(200);

  const taken = post(ingest.port, "D-1");
  await until("the order at the queue", () => answer !== undefined);
  ingest.process.kill("SIGTERM");
  await until("the drain", () => ingest.log.some(({ msg }) => msg === "draining"));
  const health = await ask(ingest.port, "GET", "/health");
  const late = await post(ingest.port, "D-2");
  expect([health.status, late.status, late.headers["retry-after"]]).toEqual([503, 503, "5"]);
  expect(late.headers.connection).toBe("close");
  answer?.();
  expect((await taken).status).toBe(202);
  expect(await ingest.ended).toBe(0);
});

test("a stopping dispatch finishes the post under way, begins no other and gives back what it cannot finish", async () => {
  const held = new Map<string, ServerResponse>();
  erp.answer = (response) => {
    const key = erp.posts.at(-1)?.key ?? "";
    if (key === "acme/failing") response.writeHead(503, { "retry-after": "10" }).end();
    else held.set(key, response);
  };
  const dispatch = await start("dispatch", { CONCURRENCY: "4" });
  await put("slow");
  await put("failing");
  await until("both posts", () => held.has("acme/slow") && erp.posts.length === 2);
  await put("not-started");
  const ended = dispatch.stop();
  await until("the failing one given back", () => dispatch.log.some(({ msg }) => msg === "order given back: stopping"));
  held.get("acme/slow")?.writeHead(200).end();
  expect(await ended).toBe(0);

  // The third may have found its store with its share under way, and be hidden for a moment.
  expect(await queues.hidden("orders.fifo")).not.toContain(order("failing"));
  expect((await queues.bodies("orders.fifo")).map((body) => JSON.parse(body).orderId).sort()).toEqual([
    "failing",
    "not-started",
  ]);

  erp.answer = (response) => response.writeHead(200).end();
  const next = await start("dispatch");
  await until("an empty queue", async () => (await queues.bodies("orders.fifo")).length === 0);
  expect(await next.stop()).toBe(0);
  expect(erp.posts.map(({ key }) => key).sort()).toEqual([
    "acme/failing",
    "acme/failing",
    "acme/not-started",
    "acme/slow",
  ]);
});

test("what SQS hands to a dispatch that is stopping is given back at once", async () => {
  const dispatch = await start("dispatch", { RECEIVE_WAIT_SECONDS: "5" });
  dispatch.process.kill("SIGTERM");
  await until("the drain", () => dispatch.log.some(({ msg }) => msg === "draining"));
  await put("late");
  expect(await dispatch.ended).toBe(0);
  expect(await queues.waiting("orders.fifo")).toEqual([order("late")]);
  expect(erp.posts).toEqual([]);
});

test("a dispatch that cannot drain in time says so, exits 1, and the order is still on the queue", async () => {
  erp.answer = () => {};
  const dispatch = await start("dispatch", { STOP_TIMEOUT_SECONDS: "1" });
  await put("stuck");
  await until("the post", () => erp.posts.length === 1);
  expect(await dispatch.stop()).toBe(1);
  expect(dispatch.log.at(-1)?.msg).toBe("not drained in time: what is under way comes again from the queue");
  expect(await queues.bodies("orders.fifo")).toHaveLength(1);
});
