import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { order, PLATFORM, STORE_HOST } from "./fixture.ts";
import { endAllInProcess, type Ingest, startIngest } from "./in-process.ts";
import { begin, beginOrder, destroyAll } from "./raw-request.ts";

const KEY = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const OTHER_KEY = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
const BEARER = "b".repeat(40);
const STORE_HOSTS = JSON.stringify({ acme: [STORE_HOST], bluegum: ["bluegum.au.orderhub.example"] });

let ingest: Ingest;
let values: Record<string, string | undefined>;
const put = jest.fn(async () => "m-1");

beforeEach(async () => {
  put.mockClear();
  values = {
    "order-queue/test/acme/inbound": JSON.stringify({ signing: [KEY], bearer: [BEARER] }),
    "order-queue/test/synthetic/inbound": JSON.stringify({ signing: [OTHER_KEY] }),
  };
  const env = { STORE_HOSTS, STORES_UNSIGNED: '["bluegum"]' };
  ingest = await startIngest(env, { put }, { secrets: async (name) => values[name] });
});
afterEach(async () => {
  destroyAll();
  await endAllInProcess();
});

async function send(body: string, headers: Record<string, string>, host = STORE_HOST) {
  const length = String(Buffer.byteLength(body));
  const request = beginOrder(ingest.port, { host, "content-length": length, ...headers }, body);
  const status = await request.status();
  const [head = "", answer = ""] = request.received.split("\r\n\r\n");
  return { status, head, body: JSON.parse(answer) };
}

/** As a store signs, with the library of Standard Webhooks. */
function signed(body: string, key = KEY, at = new Date()): Record<string, string> {
  const signature = new Webhook(key).sign("msg-1", at, body);
  return {
    "webhook-id": "msg-1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": signature,
  };
}

test("an order that is signed with its store's secret is accepted", async () => {
  expect((await send(order("1"), signed(order("1")))).status).toBe(202);
});

test("the signature is the HMAC-SHA256 of id, timestamp and body, as docs/stores.md says", async () => {
  const now = String(Math.floor(Date.now() / 1000));
  const mac = createHmac("sha256", Buffer.alloc(32, 1))
    .update(`a-1.${now}.${order("1")}`)
    .digest("base64");
  const headers = { "webhook-id": "a-1", "webhook-timestamp": now, "webhook-signature": `v1,${mac}` };
  expect((await send(order("1"), headers)).status).toBe(202);
});

test("an order with a bearer key of its store is accepted", async () => {
  expect((await send(order("1"), { authorization: `Bearer ${BEARER}` })).status).toBe(202);
});

test("while a secret is replaced, both are accepted", async () => {
  values["order-queue/test/acme/inbound"] = JSON.stringify({ signing: [OTHER_KEY, KEY] });
  for (const key of [KEY, OTHER_KEY]) expect((await send(order("1"), signed(order("1"), key))).status).toBe(202);
});

test("an order of a store that need not sign is accepted unsigned", async () => {
  const body = JSON.stringify({ store: "bluegum", orderId: "1", payload: {} });
  expect((await send(body, {}, "bluegum.au.orderhub.example")).status).toBe(202);
});

test("a synthetic order is signed with a secret of its own", async () => {
  const body = JSON.stringify({ store: "synthetic", orderId: "1", payload: {} });
  expect((await send(body, signed(body, KEY), PLATFORM)).status).toBe(401);
  expect((await send(body, signed(body, OTHER_KEY), PLATFORM)).status).toBe(202);
});

test.each([
  ["nothing that signs it", () => ({})],
  ["a store's secret", () => signed("")],
  ["the synthetic secret over another body", () => signed("{}", OTHER_KEY)],
  ["the synthetic secret of ten minutes ago", () => signed("", OTHER_KEY, new Date(Date.now() - 600_000))],
])("what runs here is named without its image to a request with %s", async (_what, headers) => {
  expect(await version(headers())).toEqual({ release: "0123456789ab" });
});

test("the image is named to a request that the secret of synthetic orders signs", async () => {
  expect(await version(signed("", OTHER_KEY))).toEqual({ release: "0123456789ab", image: "sha256:feed" });
});

async function version(headers: Record<string, string>): Promise<object> {
  const request = begin(ingest.port, "GET /version", { host: STORE_HOST, ...headers });
  expect(await request.status()).toBe(200);
  return JSON.parse(request.received.split("\r\n\r\n")[1] ?? "");
}

const headersExpected = "the headers webhook-id, webhook-timestamp and webhook-signature";
const signatureExpected =
  "v1, and in base64 the HMAC-SHA256 of webhook-id.webhook-timestamp.body with the store's secret (https://www.standardwebhooks.com)";

test.each([
  ["no signature", () => ({}), "webhook-id", headersExpected, "none"],
  [
    "no timestamp",
    () => ({ ...signed(order("1")), "webhook-timestamp": "" }),
    "webhook-timestamp",
    headersExpected,
    "none",
  ],
  ["another store's secret", () => signed(order("1"), OTHER_KEY), "webhook-signature", signatureExpected, "another"],
  ["the signature of another body", () => signed(order("2")), "webhook-signature", signatureExpected, "another"],
  [
    "no version of the signature",
    () => ({ ...signed(order("1")), "webhook-signature": "x" }),
    "webhook-signature",
    signatureExpected,
    "another",
  ],
  [
    "a wrong bearer key",
    () => ({ authorization: "Bearer x" }),
    "authorization",
    "Bearer and a key of the store",
    "another",
  ],
])(
  "an order with %s is answered 401 with what was expected, and goes nowhere",
  async (_what, headers, field, expected, got) => {
    const answer = await send(order("1"), headers());
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: `${field} is wrong: expected ${expected}, got ${got}`, field, expected });
    expect(answer.head).toContain('www-authenticate: Bearer realm="order-queue"');
    expect(put).not.toHaveBeenCalled();
    expect(ingest.log).toEqual([
      expect.objectContaining({ msg: "request refused", status: 401, store: "acme", field }),
    ]);
    expect(JSON.stringify(ingest.log)).not.toContain(KEY.slice(6));
  },
);

test.each([-301, 302])("a timestamp %d s from now is answered 401 with the time of this server", async (seconds) => {
  const answer = await send(order("1"), signed(order("1"), KEY, new Date(Date.now() + seconds * 1000)));
  expect(answer.status).toBe(401);
  expect(answer.body.expected).toMatch(/^seconds since 1970, at most 300 from now, which is \d{10}$/);
});

test("an order whose store has no secret is answered 503, and the reason is logged", async () => {
  values = {};
  const answer = await send(order("1"), signed(order("1")));
  expect([answer.status, answer.head]).toEqual([503, expect.stringContaining("retry-after: 5")]);
  expect(ingest.log).toContainEqual(
    expect.objectContaining({ msg: "secret not fetched", store: "acme", reason: "there is no such secret" }),
  );
});

test("an order that is not authentic is answered 401 whether its id is known or not", async () => {
  await send(order("1", { total: 1 }), signed(order("1", { total: 1 })));
  expect((await send(order("1", { total: 2 }), signed(order("1"), OTHER_KEY))).status).toBe(401);
});
