import { type Erp, endAll, order, startErp, startService, stores } from "./fixture.ts";
import { endAllInProcess, type Region, startDispatch, startRegion } from "./in-process.ts";

/** Seconds for which a message under way is invisible at a time. */
const LEASE = 15;

let region: Region;
let erp: Erp;
let env: Record<string, string>;

beforeEach(async () => {
  region = await startRegion(5);
  erp = await startErp(region.clock.now);
  env = { ...stores(erp.url), ERP_TIMEOUT_MS: "25000" };
});

afterEach(async () => {
  await endAllInProcess();
  await endAll();
});

const keys = () => erp.posts.map(({ key }) => key);

test("what a killed dispatch held comes to another one when its lease ends, not before", async () => {
  const posted = new Promise<void>((resolve) => {
    erp.answer = (response, nth) => (nth === 1 ? resolve() : void response.writeHead(200).end());
  });
  region.put(order("held"), "held");
  const first = await startService("dispatch", { ...region.env, ...env });
  await posted;
  first.process.kill("SIGKILL");
  await first.ended;

  startDispatch(region, env);
  await region.clock.run(LEASE * 1_000 - 1);
  expect(keys()).toEqual(["acme/held"]);
  await region.clock.until("an empty queue", () => region.bodies("orders.fifo").length === 0, { within: 1_000 });
  expect(keys()).toEqual(["acme/held", "acme/held"]);
});

test("an order whose ERP takes longer than that is still handed to no other container", async () => {
  let answer = () => {};
  erp.answer = (response) => {
    answer = () => response.writeHead(200).end();
  };
  const several = [startDispatch(region, env), startDispatch(region, env)];
  region.put(order("slow"), "slow");
  await region.clock.until("the post", () => erp.posts.length === 1);
  await region.clock.run(1_000 * (LEASE + 2));
  expect(region.hidden("orders.fifo")).toEqual([order("slow")]);
  answer();
  await region.emptied();
  expect(keys()).toEqual(["acme/slow"]);
  const delivered = several.flatMap(({ log }) => log.filter(({ msg }) => msg === "order delivered"));
  expect(delivered).toEqual([expect.objectContaining({ receives: 1, attempts: 1 })]);
});

test("an order that its ERP refuses is dead-lettered with its reason within two minutes, though containers are killed", async () => {
  erp.answer = (response) => response.writeHead(422).end();
  region.put(order("refused"), "refused");
  const began = region.clock.now();
  for (const seconds of [4, 10, 4]) {
    const dispatch = startDispatch(region, env);
    const count = erp.posts.length;
    await region.clock.until("a post", () => erp.posts.length > count);
    await region.clock.run(seconds * 1_000);
    dispatch.kill();
  }
  startDispatch(region, env);
  await region.emptied();
  expect((region.clock.now() - began) / 1_000).toBeLessThan(120);
  expect(region.deadLetters()).toEqual([{ group: "refused", body: order("refused"), reason: "the ERP answered 422" }]);
});

test("an order that its ERP refuses is dead-lettered in half a minute, also by several containers", async () => {
  erp.answer = (response) => response.writeHead(404).end();
  for (let n = 0; n < 30; n += 1) region.put(order(`refused-${n}`), `refused-${n}`);
  for (let n = 0; n < 3; n += 1) startDispatch(region, env);
  const began = region.clock.now();
  await region.emptied();
  expect((region.clock.now() - began) / 1_000).toBeLessThan(30);
  expect([region.deadLetters().length, erp.posts.length]).toEqual([30, 90]);
});
