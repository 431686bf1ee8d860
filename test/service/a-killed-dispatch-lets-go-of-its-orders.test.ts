import { type Erp, endAll, order, type Queues, startErp, startQueues, startService, stores, until } from "./fixture.ts";

/** Longer than the 15 s for which a message under way is hidden at a time. */
const SLOW_MS = 17_000;

let queues: Queues;
let erp: Erp;
let env: Record<string, string>;

const start = () => startService("dispatch", { ...env, ERP_TIMEOUT_MS: "25000" });

beforeEach(async () => {
  queues = await startQueues();
  erp = await startErp();
  env = { ...queues.env, ...stores(erp.url) };
});

afterEach(endAll);

test("what a killed dispatch held comes to another one within seconds", async () => {
  const posted = new Promise<void>((resolve) => {
    erp.answer = (response, nth) => (nth === 1 ? resolve() : void response.writeHead(200).end());
  });
  const first = await start();
  await queues.put(order("held"), "held");
  await posted;
  first.process.kill("SIGKILL");
  await start();
  await emptied();
  expect(erp.posts.map(({ key }) => key)).toEqual(["acme/held", "acme/held"]);
}, 60_000);

test("an order whose ERP takes longer than that is still nobody else's", async () => {
  erp.answer = (response) => void setTimeout(() => response.writeHead(200).end(), SLOW_MS);
  await Promise.all([start(), start()]);
  await queues.put(order("slow"), "slow");
  await emptied();
  expect(erp.posts.map(({ key }) => key)).toEqual(["acme/slow"]);
}, 60_000);

/** Sooner than the queue's own visibility timeout of 120 s would have it. */
async function emptied(): Promise<void> {
  await until("an empty queue", async () => (await queues.bodies("orders.fifo")).length === 0, 40_000);
}
