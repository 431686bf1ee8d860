import { pino } from "pino";
import { DispatchMetrics, type StoreGauges } from "../../../service/dispatch-metrics.ts";
import { embeddedIn } from "../../../twin/services/logs/embedded.ts";
import { ManualClock } from "../../manual-clock.ts";

const Domain = "eu.orderhub.example";

let clock: ManualClock;
let lines: string[];
let metrics: DispatchMetrics;
let stores: Map<string, StoreGauges>;
let stop: () => void;

beforeEach(() => {
  clock = new ManualClock();
  lines = [];
  stores = new Map();
  metrics = new DispatchMetrics(Domain, pino({}, { write: (line) => void lines.push(line) }), clock);
  stop = metrics.start(() => ({ free: 93, stores }));
});
afterEach(() => stop());

/** The values of a metric since the last call, of a store or of the region. */
function take(name: string, Store?: string): number[] {
  const found = lines.flatMap((line) => embeddedIn(line)).filter((one) => one.name === name);
  return found.filter(({ dimensions }) => dimensions.Store === Store).map(({ value }) => value);
}

test("twice a minute there is the free capacity, what waits for a slot, and the delay of the event loop", () => {
  stores.set("acme", { waiting: 40, breakerOpen: false });
  stores.set("bluegum", { waiting: 2, breakerOpen: true });
  clock.pass(60_000);
  expect([take("FreeCapacity"), take("OrdersHeldBack")]).toEqual([
    [93, 93],
    [42, 42],
  ]);
  expect(take("EventLoopDelay")).toHaveLength(2);
  expect([take("OrdersWaiting", "acme"), take("BreakerOpen", "acme")]).toEqual([
    [40, 40],
    [0, 0],
  ]);
  expect(take("BreakerOpen", "bluegum")).toEqual([1, 1]);
});

test("a store of which nothing waits and whose ERP answers has no line, but for the one that says so", () => {
  stores.set("acme", { waiting: 1, breakerOpen: false });
  stores.set("quiet", { waiting: 0, breakerOpen: false });
  clock.pass(30_000);
  stores.set("acme", { waiting: 0, breakerOpen: false });
  clock.pass(60_000);
  expect([take("OrdersWaiting", "acme"), take("OrdersWaiting", "quiet")]).toEqual([[1, 0], []]);
});

test("each order's seconds from acceptance to delivery, and to its post, are its store's and the region's, 100 in a line", () => {
  for (let n = 0; n < 150; n += 1) metrics.delivered("acme", 1_234.4, 1_000);
  expect(take("OrderAge", "acme")).toHaveLength(100);
  clock.pass(30_000);
  expect(take("OrderAge", "acme")).toEqual(new Array(150).fill(1.234));
  expect(take("OrderAge")).toHaveLength(150);
  expect(take("OrderWait", "acme")).toEqual(new Array(150).fill(0.234));
});
