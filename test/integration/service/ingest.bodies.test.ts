import { gzipSync } from "node:zlib";
import { order } from "./fixture.ts";
import { endAllInProcess, type Ingest, startIngest } from "./in-process.ts";
import { beginOrder, destroyAll } from "./raw-request.ts";

const ERP = "https://erp.acme.example/orders";
const bodies: string[] = [];
let ingest: Ingest;

beforeAll(async () => {
  const STORE_HOSTS = JSON.stringify({ acme: ["acme.au.orderhub.example"] });
  const put = async ({ body }: { body: string }) => {
    bodies.push(body);
    return "m-1";
  };
  ingest = await startIngest({ STORE_HOSTS, STORE_ERPS: ERP }, { put });
});
afterEach(() => {
  destroyAll();
  bodies.length = 0;
});
afterAll(endAllInProcess);

/** Sends bytes as they are, and returns status, headers and body of the answer. */
async function send(bytes: Buffer, headers: Record<string, string> = {}) {
  const request = beginOrder(ingest.port, { "content-length": String(bytes.length), ...headers }, bytes);
  const status = await request.status();
  const [head = "", body = ""] = request.received.split("\r\n\r\n");
  return { status, head, body: JSON.parse(body) };
}

const UTF8 = "JSON in UTF-8 without a byte order mark";
const text = order("1", { name: "Zoë 漢字 😀" });

test("UTF-8 is put on the queue byte for byte", async () => {
  expect((await send(Buffer.from(text))).status).toBe(202);
  expect(bodies).toEqual([text]);
});

test.each([
  ["Latin-1", Buffer.from(order("1", { name: "Zoë" }), "latin1"), "bytes that are no UTF-8"],
  ["UTF-16", Buffer.from(text, "utf16le"), undefined],
  ["a character that is cut off", Buffer.from(text).subarray(0, Buffer.from(text).indexOf("漢") + 1), undefined],
  ["a byte order mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]), "a byte order mark"],
  ["gzip without a label", gzipSync(text), "bytes that are no UTF-8"],
])("%s is answered 400, and nothing is put on the queue", async (_what, bytes, got = "bytes that are no UTF-8") => {
  const { status, body } = await send(bytes);
  const expected = { error: `body is wrong: expected ${UTF8}, got ${got}`, field: "body", expected: UTF8 };
  expect([status, body, bodies]).toEqual([400, expected, []]);
});

test.each([
  ["gzip", gzipSync(text)],
  ["gzip", Buffer.from(text)],
  ["br", Buffer.from(text)],
])("Content-Encoding: %s is answered 415, with what is accepted instead", async (encoding, bytes) => {
  const { status, body, head } = await send(bytes, { "content-encoding": encoding });
  const expected = "none: send the body as it is, not compressed";
  const error = `content-encoding is wrong: expected ${expected}, got ${encoding}`;
  expect([status, body, bodies]).toEqual([415, { error, field: "content-encoding", expected }, []]);
  // RFC 9110, 15.5.16
  expect(head).toContain("accept-encoding: identity");
});

test.each(["application/json; charset=iso-8859-1", "application/json; charset=utf-16", "text/plain", "json"])(
  "Content-Type: %s is answered 415",
  async (type) => {
    const { status, body } = await send(Buffer.from(text), { "content-type": type });
    const expected = "application/json in UTF-8";
    const error = `content-type is wrong: expected ${expected}, got ${type}`;
    expect([status, body, bodies]).toEqual([415, { error, field: "content-type", expected }, []]);
  },
);

test.each(["application/json; charset=utf-8", 'Application/JSON;charset="UTF8"', "application/json; profile=x"])(
  "Content-Type: %s is accepted",
  async (type) => {
    expect((await send(Buffer.from(text), { "content-type": type })).status).toBe(202);
  },
);

test("Content-Encoding: identity is accepted", async () => {
  expect((await send(Buffer.from(text), { "content-encoding": "identity" })).status).toBe(202);
});

test.each([
  ["store", '{"store":"other","store":"acme","orderId":"1","payload":{}}'],
  ["orderId", '{"store":"acme","orderId":"2","payload":{},"\\u006frderId":"1"}'],
  ["payload", '{"payload":{"a":"}"},"store":"acme","orderId":"1","payload":{}}'],
])("an order with %s twice is answered 400: an ERP may read the first of the two", async (field, twice) => {
  const { status, body } = await send(Buffer.from(twice));
  const error = `${field} is wrong: expected each field once, got it twice`;
  expect([status, body, bodies]).toEqual([400, { error, field, expected: "each field once" }, []]);
});
