import {
  ask,
  certificate,
  checkHealth,
  type Erp,
  endAll,
  order,
  PLATFORM,
  post,
  type Queues,
  type Service,
  startErp,
  startQueues,
  startService,
  stores,
  until,
} from "./fixture.ts";

let queues: Queues;
let erp: Erp;
let ingest: Service;
let dispatch: Service;

beforeAll(async () => {
  queues = await startQueues();
  erp = await startErp();
  const env = { ...queues.env, ...stores(erp.url) };
  [ingest, dispatch] = await Promise.all([startService("ingest", env), startService("dispatch", env)]);
});

afterAll(endAll);

beforeEach(() => {
  erp.posts.length = 0;
  erp.answer = (response) => response.writeHead(200).end();
});

const postsOf = (orderId: string) => erp.posts.filter(({ key }) => key === `acme/${orderId}`);
const delivered = (orderId: string) =>
  until(`order ${orderId} to be delivered`, () =>
    dispatch.log.find((line) => line.msg === "order delivered" && line.orderId === orderId),
  );

test("an accepted order is posted to its store's ERP with its key, and is off the queue after that", async () => {
  const answer = await post(ingest.port, "A-1");
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({ orderId: "A-1", store: "acme", accepted: true });

  const line = await delivered("A-1");
  expect(postsOf("A-1")).toHaveLength(1);
  expect(JSON.parse(postsOf("A-1")[0]?.body ?? "")).toEqual({
    store: "acme",
    orderId: "A-1",
    payload: { total: 12.5 },
  });
  expect(postsOf("A-1")[0]?.headers["content-type"]).toBe("application/json");
  expect(postsOf("A-1")[0]?.headers.authorization).toBeUndefined();
  expect(await queues.bodies("orders.fifo")).toEqual([]);

  const accepted = ingest.log.find(({ orderId }) => orderId === "A-1");
  expect(accepted).toMatchObject({ msg: "order accepted", store: "acme", role: "ingest", release: "0123456789ab" });
  expect(line).toMatchObject({ messageId: accepted?.messageId, store: "acme", receives: 1, attempts: 1, status: 200 });
});

test("the same order id sent twice is one order", async () => {
  const [first, second] = [await post(ingest.port, "A-2"), await post(ingest.port, "A-2")];
  expect([first.status, second.status]).toEqual([202, 202]);
  await post(ingest.port, "A-2-after");
  await Promise.all([delivered("A-2"), delivered("A-2-after")]);
  expect(postsOf("A-2")).toHaveLength(1);
});

test("an order arrives as it was written, numbers longer than a double included", async () => {
  const text =
    '{ "store": "acme", "orderId": "A-3", "payload": { "customer": 12345678901234567890, "total": 10.00, "note": "ü" } }';
  expect((await ask(ingest.port, "POST", "/orders", text)).status).toBe(202);
  await delivered("A-3");
  expect(postsOf("A-3")[0]?.body).toBe(text);
});

test("orders of one batch are posted at the same time", async () => {
  const held: (() => void)[] = [];
  erp.answer = (response) => held.push(() => response.writeHead(201).end());
  const ids = ["B-1", "B-2", "B-3", "B-4", "B-5", "B-6"];
  await Promise.all(ids.map((id) => post(ingest.port, id)));
  await until("six posts under way at once", () => held.length === 6);
  for (const answer of held) answer();
  await Promise.all(ids.map(delivered));
});

test("an ERP that asks to wait is asked again after that, not before", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 429 : 200, { "retry-after": "1" }).end();
  await post(ingest.port, "A-5");
  await delivered("A-5");
  const [first, second] = postsOf("A-5").map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
});

test("verification's order is answered by a receipt and reaches no ERP", async () => {
  const text = JSON.stringify({ store: "synthetic", orderId: "S-1", payload: {} });
  expect((await ask(ingest.port, "POST", "/orders", text, PLATFORM)).status).toBe(202);
  const line = await until("the receipt", () => dispatch.log.find(({ msg }) => msg === "receipt sent"));
  expect((await queues.bodies("receipts")).map((body) => JSON.parse(body))).toEqual([
    { orderId: "S-1", release: "0123456789ab" },
  ]);
  expect(line).toMatchObject({ orderId: "S-1", store: "synthetic", receipt: expect.any(String) });
  await delivered("S-1");
  expect(erp.posts).toEqual([]);
});

test("on the platform's domain an order of any store is taken", async () => {
  expect((await ask(ingest.port, "POST", "/orders", order("A-8"), PLATFORM)).status).toBe(202);
  await delivered("A-8");
});

test("ingest says which release runs here, and not which image", async () => {
  const answer = await ask(ingest.port, "GET", "/version");
  expect(answer.body).toEqual({ release: "0123456789ab" });
});

test("both pass their containers' health checks, and exit with 0 when they are stopped", async () => {
  expect(await checkHealth(ingest, { TLS_CERT: certificate.cert })).toBe(true);
  expect(await checkHealth(dispatch)).toBe(true);
  expect(await Promise.all([ingest.stop(), dispatch.stop()])).toEqual([0, 0]);
});
