import { type Erp, endAll, type Queues, type Service, startErp, startQueues, startService, until } from "./fixture.ts";

/** More than the places that one store may have, several times over. */
const ORDERS = 60;

let queues: Queues;
let dead: Erp;
let well: Erp;
let dispatch: Service;

beforeEach(async () => {
  queues = await startQueues(250);
  [dead, well] = await Promise.all([startErp(), startErp()]);
  const limits = { CONCURRENCY: "8", ERP_TIMEOUT_MS: "1000", ERP_ATTEMPTS: "1" };
  dispatch = await startService("dispatch", {
    ...queues.env,
    STORE_ERPS: JSON.stringify({ acme: dead.url, bluegum: well.url }),
    ...limits,
  });
});

afterEach(endAll);

async function put(store: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `${store}/${index}`);
  await Promise.all(
    ids.map((id, index) => queues.put(JSON.stringify({ store, orderId: String(index), payload: {} }), id)),
  );
}

const notAsked = () =>
  dispatch.log.filter(({ reason }) => reason === "the ERP of acme is away: it was not asked").length;

test("orders behind those of an ERP that never answers are delivered while it is left alone", async () => {
  dead.answer = () => {};
  await put("acme", ORDERS);
  await put("bluegum", ORDERS);
  await until("all orders of the other store", () => new Set(well.posts.map(({ key }) => key)).size === ORDERS, 30_000);
  expect(well.posts).toHaveLength(ORDERS);
  await until("the breaker", () =>
    dispatch.log.some(({ msg }) => msg === "the ERP is away: it is left alone, its orders wait on the queue"),
  );
  // Nothing is lost or given up: every order of the dead ERP is on the queue, most of them never posted.
  expect(dead.posts.length).toBeLessThan(ORDERS / 2);
  await until("an order that is not posted at all", () => notAsked() > 0);
  expect(await queues.bodies("orders.fifo")).toHaveLength(ORDERS);
  expect(await queues.bodies("orders-dead.fifo")).toEqual([]);
}, 60_000);

test("an ERP that is back gets every order once, soon", async () => {
  dead.answer = (response) => response.writeHead(503).end();
  await put("acme", 20);
  await until("the breaker", () => dispatch.log.some(({ msg }) => String(msg).startsWith("the ERP is away")));
  dead.answer = (response) => response.writeHead(200).end();
  const before = dead.posts.length;
  await until("the queue to be empty", async () => (await queues.bodies("orders.fifo")).length === 0, 60_000);
  const keys = dead.posts.slice(before).map(({ key }) => key);
  expect(keys).toHaveLength(20);
  expect(new Set(keys).size).toBe(20);
  expect(dispatch.log.filter(({ msg }) => msg === "the ERP is back")).toHaveLength(1);
}, 90_000);
