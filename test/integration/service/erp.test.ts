import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Delivery, type Erp as Endpoint, postOrder } from "../../../service/erp.ts";
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

const deliver = (limits = LIMITS, rules: Partial<Endpoint> = {}): Promise<Delivery> => {
  const endpoint = { url: erp.url, authorization: undefined, ...rules };
  const surroundings = { stopping: stopping.signal, clock };
  return clock.during(postOrder({ order: order(), erp: endpoint, trace: {} }, limits, surroundings), 1);
};

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
  const failed = { taken: false, reason, fault: "either", busy: true, attempts: 1, askedMs: 16_000 };
  expect(await deliver()).toEqual(failed);
  expect(erp.posts).toHaveLength(1);
});

test.each([400, 404, 422])("an ERP that answers %d has refused the order, and is not asked again", async (status) => {
  erp.answer = (response) => response.writeHead(status).end();
  const reason = `the ERP answered ${status}`;
  expect(await deliver()).toEqual({ taken: false, reason, fault: "order", busy: false, attempts: 1, askedMs: 0 });
});

test.each([401, 403])("an ERP that answers %d has not refused the order: its credentials are wrong", async (status) => {
  erp.answer = (response) => response.writeHead(status).end();
  expect(await deliver()).toMatchObject({ fault: "erp", busy: false, attempts: 1 });
});

test.each([301, 307, 308])(
  "an ERP that answers %d is not followed: the reason names the setting to change",
  async (status) => {
    const location = "https://erp.acme.example/v2/orders?token=s3cret";
    erp.answer = (response) => response.writeHead(status, { location }).end();
    const reason =
      `the ERP answered ${status}, a redirect to https://erp.acme.example/v2/orders, which is not followed. ` +
      "Fix: set the store's erp in the stack's settings to the URL that takes orders";
    expect(await deliver()).toEqual({ taken: false, reason, fault: "erp", busy: false, attempts: 1, askedMs: 0 });
  },
);

test("an ERP that says busy with a status of its own is asked again, and is known to be busy", async () => {
  erp.answer = (response, nth) => response.writeHead(nth < 3 ? 401 : 200).end();
  expect(await deliver(LIMITS, { retryStatuses: [401] })).toEqual({ taken: true, status: 200, attempts: 3 });
  erp.answer = (response) => response.writeHead(400).end();
  const failed = { taken: false, reason: "the ERP answered 400", fault: "erp", busy: true, attempts: 3, askedMs: 0 };
  expect(await deliver(LIMITS, { retryStatuses: [400] })).toEqual(failed);
});

test("an ERP that answers 200 with an error in its body has the order only where the store's rule says so", async () => {
  erp.answer = (response, nth) => response.writeHead(200).end(nth === 1 ? '{"ok":false}' : '{"ok":true}');
  const success = { pointer: "/ok", equals: true };
  expect(await deliver(LIMITS, { success })).toEqual({ taken: true, status: 200, attempts: 2 });
  erp.answer = (response) => response.writeHead(200).end("<status>ERROR</status>");
  const reason = "the ERP answered 200, but its body does not match the store's pattern <status>OK</status>";
  const pattern = { success: { pattern: "<status>OK</status>" } };
  expect(await deliver({ ...LIMITS, attempts: 1 }, pattern)).toMatchObject({ taken: false, reason, fault: "either" });
});

describe("a connection", () => {
  /** An ERP whose body comes after its headers; returns its connections and how to end it. */
  async function startSlowBody(bytes: number): Promise<{ url: string; connections: Set<Socket>; end(): void }> {
    const connections = new Set<Socket>();
    const server = createServer((incoming, response) => {
      incoming.resume().on("end", () => {
        response.writeHead(200).flushHeaders();
        setTimeout(() => response.end("x".repeat(bytes)), 20);
      });
    });
    server.on("connection", (socket) => connections.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const end = () => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${port}`, connections, end };
  }

  const post = (url: string) => {
    const endpoint = { url, authorization: undefined };
    return postOrder({ order: order(), erp: endpoint, trace: {} }, LIMITS, { stopping: stopping.signal });
  };

  // One is free again only a moment after its body has ended: an order that comes at once takes another one.
  test.each([0, 1_000, 64 * 1024])("whose body of %d bytes comes after its headers is used again", async (bytes) => {
    const slow = await startSlowBody(bytes);
    try {
      for (let n = 0; n < 10; n += 1) expect(await post(slow.url)).toEqual({ taken: true, status: 200, attempts: 1 });
      expect(slow.connections.size).toBeLessThanOrEqual(2);
    } finally {
      slow.end();
    }
  });

  test("whose body is longer than 64 KB is closed, and the order is taken", async () => {
    const slow = await startSlowBody(4 * 1024 * 1024);
    try {
      for (let n = 0; n < 3; n += 1) expect(await post(slow.url)).toEqual({ taken: true, status: 200, attempts: 1 });
      expect(slow.connections.size).toBeGreaterThanOrEqual(3);
    } finally {
      slow.end();
    }
  });

  test("whose body does not end is left after the timeout, and the order is taken", async () => {
    erp.answer = (response) => void response.writeHead(200).flushHeaders();
    const began = clock.now();
    expect(await deliver({ timeoutMs: 2_000, attempts: 1 })).toEqual({ taken: true, status: 200, attempts: 1 });
    expect(clock.now() - began).toBe(2_000);
    const failed = { taken: false, fault: "either", reason: expect.stringContaining("did not end within 64 KB") };
    const success = { pointer: "/ok", equals: true };
    expect(await deliver({ timeoutMs: 2_000, attempts: 1 }, { success })).toMatchObject(failed);
  });
});

test("a post says what it is, what it takes and who sends it", async () => {
  await deliver();
  expect(erp.posts[0]?.headers).toMatchObject({
    ...{ "content-type": "application/json", accept: "*/*", "user-agent": "order-queue" },
    "idempotency-key": "acme/o-1",
  });
});

test("the request id and traceparent of an order are headers of its post", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const endpoint = { url: erp.url, authorization: undefined };
  const posted = { order: order(), erp: endpoint, trace: { requestId: "r-1", traceparent } };
  await clock.during(postOrder(posted, LIMITS, { stopping: stopping.signal, clock }), 1);
  expect(erp.posts[0]?.headers).toMatchObject({ "x-request-id": "r-1", traceparent });
});

test("an ERP that does not answer is given its time, and no more", async () => {
  erp.answer = () => {};
  const began = clock.now();
  const reason = "no answer from the ERP within 2000 ms";
  const failed = { taken: false, reason, fault: "either", busy: false, attempts: 1, askedMs: 0 };
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
