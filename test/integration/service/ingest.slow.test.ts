import { LIMITS } from "../../../service/ingest.ts";
import { ORDER_BYTES } from "../../../service/order.ts";
import { ask, order, PLATFORM, STORE_HOST, until } from "./fixture.ts";
import { endAllInProcess, type Ingest, startIngest } from "./in-process.ts";
import { begin, beginOrder, chunk, connectSilently, destroyAll } from "./raw-request.ts";

const OTHER_HOST = "bluegum.au.orderhub.example";
const env = { STORE_HOSTS: JSON.stringify({ acme: [STORE_HOST], bluegum: [OTHER_HOST] }) };
const put = async () => "m-1";
let ingest: Ingest;

afterEach(async () => {
  destroyAll();
  await endAllInProcess();
});

const send = (host: string, store = "acme") =>
  ask(ingest.port, "POST", "/orders", JSON.stringify({ store, orderId: "1", payload: {} }), host);

describe("a slow sender", () => {
  /** As in production, but that a test need not wait so long. */
  const limits = { ...LIMITS, requestMs: 300, lookMs: 50 };

  beforeEach(async () => {
    ingest = await startIngest(env, { put }, { limits });
  });

  test.each([
    ["of a body", () => beginOrder(ingest.port, { "content-length": "100" }, "{")],
    ["of chunks", () => beginOrder(ingest.port, { "transfer-encoding": "chunked" }, chunk("{"))],
    ["of headers", () => begin(ingest.port, "POST /orders", { host: STORE_HOST }).write("x")],
  ])("%s is cut off after the time for a request", async (_what, start) => {
    start();
    const request = beginOrder(ingest.port, { "content-length": "100" }, "{");
    await until("the connection to be closed", () => request.closed, 3_000);
    expect(request.received).toMatch(/^HTTP\/1\.1 408/);
    expect(request.received).toContain("request is wrong: expected all of it within 0.3 s, got less");
  });

  test.each([
    ["a body that does not end", () => void beginOrder(ingest.port, { "content-length": "100" }, "{")],
    ["a TLS handshake that does not begin", () => connectSilently(ingest.port)],
    [
      "a body that no route reads",
      () => void begin(ingest.port, "PUT /orders", { host: PLATFORM, "content-length": "9" }),
    ],
  ])(
    "with %s does not hold up a stop",
    async (_what, start) => {
      start();
      await until("the connection", async () => (await ingest.connections()) === 1);
      await ingest.stop();
    },
    3_000,
  );
});

test("a stop waits for a slow sender for less time than ECS gives a container", () => {
  // infra/task-definition.ts: ingest has 60 s to stop, and takes 50 s of them itself.
  expect(LIMITS.requestMs + LIMITS.lookMs).toBeLessThan(50_000);
});

describe("a request that is answered before it has arrived", () => {
  beforeEach(async () => {
    ingest = await startIngest(env, { put }, { limits: { ...LIMITS, lingerMs: 100 } });
  });

  test.each([
    ["an order that is refused", () => beginOrder(ingest.port, { "content-encoding": "gzip", "content-length": "9" })],
    ["a body that no route reads", () => begin(ingest.port, "PUT /orders", { host: PLATFORM, "content-length": "9" })],
  ])("%s: its connection is closed soon after the answer", async (_what, start) => {
    const request = start();
    expect(await request.status()).toBeGreaterThan(400);
    await until("the connection to be closed", () => request.closed, 3_000);
  });

  test("a connection whose request has arrived in full meanwhile stays open", async () => {
    const request = beginOrder(ingest.port, { "content-encoding": "gzip", "content-length": "9" });
    expect(await request.status()).toBe(415);
    request.write("123456789");
    await until("the other connection to be closed", async () => {
      const other = beginOrder(ingest.port, { "content-encoding": "gzip", "content-length": "9" });
      return until("it", () => other.closed);
    });
    expect(request.closed).toBe(false);
  });
});

test("connections above their limit are refused and logged, and accepted again after", async () => {
  ingest = await startIngest(env, { put }, { limits: { ...LIMITS, connections: 2 } });
  const open = [1, 2].map(() => beginOrder(ingest.port, { "content-length": "100" }, "{"));
  await until("both", async () => (await ingest.connections()) === 2);
  await expect(send(STORE_HOST)).rejects.toThrow();
  const reason = "as many connections as there may be: 2";
  expect(ingest.log).toEqual([expect.objectContaining({ msg: "request refused", field: "connection", reason })]);
  open[0]?.destroy();
  await until("room", async () => (await ingest.connections()) === 1);
  expect((await send(STORE_HOST)).status).toBe(202);
});

describe("many slow senders", () => {
  beforeEach(async () => {
    ingest = await startIngest(env, { put });
  });

  test("131 in chunks hold only what they sent: orders of their host and of others are accepted", async () => {
    const senders = Array.from({ length: 131 }, () =>
      beginOrder(ingest.port, { "transfer-encoding": "chunked" }, chunk("{")),
    );
    await until("all of them", async () => (await ingest.connections()) === senders.length);
    expect((await send(STORE_HOST)).status).toBe(202);
    expect((await send(OTHER_HOST, "bluegum")).status).toBe(202);
  });

  test("of one host that sent all that there is room for are answered 429, and another host's order is accepted", async () => {
    const note = "x".repeat(ORDER_BYTES - 1_000);
    const fit = Math.ceil((16 * 1024 * 1024) / ORDER_BYTES);
    const senders = Array.from({ length: fit + 1 }, () =>
      beginOrder(ingest.port, { "transfer-encoding": "chunked" }, chunk(order("1", { note }).slice(0, -1))),
    );
    const refused = await until("a refusal", () => senders.find(({ received }) => received !== ""), 30_000);
    expect(refused.received).toMatch(/^HTTP\/1\.1 429/);
    expect(refused.received).toContain("retry-after: 1");
    expect((await send(OTHER_HOST, "bluegum")).status).toBe(202);
  }, 60_000);
});

describe("a body that no route reads", () => {
  beforeEach(async () => {
    ingest = await startIngest(env, { put });
  });

  test.each([
    ["PUT /orders", 404],
    ["POST /order", 404],
    ["DELETE /orders", 404],
    ["GET /health", 200],
  ])("%s is answered before the body has arrived", async (line, status) => {
    const headers = { host: PLATFORM, "content-type": "application/json", "content-length": "1000000000" };
    expect(await begin(ingest.port, line, headers, "{").status()).toBe(status);
  });

  test.each([
    ["an order for a host that is not served", { host: "a.example", "content-length": "100" }, 421],
    ["an order that says it is too large", { "content-length": String(ORDER_BYTES + 1) }, 413],
    ["a compressed order", { "content-encoding": "gzip", "content-length": "100" }, 415],
  ])("%s is answered before the body has arrived", async (_what, headers, status) => {
    expect(await beginOrder(ingest.port, headers).status()).toBe(status);
  });

  test("an order in chunks that is too large is answered 413 while it is still sent", async () => {
    const request = beginOrder(ingest.port, { "transfer-encoding": "chunked" });
    for (let sent = 0; sent <= ORDER_BYTES; sent += 16_384) request.write(chunk("x".repeat(16_384)));
    expect(await request.status()).toBe(413);
  });
});
