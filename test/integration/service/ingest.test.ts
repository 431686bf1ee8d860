import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { ORDER_BYTES } from "../../../service/order.ts";
import { ask, order, PLATFORM, post, STORE_HOST, stores } from "./fixture.ts";
import { endAllInProcess, type Ingest, startIngest } from "./in-process.ts";

const ERP = "https://erp.acme.example/orders";
const put = jest.fn(async () => "m-1");
let ingest: Ingest;

beforeAll(async () => {
  const STORE_HOSTS = JSON.stringify({ acme: [STORE_HOST], bluegum: ["bluegum.au.orderhub.example"] });
  ingest = await startIngest({ STORE_HOSTS }, { put });
});

afterAll(endAllInProcess);

afterEach(() => {
  expect(put).not.toHaveBeenCalled();
});

const ID = "a string of 1 to 64 letters, digits and . _ : -, a letter or digit first";
const BODY = "a JSON object with store, orderId and payload";

test.each([
  ["no orderId", '{"store":"acme","payload":{}}', "orderId", ID, "nothing"],
  ["a number as orderId", '{"store":"acme","orderId":7,"payload":{}}', "orderId", ID, "the number 7"],
  ["an orderId with a slash", '{"store":"acme","orderId":"a/b","payload":{}}', "orderId", ID, '"a/b"'],
  [
    "a payload that is no object",
    '{"store":"acme","orderId":"1","payload":[]}',
    "payload",
    "a JSON object",
    "an array",
  ],
  ["an unknown field", '{"store":"acme","orderId":"1","payload":{},"x":1}', "x", "no such field", "an unknown field"],
  ["an array", "[]", "body", BODY, "an array"],
])("%s is answered 400 with the field", async (_what, text, field, expected, got) => {
  const answer = await ask(ingest.port, "POST", "/orders", text);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({ error: `${field} is wrong: expected ${expected}, got ${got}`, field, expected });
});

test.each([
  ["text that is not JSON", '{"store":'],
  ["an empty body", ""],
])("%s is answered 400", async (_what, text) => {
  const answer = await ask(ingest.port, "POST", "/orders", text);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ field: "body", expected: BODY, error: expect.stringContaining("not JSON") });
});

test("characters that a message cannot hold are answered 400", async () => {
  const answer = await ask(ingest.port, "POST", "/orders", order("1", { note: "\uffff" }));
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ field: "body", expected: "no characters U+FFFE and U+FFFF other than escaped" });
});

test("an unknown store is answered 404", async () => {
  const text = JSON.stringify({ store: "nobody", orderId: "1", payload: {} });
  const answer = await ask(ingest.port, "POST", "/orders", text);
  expect(answer.status).toBe(404);
  expect(answer.body).toEqual({
    error: "store is wrong: expected a store of this region, got nobody",
    field: "store",
    expected: "a store of this region",
  });
});

test("a store under another's host is answered 421", async () => {
  const answer = await ask(ingest.port, "POST", "/orders", order("1"), "bluegum.au.orderhub.example");
  expect(answer.status).toBe(421);
  expect(answer.body).toMatchObject({
    field: "host",
    expected: `acme.au.orderhub.example or ${PLATFORM} for store acme`,
  });
});

test("a host of no store is answered 421", async () => {
  const answer = await ask(ingest.port, "POST", "/orders", order("1"), "unknown.au.orderhub.example");
  expect(answer.status).toBe(421);
  expect(answer.body).toMatchObject({ field: "host", expected: `a host of a store of this region, or ${PLATFORM}` });
});

test("verification's order under a store's host is answered 421", async () => {
  const text = JSON.stringify({ store: "synthetic", orderId: "1", payload: {} });
  const answer = await ask(ingest.port, "POST", "/orders", text);
  expect(answer.status).toBe(421);
});

test("an order that is too large is answered 413 with the limit", async () => {
  const answer = await ask(ingest.port, "POST", "/orders", order("1", { note: "x".repeat(ORDER_BYTES) }));
  expect(answer.status).toBe(413);
  expect(answer.body).toMatchObject({ field: "body", expected: "at most 258048 bytes" });
});

test("an unknown path is answered 404 with those that exist", async () => {
  const answer = await ask(ingest.port, "GET", "/order");
  expect(answer.status).toBe(404);
  expect(answer.body).toEqual({
    error: "no GET /order: there is POST /orders, GET /health, GET /version",
    field: "path",
  });
});

describe("while the queue cannot be reached", () => {
  let silent: Server;

  beforeAll(async () => {
    silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
  });

  afterAll(() => silent.close());

  test.each([
    ["does not answer", () => (silent.address() as AddressInfo).port],
    ["refuses the connection", () => 1],
  ])("an order is answered 503 within 5 s where it %s, and the container stays healthy", async (_what, port) => {
    const AWS_ENDPOINT_URL_SQS = `http://127.0.0.1:${port()}`;
    const QUEUE_URL = "https://sqs.ap-southeast-2.amazonaws.com/123456789012/orders.fifo";
    const cut = await startIngest({ ...stores(ERP), QUEUE_URL, AWS_ENDPOINT_URL_SQS });
    const began = performance.now();
    const answer = await post(cut.port, "Q-1");
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("5");
    expect(answer.body).toEqual({ error: "order Q-1 is not accepted: the queue cannot take it now. Send it again." });
    expect(performance.now() - began).toBeLessThan(5_000);
    // Another container would not reach the queue either.
    expect((await ask(cut.port, "GET", "/health")).status).toBe(200);
  });
});
