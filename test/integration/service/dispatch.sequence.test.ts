import { type Erp, endAll, order, post, startErp, stores } from "./fixture.ts";
import { endAllInProcess, type Ingest, type Region, startDispatch, startIngest, startRegion } from "./in-process.ts";

let region: Region;
let erp: Erp;
let env: Record<string, string>;
let ingest: Ingest;

beforeEach(async () => {
  region = await startRegion();
  erp = await startErp(region.clock.now);
  env = { ...stores(erp.url), ERP_ATTEMPTS: "1", ERP_TIMEOUT_MS: "2000", OWN_FAULT_SECONDS: "10" };
  ingest = await startIngest({ ...region.env, ...stores(erp.url), STORES_IN_SEQUENCE: '["acme"]' });
});

afterEach(async () => {
  await endAllInProcess();
  await endAll();
});

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `acme/${index}`);

/** As a store does that waits for its 202 before it sends the next one. */
async function send(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) expect((await post(ingest.port, String(index))).status).toBe(202);
}

const posted = () => erp.posts.map(({ key }) => key);
const since = (began: number) => erp.posts.map(({ at }) => (at - began) / 1_000);

test("orders go to the ERP one after the other, as they were accepted", async () => {
  let underWay = 0;
  let most = 0;
  erp.answer = (response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setImmediate(() => {
      underWay -= 1;
      response.writeHead(200).end();
    });
  };
  await send(25);
  const dispatches = [startDispatch(region, env), startDispatch(region, env)];
  await region.emptied();
  expect(posted()).toEqual(keysOf(25));
  expect(most).toBe(1);
  for (const dispatch of dispatches) await region.clock.during(dispatch.stop());
});

test("an order that fails for now holds up those behind it, and none of them is posted before it", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 2 || nth === 3 ? 503 : 200).end();
  await send(6);
  startDispatch(region, env);
  const began = region.clock.now();
  await region.emptied();
  expect(posted()).toEqual(["acme/0", "acme/1", "acme/1", "acme/1", "acme/2", "acme/3", "acme/4", "acme/5"]);
  // Its message is invisible for 2 s and then for 4 s; those behind it become visible with it.
  const [first, second, third] = since(began).slice(1);
  expect((second ?? 0) - (first ?? 0)).toBeCloseTo(2, 0);
  expect((third ?? 0) - (second ?? 0)).toBeCloseTo(4, 0);
});

test("an order that its ERP refuses is given up with its reason, and those behind it continue", async () => {
  erp.answer = (response) => response.writeHead(posted().at(-1) === "acme/1" ? 422 : 200).end();
  await send(4);
  startDispatch(region, env);
  await region.emptied();
  expect(posted()).toEqual(["acme/0", "acme/1", "acme/1", "acme/1", "acme/2", "acme/3"]);
  expect(region.deadLetters()).toEqual([
    { group: "acme", body: expect.stringContaining('"orderId":"1"'), reason: "the ERP answered 422" },
  ]);
});

test.each([500, 409])(
  "an order that its ERP answers with %i holds up those behind it for the minutes that are set",
  async (status) => {
    erp.answer = (response) => response.writeHead(posted().at(-1) === "acme/1" ? status : 200).end();
    await send(4);
    const dispatch = startDispatch(region, { ...env, SEQUENCE_MINUTES: "2" });
    const began = region.clock.now();
    await region.emptied();
    const minutes = (region.clock.now() - began) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(2);
    expect(minutes).toBeLessThan(2.2);
    expect(posted().filter((key) => key !== "acme/1")).toEqual(["acme/0", "acme/2", "acme/3"]);
    const reason = `the ERP answered ${status}; it held up the orders behind it, in its store's sequence, for 2 min`;
    expect(region.deadLetters()).toEqual([{ group: "acme", body: expect.stringContaining('"orderId":"1"'), reason }]);
    const line = dispatch.log.find(({ msg }) => msg === "order given up: it lies in the dead-letter queue");
    expect(line).toMatchObject({ store: "acme", orderId: "1", reason });
  },
);

test("a store's own minutes count before those of all", async () => {
  erp.answer = (response) => response.writeHead(posted().at(-1) === "acme/0" ? 500 : 200).end();
  await send(1);
  const rules = JSON.stringify({ acme: { sequenceMinutes: 1 } });
  startDispatch(region, { ...env, STORE_ERP_RULES: rules });
  const began = region.clock.now();
  await region.emptied();
  expect((region.clock.now() - began) / 60_000).toBeLessThan(1.2);
});

test("an ERP that cannot be reached ends no order's place in its sequence", async () => {
  await send(2);
  const url = new URL(erp.url);
  url.port = "1";
  const dispatch = startDispatch(region, { ...env, ...stores(url.href), SEQUENCE_MINUTES: "1" });
  await region.clock.run(300_000, 1_000);
  expect(region.deadLetters()).toEqual([]);
  expect(region.bodies("orders.fifo")).toHaveLength(2);
  expect(dispatch.log.find(({ msg }) => msg === "order not delivered")).toMatchObject({
    reason: "the ERP cannot be reached: ECONNREFUSED",
  });
});

test("an order that was given up and is redriven comes behind those that were posted meanwhile, and holds up none", async () => {
  const refused = new Set(["acme/0"]);
  erp.answer = (response) => response.writeHead(refused.has(posted().at(-1) ?? "") ? 409 : 200).end();
  await send(2);
  startDispatch(region, { ...env, SEQUENCE_MINUTES: "1" });
  await region.clock.until("the dead-lettered message", () => region.deadLetters().length === 1);
  await region.emptied();
  // As `order-queue redrive` does; a third order of the store comes behind it.
  const [letter] = region.deadLetters();
  region.put(letter?.body ?? "", "redriven", "acme");
  region.put(order("2"), "2", "acme");
  await region.emptied();
  expect(posted().slice(-1)).toEqual(["acme/2"]);
  expect(region.deadLetters()).toHaveLength(2);
});

test("a stop finishes the order under way and gives the others back in their sequence", async () => {
  let answer = () => {};
  erp.answer = (response) => {
    answer = () => response.writeHead(200).end();
  };
  await send(5);
  const first = startDispatch(region, env);
  await region.clock.until("the first post", () => erp.posts.length === 1);
  const stopped = first.stop();
  answer();
  await stopped;
  expect(posted()).toEqual(["acme/0"]);
  expect(region.hidden("orders.fifo")).toEqual([]);

  erp.answer = (response) => response.writeHead(200).end();
  const second = startDispatch(region, env);
  await region.emptied();
  expect(posted()).toEqual(keysOf(5));
  await region.clock.during(second.stop());
});

test("what a killed dispatch held comes again in its sequence, under the same keys", async () => {
  erp.answer = () => {};
  await send(4);
  const killed = startDispatch(region, env);
  const began = region.clock.now();
  await region.clock.until("the first post", () => erp.posts.length === 1);
  killed.kill();
  erp.answer = (response) => response.writeHead(200).end();
  startDispatch(region, env);
  await region.emptied();
  expect(posted()).toEqual(["acme/0", ...keysOf(4)]);
  // The lease of 15 s that it had.
  const [, second] = since(began);
  expect(second).toBeGreaterThanOrEqual(15);
  expect(second).toBeLessThan(16);
});
