import { once } from "node:events";
import {
  type Erp,
  endAll,
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
let env: Record<string, string>;
let ingest: Service;

beforeEach(async () => {
  queues = await startQueues(250);
  erp = await startErp();
  env = { ...queues.env, ...stores(erp.url), ERP_ATTEMPTS: "1", ERP_TIMEOUT_MS: "2000", MAX_RECEIVES: "2" };
  ingest = await startService("ingest", { ...env, STORES_IN_SEQUENCE: '["acme"]' });
});

afterEach(endAll);

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `acme/${index}`);

/** As a store does that waits for its 202 before it sends the next one. */
async function send(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) expect((await post(ingest.port, String(index))).status).toBe(202);
}

const delivered = () => until("the queue to be empty", async () => (await queues.bodies("orders.fifo")).length === 0);
const posted = () => erp.posts.map(({ key }) => key);

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
  const dispatches = await Promise.all([startService("dispatch", env), startService("dispatch", env)]);
  await delivered();
  expect(posted()).toEqual(keysOf(25));
  expect(most).toBe(1);
  for (const dispatch of dispatches) expect(await dispatch.stop()).toBe(0);
});

test("an order that fails for now holds up those behind it, and none of them is posted before it", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 2 || nth === 3 ? 503 : 200).end();
  await send(6);
  const dispatch = await startService("dispatch", env);
  await delivered();
  expect(posted()).toEqual(["acme/0", "acme/1", "acme/1", "acme/1", "acme/2", "acme/3", "acme/4", "acme/5"]);
  await dispatch.stop();
});

test("an order that its ERP refuses is given up with its reason, and those behind it go on", async () => {
  erp.answer = (response) => response.writeHead(posted().at(-1) === "acme/1" ? 422 : 200).end();
  await send(4);
  const dispatch = await startService("dispatch", env);
  await delivered();
  expect(posted()).toEqual(["acme/0", "acme/1", "acme/1", "acme/2", "acme/3"]);
  const [letter, ...others] = await queues.messages("orders-dead.fifo");
  expect(others).toEqual([]);
  expect(letter?.Attributes?.MessageGroupId).toBe("acme");
  expect(letter?.MessageAttributes?.reason?.StringValue).toBe("the ERP answered 422");
  await dispatch.stop();
});

test("a stop finishes the order under way and gives the others back in their sequence", async () => {
  const asked = new Promise<() => void>((resolve) => {
    erp.answer = (response) => resolve(() => response.writeHead(200).end());
  });
  await send(5);
  const first = await startService("dispatch", env);
  const answer = await asked;
  first.process.kill("SIGTERM");
  await until("the stop", () => first.log.some(({ msg }) => msg === "draining"));
  answer();
  expect(await first.ended).toBe(0);
  expect(posted()).toEqual(["acme/0"]);
  expect(await queues.hidden("orders.fifo")).toEqual([]);

  erp.answer = (response) => response.writeHead(200).end();
  const second = await startService("dispatch", env);
  await delivered();
  expect(posted()).toEqual(keysOf(5));
  await second.stop();
});

test("what a killed dispatch held comes again in its sequence, under the same keys", async () => {
  const asked = new Promise<void>((resolve) => {
    erp.answer = () => resolve();
  });
  await send(4);
  const killed = await startService("dispatch", env);
  await asked;
  killed.process.kill("SIGKILL");
  await once(killed.process, "close");
  erp.answer = (response) => response.writeHead(200).end();
  const dispatch = await startService("dispatch", env);
  await until("the queue to be empty", async () => (await queues.bodies("orders.fifo")).length === 0, 40_000);
  expect(posted()).toEqual(["acme/0", ...keysOf(4)]);
  await dispatch.stop();
}, 60_000);
