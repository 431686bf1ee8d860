import { order, PLATFORM, STORE_HOST, stores } from "./fixture.ts";
import { endAllInProcess, type Ingest, startIngest } from "./in-process.ts";
import { begin, beginOrder, destroyAll } from "./raw-request.ts";

const TRACE = {
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
  "x-request-id": "shop-1",
};
const FIELDS = {
  requestId: "shop-1",
  traceparent: TRACE.traceparent,
  amznTraceId: TRACE["x-amzn-trace-id"],
};

let ingest: Ingest;
const put = jest.fn(async (_message: unknown) => "m-1");

beforeEach(async () => {
  put.mockClear();
  ingest = await startIngest(stores("https://erp.acme.example/orders"), { put });
});
afterEach(async () => {
  destroyAll();
  await endAllInProcess();
});

async function send(body: string, headers: Record<string, string> = {}): Promise<string> {
  const request = beginOrder(ingest.port, { "content-length": String(Buffer.byteLength(body)), ...headers }, body);
  await request.status();
  return request.received;
}

test("request id and trace of an accepted order are on its message, in its log line and in its answer", async () => {
  expect(await send(order("1"), TRACE)).toContain("x-request-id: shop-1\r\n");
  expect(put).toHaveBeenCalledWith(expect.objectContaining({ attributes: FIELDS }));
  expect(ingest.log.at(-1)).toMatchObject({ msg: "order accepted", orderId: "1", store: "acme", ...FIELDS });
});

test("an order without them has a request id of its own, the same on its message, in its log line and in its answer", async () => {
  const received = await send(order("1"));
  const [, requestId] = /x-request-id: (\S+)/.exec(received) ?? [];
  expect(put).toHaveBeenCalledWith(expect.objectContaining({ attributes: { requestId } }));
  expect(ingest.log.at(-1)).toMatchObject({ msg: "order accepted", requestId });
});

test("an order that the queue does not take is logged with them", async () => {
  put.mockRejectedValueOnce(new Error("the queue is down"));
  await send(order("1"), TRACE);
  expect(ingest.log).toEqual([
    expect.objectContaining({ msg: "order not accepted: the queue cannot take it", store: "acme", ...FIELDS }),
  ]);
});

test.each([
  ["of a field", "{}", 400, "acme", "store is wrong: expected a store's name: 1 to 63 lower-case letters"],
  [
    "of another store",
    order("1").replace("acme", "unknown"),
    404,
    "acme",
    "store is wrong: expected a store of this region",
  ],
])("a refusal %s is logged with store, status, reason and trace", async (_what, body, status, store, reason) => {
  await send(body, TRACE);
  const line = { msg: "request refused", status, store, reason: expect.stringContaining(reason), ...FIELDS };
  expect(ingest.log).toEqual([expect.objectContaining(line)]);
});

test("a refusal before anything of the order is read is logged", async () => {
  await send(order("1"), { "content-encoding": "gzip" });
  expect(ingest.log).toEqual([expect.objectContaining({ msg: "request refused", status: 415, store: "acme" })]);
});

test("a path that does not exist is logged, and the sixth in a minute is not", async () => {
  for (let nth = 0; nth < 6; nth += 1) await begin(ingest.port, "GET /.env", { host: PLATFORM }).status();
  const reason = "no GET /.env: there is POST /orders, GET /health, GET /version";
  expect(ingest.log).toHaveLength(5);
  expect(ingest.log[0]).toMatchObject({ msg: "request refused", status: 404, field: "path", reason });
});

test("what is not HTTP is answered 400 in the words of a refusal", async () => {
  const request = begin(ingest.port, "no\thttp", { host: STORE_HOST });
  expect(await request.status()).toBe(400);
  expect(request.received).toContain("request is wrong: expected HTTP/1.1, got something else");
});
