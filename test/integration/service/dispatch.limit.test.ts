import { OrderQueue } from "../../../service/queue.ts";
import { type Erp, endAll, startErp } from "./fixture.ts";
import { type Dispatch, endAllInProcess, type Region, startDispatch, startRegion } from "./in-process.ts";

let region: Region;
let erp: Erp;
let well: Erp;

beforeEach(async () => {
  region = await startRegion();
  [erp, well] = await Promise.all([startErp(region.clock.now), startErp(region.clock.now)]);
});
afterEach(async () => {
  await endAllInProcess();
  await endAll();
});

const start = (more: Record<string, string> = {}): Dispatch =>
  startDispatch(region, { STORE_ERPS: JSON.stringify({ acme: erp.url, bluegum: well.url }), ...more });

function put(store: string, count: number): void {
  for (let index = 0; index < count; index += 1)
    region.put(JSON.stringify({ store, orderId: String(index), payload: {} }), `${store}/${index}`);
}

/** Every post takes a second of the test's clock; returns the most that there were at the same time. */
function answerAfterASecond(): () => number {
  let [inProgress, most] = [0, 0];
  erp.answer = (response) => {
    inProgress += 1;
    most = Math.max(most, inProgress);
    region.clock.after(1_000, () => {
      inProgress -= 1;
      response.writeHead(200).end();
    });
  };
  return () => most;
}

/** By message id, how often each order was received, as the log lines of its delivery have it. */
const receives = ({ log }: Dispatch) => log.flatMap((line) => (line.msg === "order delivered" ? [line.receives] : []));

test("400 orders of one store that take a second each are delivered in 12 s by 50 slots", async () => {
  const most = answerAfterASecond();
  put("acme", 400);
  const began = region.clock.now();
  const dispatch = start();
  await region.emptied();
  // The ideal is 400 / 50 = 8 s.
  expect((region.clock.now() - began) / 1_000).toBeLessThanOrEqual(12);
  expect([erp.posts.length, most()]).toEqual([400, 50]);
  expect(Math.max(...(receives(dispatch) as number[]))).toBeLessThanOrEqual(3);
});

test("waiting is not failing: of 200 orders for two slots none is received eight times, and none is given up", async () => {
  await endAllInProcess();
  region = await startRegion(8);
  answerAfterASecond();
  put("acme", 200);
  const began = region.clock.now();
  const dispatch = start({ CONCURRENCY: "4" });
  await region.emptied();
  // The ideal is 100 s.
  expect((region.clock.now() - began) / 1_000).toBeLessThanOrEqual(150);
  expect([erp.posts.length, region.deadLetters()]).toEqual([200, []]);
  expect(Math.max(...(receives(dispatch) as number[]))).toBeLessThan(8);
});

test("orders of another store are not held up by those that wait", async () => {
  answerAfterASecond();
  put("acme", 400);
  put("bluegum", 20);
  start();
  const all = () => well.posts.length === 20;
  await region.clock.until("the other store's orders", all, { within: 3_000 });
});

test("orders that wait are one log line in ten seconds, with how many there were", async () => {
  answerAfterASecond();
  put("acme", 400);
  const dispatch = start();
  await region.emptied();
  const lines = dispatch.log.filter(({ msg }) => msg === "orders wait: their store is at its concurrency limit");
  expect(lines).toEqual([
    expect.objectContaining({ store: "acme", orders: 1, inProgress: 50, waiting: 50, hidden: 1 }),
  ]);
});

test("while too many messages are in flight, dispatch receives more slowly, and gives none up", async () => {
  const inFlight = jest.spyOn(OrderQueue.prototype, "inFlight").mockResolvedValue(60_001);
  const receive = jest.spyOn(OrderQueue.prototype, "receive");
  try {
    answerAfterASecond();
    put("acme", 100);
    start({ CONCURRENCY: "4" });
    await region.clock.run(20_000);
    // One every 2 s, and those that found a slot for all that they brought.
    expect(receive.mock.calls.length).toBeLessThan(25);
    await region.emptied();
    expect([erp.posts.length, region.deadLetters()]).toEqual([100, []]);
  } finally {
    inFlight.mockRestore();
    receive.mockRestore();
  }
});

test("an ERP that says busy gets fewer posts at a time, and none of its orders is given up", async () => {
  const most = 5;
  let [inProgress, refused] = [0, 0];
  erp.answer = (response) => {
    if (inProgress >= most) {
      refused += 1;
      return void response.writeHead(403).end();
    }
    inProgress += 1;
    region.clock.after(1_000, () => {
      inProgress -= 1;
      response.writeHead(200).end();
    });
  };
  put("acme", 200);
  const rules = { STORE_ERP_RULES: JSON.stringify({ acme: { retryStatuses: [403] } }) };
  start({ ...rules, ERP_ATTEMPTS: "1" });
  await region.emptied();
  expect(region.deadLetters()).toEqual([]);
  expect(erp.posts.length - refused).toBe(200);
  // With 50 at a time, nine of ten posts would be refused.
  expect(refused).toBeLessThan(100);
});
