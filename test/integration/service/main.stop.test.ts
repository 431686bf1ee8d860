import type { ServerResponse } from "node:http";
import { ask, type Erp, endAll, order, post, startErp, startService, stores, until } from "./fixture.ts";
import { endAllInProcess, type Region, startDispatch, startIngest, startRegion } from "./in-process.ts";

let region: Region;
let erp: Erp;

beforeEach(async () => {
  region = await startRegion(5);
  erp = await startErp(region.clock.now);
});

afterEach(async () => {
  await endAllInProcess();
  await endAll();
});

const start = (role: "ingest" | "dispatch", more: Record<string, string> = {}) =>
  startService(role, { ...region.env, ...stores(erp.url), ...more });
const put = (id: string) => region.put(order(id), id);
const keys = () => erp.posts.map(({ key }) => key);

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
  const kept = region.bodies("orders.fifo").map((body) => JSON.parse(body).orderId);
  expect(kept).toEqual(expect.arrayContaining(acknowledged));
  expect(ingest.log.at(-1)?.msg).toBe("drained");
});

test("while an order is under way a stopping ingest answers it, and 503 to the health check and to new orders", async () => {
  const stored = Promise.withResolvers<string>();
  let underWay = 0;
  const put = () => {
    underWay += 1;
    return stored.promise;
  };
  const ingest = await startIngest(stores(erp.url), { put });
  expect((await ask(ingest.port, "GET", "/health")).status).toBe(200);

  const taken = post(ingest.port, "D-1");
  await until("the order at the queue", () => underWay === 1);
  const stopped = ingest.stop();
  const health = await until("the drain", async () => {
    const answer = await ask(ingest.port, "GET", "/health");
    return answer.status === 503 && answer;
  });
  const late = await post(ingest.port, "D-2");
  expect([late.status, health.headers["retry-after"], late.headers["retry-after"]]).toEqual([503, "5", "5"]);
  expect(late.headers.connection).toBe("close");
  expect(underWay).toBe(1);
  stored.resolve("m-1");
  expect((await taken).status).toBe(202);
  await stopped;
});

test("a stopping dispatch finishes the post under way, begins no other and gives back what it cannot finish", async () => {
  const held = new Map<string, ServerResponse>();
  erp.answer = (response) => {
    const key = keys().at(-1) ?? "";
    if (key === "acme/failing") response.writeHead(503, { "retry-after": "10" }).end();
    else held.set(key, response);
  };
  const dispatch = startDispatch(region, { ...stores(erp.url), CONCURRENCY: "4" });
  put("slow");
  put("failing");
  await region.clock.until("both posts", () => held.has("acme/slow") && erp.posts.length === 2);
  put("not-started");
  const drained = dispatch.stop();
  const givenBack = () => dispatch.log.some(({ msg }) => msg === "order given back: stopping");
  await region.clock.until("the failing one given back", givenBack, { within: 1_000 });
  held.get("acme/slow")?.writeHead(200).end();
  await region.clock.during(drained);

  // The third may have found its store at its concurrency limit, and be invisible for a moment.
  expect(region.hidden("orders.fifo")).not.toContain(order("failing"));
  const left = region.bodies("orders.fifo").map((body) => JSON.parse(body).orderId);
  expect(left.sort()).toEqual(["failing", "not-started"]);

  erp.answer = (response) => response.writeHead(200).end();
  const next = startDispatch(region, stores(erp.url));
  await region.emptied();
  await region.clock.during(next.stop());
  expect(keys().sort()).toEqual(["acme/failing", "acme/failing", "acme/not-started", "acme/slow"]);
});

test("a stopping dispatch gives back at once what waits for a slot, and what its ERP refused", async () => {
  erp.answer = (response) => void (keys().at(-1) === "acme/refused" && response.writeHead(422).end());
  const dispatch = startDispatch(region, {
    ...stores(erp.url),
    CONCURRENCY: "4",
    ERP_TIMEOUT_MS: "1000",
    ERP_ATTEMPTS: "1",
  });
  put("refused");
  const isRefused = () => dispatch.log.some(({ againMs }) => againMs === 5_000);
  await region.clock.until("the refusal", isRefused);
  for (const id of ["slow-1", "slow-2", "waits"]) put(id);
  await region.clock.until("the posts", () => erp.posts.length === 3);
  await region.clock.run(0);
  await region.clock.during(dispatch.stop());
  expect(region.hidden("orders.fifo")).toEqual([]);
  expect(region.bodies("orders.fifo")).toHaveLength(4);
});

test("what SQS hands to a dispatch that is stopping is given back at once", async () => {
  const dispatch = startDispatch(region, { ...stores(erp.url), RECEIVE_WAIT_SECONDS: "5" });
  await region.clock.run(1_000);
  const drained = dispatch.stop();
  put("late");
  await region.clock.during(drained);
  expect(region.waiting("orders.fifo")).toEqual([order("late")]);
  const [message] = region.sqs.queues.messages.last(region.sqs.queues.arn("orders.fifo", "ap-southeast-2"), 1);
  expect(message?.receives).toBe(1);
  expect(erp.posts).toEqual([]);
});

test("a dispatch that cannot drain in time says so, exits 1, and the order is still on the queue", async () => {
  erp.answer = () => {};
  put("stuck");
  const dispatch = await start("dispatch", { STOP_TIMEOUT_SECONDS: "1" });
  await until("the post", () => erp.posts.length === 1);
  expect(await dispatch.stop()).toBe(1);
  expect(dispatch.log.at(-1)?.msg).toBe("not drained in time: what is under way comes again from the queue");
  expect(region.bodies("orders.fifo")).toHaveLength(1);
});
