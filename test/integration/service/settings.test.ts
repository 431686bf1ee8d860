import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { canarySettings, dispatchSettings, ingestSettings } from "../../../service/settings.ts";
import { makeCertificate } from "./certificate.ts";
import { certificate, spawnService } from "./fixture.ts";

const SETTINGS = {
  QUEUE_URL: "https://sqs.ap-southeast-2.amazonaws.com/123456789012/orders.fifo",
  RECEIPTS_QUEUE_URL: "https://sqs.ap-southeast-2.amazonaws.com/123456789012/receipts",
  DEAD_LETTER_QUEUE_URL: "https://sqs.ap-southeast-2.amazonaws.com/123456789012/dead-letter.fifo",
  STORE_HOSTS: '{"acme":["acme.au.orderhub.example"]}',
  STORE_ERPS: '{"acme":"https://erp.acme.example/orders"}',
  AWS_REGION: "ap-southeast-2",
  RELEASE: "0123456789ab",
  IMAGE_DIGEST: "sha256:feed",
  PORT: "8080",
  PLATFORM_DOMAIN: "au.orderhub.example",
};
let GOOD: typeof SETTINGS & { TLS_KEY: string; TLS_CERT: string };
beforeAll(() => {
  GOOD = { ...SETTINGS, TLS_KEY: certificate.key, TLS_CERT: certificate.cert };
});

test("a container with wrong settings exits 1 and names each variable, its value and what was expected", async () => {
  const { PORT: _, ...rest } = GOOD;
  const service = spawnService("ingest", {
    ...rest,
    PORT: "http",
    QUEUE_URL: "orders",
    STORE_HOSTS: JSON.stringify({ synthetic: ["ACME"], acme: 3, Bluegum: [] }),
    STORES_IN_SEQUENCE: '["gone"]',
  });
  expect(await service.ended).toBe(1);
  expect(service.stderr).toBe(`order-queue cannot start:
QUEUE_URL: expected the URL of the FIFO queue of orders, ending in .fifo, got "orders"
PORT: expected a port, a whole number from 0 to 65535, got "http"
STORE_HOSTS.synthetic.0: expected a hostname in lower case, got "ACME"
STORE_HOSTS.acme: expected a list of hostnames, got 3
STORE_HOSTS.Bluegum: expected at least one hostname, got []
`);
});

test("a container without a role exits 1 and says which there are", async () => {
  const service = spawnService("", GOOD);
  expect(await service.ended).toBe(1);
  expect(service.stderr).toBe(
    'order-queue cannot start:\nfirst argument: expected ingest, dispatch or canary, got ""\n',
  );
});

test("a port that is taken is refused by name", async () => {
  const other = createServer().listen(0, "0.0.0.0");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const service = spawnService("ingest", { ...GOOD, PORT: String(port) });
  expect(await service.ended).toBe(1);
  expect(service.stderr).toBe(
    `order-queue cannot start:\nPORT: expected a port that is free, got ${port}, where another process listens\n`,
  );
  other.close();
});

test("what is not set has its documented default", () => {
  expect(dispatchSettings(GOOD)).toEqual({
    queueUrl: GOOD.QUEUE_URL,
    receiptsQueueUrl: GOOD.RECEIPTS_QUEUE_URL,
    deadLetterQueueUrl: GOOD.DEAD_LETTER_QUEUE_URL,
    stores: new Map([
      ["acme", { url: "https://erp.acme.example/orders", authorization: undefined, sequenceMs: 15 * 60_000 }],
    ]),
    region: "ap-southeast-2",
    release: "0123456789ab",
    image: "sha256:feed",
    port: 8080,
    stopTimeoutMs: 25_000,
    visibilitySeconds: 120,
    erp: { timeoutMs: 10_000, attempts: 3 },
    platformDomain: GOOD.PLATFORM_DOMAIN,
    ownFaultSeconds: 600,
    concurrency: 100,
    receiveWaitSeconds: 5,
  });
  expect(ingestSettings(GOOD)).toMatchObject({
    port: 8080,
    stores: new Map([["acme", ["acme.au.orderhub.example"]]]),
    inSequence: new Set(),
    inboundSecrets: undefined,
    unsigned: new Set(),
    platformDomain: "au.orderhub.example",
    stopTimeoutMs: 25_000,
  });
});

test("ingest knows where the stores' secrets are, and which stores need not sign", () => {
  const more = { INBOUND_SECRETS: "order-queue/prod-au", STORES_UNSIGNED: '["acme","synthetic"]' };
  expect(ingestSettings({ ...GOOD, ...more })).toMatchObject({
    inboundSecrets: "order-queue/prod-au",
    unsigned: new Set(["acme", "synthetic"]),
  });
  expect(() => ingestSettings({ ...GOOD, INBOUND_SECRETS: "a b/", STORES_UNSIGNED: '["gone"]' })).toThrow(
    `INBOUND_SECRETS: expected the beginning of secrets' names, e.g. order-queue/prod-au, got "a b/"`,
  );
  expect(() => ingestSettings({ ...GOOD, STORES_UNSIGNED: '["gone"]' })).toThrow(
    'STORES_UNSIGNED.0: expected a name in STORE_HOSTS or synthetic, got "gone"',
  );
});

test("the canary needs no orders and no stores, and sends an order a minute", () => {
  const { QUEUE_URL: _, STORE_HOSTS: __, STORE_ERPS: ___, ...rest } = GOOD;
  expect(canarySettings(rest)).toEqual({
    receiptsQueueUrl: GOOD.RECEIPTS_QUEUE_URL,
    platformDomain: "au.orderhub.example",
    intervalMs: 60_000,
    region: "ap-southeast-2",
    release: "0123456789ab",
    image: "sha256:feed",
    port: Number(GOOD.PORT),
    stopTimeoutMs: 25_000,
  });
});

test("two stores of one hostname are refused", () => {
  const STORE_HOSTS = '{"acme":["acme.au.orderhub.example"],"two":["acme.au.orderhub.example"]}';
  expect(() => ingestSettings({ ...GOOD, STORE_HOSTS })).toThrow(
    'STORE_HOSTS.acme.0: expected a hostname that no other store has, got "acme.au.orderhub.example"\n' +
      'STORE_HOSTS.two.0: expected a hostname that no other store has, got "acme.au.orderhub.example"',
  );
});

test.each([
  ["[", '"["'],
  ["[]", "[]"],
])("stores that are no JSON object are refused: %s", (STORE_ERPS, got) => {
  expect(() => dispatchSettings({ ...GOOD, STORE_ERPS })).toThrow(
    `STORE_ERPS: expected a JSON object with a value for each store, e.g. {"acme": "https://erp.acme.example/orders"}, got ${got}`,
  );
});

test("a store of a name that no order can have, or with an ERP out of TLS, is refused", () => {
  const STORE_ERPS = '{"synthetic":"https://erp.example/","Acme":"https://erp.example/"}';
  expect(() => dispatchSettings({ ...GOOD, STORE_ERPS })).toThrow(
    'STORE_ERPS.synthetic: expected another name: synthetic is kept for synthetic orders, got "synthetic"\n' +
      'STORE_ERPS.Acme: expected a store\'s name: 1 to 63 lower-case letters, digits and hyphens, a letter or digit first, got "Acme"',
  );
  expect(() => dispatchSettings({ ...GOOD, STORE_ERPS: '{"acme":"http://erp.acme.example"}' })).toThrow(
    'STORE_ERPS.acme: expected an https:// URL without user and password (http:// only on 127.0.0.1 or localhost), got "http://erp.acme.example"',
  );
});

test("a store in sequence is one of the stores", () => {
  expect(ingestSettings({ ...GOOD, STORES_IN_SEQUENCE: '["acme"]' }).inSequence).toEqual(new Set(["acme"]));
  expect(() => ingestSettings({ ...GOOD, STORES_IN_SEQUENCE: '["gone"]' })).toThrow(
    'STORES_IN_SEQUENCE.0: expected a name in STORE_HOSTS, got "gone"',
  );
});

test("a visibility timeout that one receive could outlast is refused", () => {
  expect(() => dispatchSettings({ ...GOOD, VISIBILITY_TIMEOUT_SECONDS: "70" })).toThrow(
    "VISIBILITY_TIMEOUT_SECONDS: expected more than 70, the seconds that ERP_ATTEMPTS posts of ERP_TIMEOUT_MS and the waits between them can take, got 70",
  );
  expect(dispatchSettings({ ...GOOD, VISIBILITY_TIMEOUT_SECONDS: "71" }).visibilitySeconds).toBe(71);
});

test("a key and a certificate that are none, or no pair, are refused and the key is not shown", async () => {
  const other = await makeCertificate("ingest.internal");
  expect(() => ingestSettings({ ...GOOD, TLS_KEY: "secret", TLS_CERT: "none" })).toThrow(
    "TLS_KEY: expected a private key as PEM, got something else, which is not shown\n" +
      'TLS_CERT: expected a certificate as PEM, its chain after it, got "none"',
  );
  expect(() => ingestSettings({ ...GOOD, TLS_KEY: other.key })).toThrow(
    "TLS_CERT: expected the certificate of TLS_KEY",
  );
  expect(ingestSettings(GOOD).tls).toEqual({ key: certificate.key, cert: certificate.cert });
});

test("an ERP's authorization is by store, is a header's value, and is not shown", () => {
  const STORE_ERPS = '{"acme-two":"https://erp.acme.example/orders"}';
  const given = { ...GOOD, STORE_ERPS, ERP_AUTHORIZATION_ACME_TWO: "Bearer abc" };
  expect(dispatchSettings(given).stores.get("acme-two")?.authorization).toBe("Bearer abc");
  expect(() => dispatchSettings({ ...given, ERP_AUTHORIZATION_ACME_TWO: "Bearer abc\n" })).toThrow(
    "ERP_AUTHORIZATION_ACME_TWO: expected an Authorization header, e.g. Bearer and a token, got something else, which is not shown",
  );
  expect(() => dispatchSettings({ ...given, ERP_AUTHORIZATION_ACME: "Bearer abc" })).toThrow(
    "ERP_AUTHORIZATION_ACME: expected no such variable: no store in STORE_ERPS has that name, got something else, which is not shown",
  );
});

test("an ERP's URL with user and password is refused, and no message shows them", () => {
  const STORE_ERPS = '{"acme":"https://me:s3cret@erp.acme.example/orders"}';
  const start = () => dispatchSettings({ ...GOOD, STORE_ERPS });
  expect(start).toThrow("STORE_ERPS.acme: expected an https:// URL without user and password");
  expect(start).toThrow('got "https://[not shown]@erp.acme.example/orders"');
  expect(start).not.toThrow("s3cret");
});

test("a store's rules are read for its ERP", () => {
  const acme = { retryStatuses: [401, 403], success: { pointer: "/ok", equals: true }, sequenceMinutes: 60 };
  const { stores } = dispatchSettings({ ...GOOD, STORE_ERP_RULES: JSON.stringify({ acme }) });
  const { sequenceMinutes: _, ...rules } = acme;
  expect(stores.get("acme")).toMatchObject({ ...rules, sequenceMs: 3_600_000 });
});

test.each([
  [
    { acme: { retryStatuses: [503] } },
    "STORE_ERP_RULES.acme.retryStatuses.0: expected retryStatuses: a list of up to 10",
  ],
  [
    { acme: { success: { pointer: "ok", equals: 1 } } },
    "STORE_ERP_RULES.acme.success.pointer: expected success: pointer",
  ],
  [{ acme: { success: { pattern: "(" } } }, "STORE_ERP_RULES.acme.success.pattern: expected success: pointer"],
  [{ acme: { sequenceMinutes: 0 } }, "STORE_ERP_RULES.acme.sequenceMinutes: expected sequenceMinutes: a whole number"],
  [{ bluegum: {} }, 'STORE_ERP_RULES.bluegum: expected a name in STORE_ERPS, got "bluegum"'],
])("rules that cannot be used are refused: %j", (rules, message) => {
  expect(() => dispatchSettings({ ...GOOD, STORE_ERP_RULES: JSON.stringify(rules) })).toThrow(message);
});
