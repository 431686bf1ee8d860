import { type Erp, endAll, startErp } from "./fixture.ts";
import { type Dispatch, endAllInProcess, type Region, startDispatch, startRegion } from "./in-process.ts";

/** More than the places that one store may have, several times over. */
const ORDERS = 60;

let region: Region;
let dead: Erp;
let well: Erp;
let dispatch: Dispatch;

beforeEach(async () => {
  region = await startRegion();
  [dead, well] = await Promise.all([startErp(region.clock.now), startErp(region.clock.now)]);
  const limits = { CONCURRENCY: "8", ERP_TIMEOUT_MS: "1000", ERP_ATTEMPTS: "1" };
  dispatch = startDispatch(region, { STORE_ERPS: JSON.stringify({ acme: dead.url, bluegum: well.url }), ...limits });
});

afterEach(async () => {
  await endAllInProcess();
  await endAll();
});

function put(store: string, count: number): void {
  for (let index = 0; index < count; index += 1)
    region.put(JSON.stringify({ store, orderId: String(index), payload: {} }), `${store}/${index}`);
}

const opened = () =>
  dispatch.log.some(({ msg }) => msg === "the ERP is down: its breaker opens, its orders stay on the queue");
const notAsked = () =>
  dispatch.log.filter(({ reason }) => reason === "the ERP of acme is down: it was not asked").length;

test("orders behind those of an ERP that never answers are delivered while its breaker is open", async () => {
  dead.answer = () => {};
  put("acme", ORDERS);
  put("bluegum", ORDERS);
  const all = () => new Set(well.posts.map(({ key }) => key)).size === ORDERS;
  await region.clock.until("all orders of the other store", all, { within: 30_000 });
  expect(well.posts).toHaveLength(ORDERS);
  await region.clock.until("the breaker", opened, { within: 15_000 });
  // Nothing is lost or given up: every order of the dead ERP is on the queue, most of them never posted.
  expect(dead.posts.length).toBeLessThan(ORDERS / 2);
  await region.clock.until("an order that is not posted at all", () => notAsked() > 0, { within: 15_000 });
  expect(region.bodies("orders.fifo")).toHaveLength(ORDERS);
  expect(region.bodies("orders-dead.fifo")).toEqual([]);
});

test("an ERP that is back gets every order once, soon", async () => {
  dead.answer = (response) => response.writeHead(503).end();
  put("acme", 20);
  await region.clock.until("the breaker", opened, { within: 15_000 });
  dead.answer = (response) => response.writeHead(200).end();
  const before = dead.posts.length;
  const empty = () => region.bodies("orders.fifo").length === 0;
  await region.clock.until("the queue to be empty", empty, { within: 60_000 });
  const keys = dead.posts.slice(before).map(({ key }) => key);
  expect(keys).toHaveLength(20);
  expect(new Set(keys).size).toBe(20);
  expect(dispatch.log.filter(({ msg }) => msg === "the ERP is back")).toHaveLength(1);
});
