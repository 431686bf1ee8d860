import { ReceiptsQueue } from "../../../service/queue.ts";
import { handleOf } from "../../../twin/services/sqs/model.ts";
import { type Erp, endAll, order, startErp, stores } from "./fixture.ts";
import { type Dispatch, endAllInProcess, type Region, startDispatch, startRegion } from "./in-process.ts";

let region: Region;
let erp: Erp;

beforeEach(async () => {
  region = await startRegion();
  erp = await startErp(region.clock.now);
});
afterEach(async () => {
  await endAllInProcess();
  await endAll();
});

const start = (more: Record<string, string> = {}) => startDispatch(region, { ...stores(erp.url), ...more });
const put = (id: string) => region.put(order(id), id);
const line = ({ log }: Dispatch, msg: string, orderId: string) =>
  log.find((one) => one.msg === msg && one.orderId === orderId);

test("an ERP that fails twice and then recovers gets the order inside the first receive", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 500 : nth === 2 ? 409 : 200).end();
  put("A-4");
  const dispatch = start();
  await region.emptied();
  expect(erp.posts).toHaveLength(3);
  expect(line(dispatch, "order delivered", "A-4")).toMatchObject({ receives: 1, attempts: 3 });
});

test("an order that its ERP refuses is posted again after 5 s, in the same receive; one that is redirected, in the next", async () => {
  const first: Record<string, number> = { "acme/A-6": 400, "acme/A-7": 302 };
  erp.answer = (response) => {
    const { key } = erp.posts.at(-1) ?? { key: "" };
    response.writeHead(first[key] ?? 200, { location: "/elsewhere" }).end();
    delete first[key];
  };
  put("A-6");
  put("A-7");
  const dispatch = start();
  await region.emptied();
  const expected = [
    { id: "A-6", seconds: 5, receives: 1 },
    { id: "A-7", seconds: 2, receives: 2 },
  ];
  for (const { id, seconds, receives } of expected) {
    expect(line(dispatch, "order delivered", id)).toMatchObject({ receives, attempts: 1 });
    const [before, after] = erp.posts.filter(({ key }) => key === `acme/${id}`).map(({ at }) => at);
    expect((after ?? 0) - (before ?? 0)).toBeGreaterThanOrEqual(seconds * 1_000);
    expect((after ?? 0) - (before ?? 0)).toBeLessThan(seconds * 1_000 + 1_000);
  }
  const refused = { reason: "the ERP answered 400", attempts: 1, receives: 1, againMs: 5_000 };
  expect(line(dispatch, "order not delivered", "A-6")).toMatchObject(refused);
});

test("an ERP gets its store's Authorization header, and no log line shows it", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 401 : 200).end();
  put("A-9");
  put("A-10");
  const dispatch = start({ ERP_AUTHORIZATION_ACME: "Bearer s3cret-token" });
  await region.emptied();
  expect(dispatch.log.some(({ reason }) => reason === "the ERP answered 401")).toBe(true);
  expect(erp.posts.map(({ headers }) => headers.authorization)).toEqual(new Array(3).fill("Bearer s3cret-token"));
  expect(JSON.stringify(dispatch.log)).not.toContain("s3cret");
});

test("an order under way is invisible for 15 s at a time, renewed every 5 s", async () => {
  erp.answer = () => {};
  put("slow");
  start({ ERP_TIMEOUT_MS: "25000" });
  await region.clock.until("the post", () => erp.posts.length === 1);
  const leaseMs = () => {
    const [message] = region.sqs.queues.messages.last(region.sqs.queues.arn("orders.fifo", "ap-southeast-2"), 1);
    return (message?.visibleAt ?? 0) - region.clock.now();
  };
  const seen: number[] = [];
  for (let second = 0; second < 20; second += 1) {
    seen.push(leaseMs());
    await region.clock.run(1_000);
  }
  // The post is seen up to one step of the clock after it began.
  expect(Math.max(...seen)).toBe(15_000);
  expect(Math.min(...seen)).toBeGreaterThan(10_000);
  expect(Math.min(...seen)).toBeLessThanOrEqual(11_000);
});

test("a lease that was lost is renewed: the order is not posted a second time while its first post is under way", async () => {
  let answer = () => {};
  erp.answer = (response) => {
    answer = () => response.writeHead(200).end();
  };
  put("slow");
  const dispatch = start({ ERP_TIMEOUT_MS: "25000" });
  await region.clock.until("the post", () => erp.posts.length === 1);
  // As where SQS refused the renewals, or this process stood still: the message is visible again.
  const queue = region.sqs.queues.get(region.sqs.queues.arn("orders.fifo", "ap-southeast-2"));
  const [message] = region.sqs.queues.messages.last(queue.arn, 1);
  if (message) region.sqs.queues.messages.changeVisibility(queue, handleOf(message), 0);
  const lost = "the lease of an order was lost and is renewed: it is not posted a second time";
  await region.clock.until("the second receive", () => dispatch.log.some(({ msg }) => msg === lost));
  await region.clock.run(18_000);
  expect([erp.posts.length, region.hidden("orders.fifo")]).toEqual([1, [order("slow")]]);
  answer();
  await region.emptied();
  expect(erp.posts).toHaveLength(1);
  expect(line(dispatch, "order delivered", "slow")).toMatchObject({ receives: 1 });
});

test("a queue of receipts that fails is not the synthetic order's own fault: it is not given up, and others are delivered", async () => {
  const fails = jest.spyOn(ReceiptsQueue.prototype, "put").mockRejectedValue(new Error("AccessDenied"));
  try {
    region.put(JSON.stringify({ store: "synthetic", orderId: "s-1", payload: {} }), "s-1");
    put("A-20");
    const dispatch = start({ OWN_FAULT_SECONDS: "10" });
    await region.clock.run(120_000, 1_000);
    expect(region.deadLetters()).toEqual([]);
    expect(line(dispatch, "order delivered", "A-20")).toBeDefined();
    expect(line(dispatch, "order not delivered", "s-1")).toMatchObject({ reason: "no receipt: AccessDenied" });
  } finally {
    fails.mockRestore();
  }
  await region.emptied();
  expect(region.bodies("receipts")).toHaveLength(1);
});

test("request id and traceparent of a message are in every log line of its order, and in its post", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const attributes = {
    requestId: { DataType: "String", StringValue: "r-17" },
    traceparent: { DataType: "String", StringValue: traceparent },
  };
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 422 : 200).end();
  const arn = region.sqs.queues.arn("orders.fifo", "ap-southeast-2");
  region.sqs.queues.messages.send(region.sqs.queues.get(arn), {
    body: order("traced"),
    groupId: "traced",
    dedupId: "traced",
    attributes,
  });
  const dispatch = start();
  await region.emptied();
  const lines = dispatch.log.filter(({ orderId }) => orderId === "traced");
  expect(lines.map(({ msg }) => msg)).toEqual(["order not delivered", "order delivered"]);
  for (const found of lines) expect(found).toMatchObject({ requestId: "r-17", traceparent });
  for (const { headers } of erp.posts) expect(headers).toMatchObject({ "x-request-id": "r-17", traceparent });
});
