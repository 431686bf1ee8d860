import { type Delivery, postOrder } from "../../../service/erp.ts";
import { type Order, parseOrder } from "../../../service/order.ts";
import { ManualClock } from "../../manual-clock.ts";
import { type Erp, endAll, order as orderText, startErp } from "./fixture.ts";

const LIMITS = { timeoutMs: 10_000, attempts: 3 };
let clock: ManualClock;
let erp: Erp;
let stopping: AbortController;

beforeEach(async () => {
  clock = new ManualClock();
  erp = await startErp(clock.now);
  stopping = new AbortController();
});
afterEach(endAll);

function order(): Order {
  const parsed = parseOrder(orderText("o-1"));
  if (!parsed.ok) throw new Error(parsed.refusal.error);
  return parsed.order;
}

const deliver = (limits = LIMITS): Promise<Delivery> =>
  clock.during(postOrder(order(), { url: erp.url, authorization: undefined }, limits, stopping.signal, clock), 1);

/** Milliseconds between a post and the one before. */
const waits = () => erp.posts.slice(1).map(({ at }, index) => at - (erp.posts[index]?.at ?? 0));

test("an ERP that fails twice and then recovers gets the order in the third post, after waits that double", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 500 : nth === 2 ? 409 : 200).end();
  jest.spyOn(Math, "random").mockReturnValue(0);
  expect(await deliver()).toEqual({ taken: true, status: 200, attempts: 3 });
  jest.restoreAllMocks();
  expect(waits()).toEqual([250, 500]);
});

test("an ERP that asks to wait is asked again after that, not before", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 429 : 200, { "retry-after": "15" }).end();
  expect(await deliver()).toEqual({ taken: true, status: 200, attempts: 2 });
  expect(waits()).toEqual([15_000]);
});

test("an ERP that asks for more than one receive has is not asked again in it", async () => {
  erp.answer = (response) => response.writeHead(503, { "retry-after": "16" }).end();
  const reason = "the ERP answered 503";
  expect(await deliver()).toEqual({ taken: false, reason, refused: false, attempts: 1, askedMs: 16_000 });
  expect(erp.posts).toHaveLength(1);
});

test.each([400, 302, 422])("an ERP that answers %d has refused the order, and is not asked again", async (status) => {
  erp.answer = (response) => response.writeHead(status, { location: "/elsewhere" }).end();
  const reason = `the ERP answered ${status}`;
  expect(await deliver()).toEqual({ taken: false, reason, refused: true, attempts: 1, askedMs: 0 });
});

test("an ERP that does not know the credentials has not refused the order", async () => {
  erp.answer = (response) => response.writeHead(401).end();
  expect(await deliver()).toMatchObject({ refused: false, attempts: 1 });
});

test("an ERP that does not answer is given its time, and no more", async () => {
  erp.answer = () => {};
  const began = clock.now();
  const reason = "no answer from the ERP within 2000 ms";
  const failed = { taken: false, reason, refused: false, attempts: 1, askedMs: 0 };
  expect(await deliver({ timeoutMs: 2_000, attempts: 1 })).toEqual(failed);
  expect(clock.now() - began).toBe(2_000);
});

test("a stop ends the wait for the next post", async () => {
  erp.answer = (response) => response.writeHead(503, { "retry-after": "10" }).end();
  const delivery = deliver();
  await clock.until("the first post", () => erp.posts.length === 1, { step: 1 });
  await clock.run(100, 1);
  stopping.abort();
  const began = clock.now();
  expect(await delivery).toMatchObject({ taken: false, attempts: 1, askedMs: 10_000 });
  expect(clock.now() - began).toBeLessThan(10);
  expect(erp.posts).toHaveLength(1);
});
