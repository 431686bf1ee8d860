import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { canarySettings, dispatchSettings, ingestSettings } from "../../service/settings.ts";
import { makeCertificate } from "./certificate.ts";
import { certificate, spawnService } from "./fixture.ts";

const SETTINGS = {
  QUEUE_URL: "https://sqs.ap-southeast-2.amazonaws.com/123456789012/orders.fifo",
  RECEIPTS_QUEUE_URL: "https://sqs.ap-southeast-2.amazonaws.com/123456789012/receipts",
  DEAD_LETTER_QUEUE_URL: "https://sqs.ap-southeast-2.amazonaws.com/123456789012/dead-letter.fifo",
  STORES: '[{"name":"acme","hostname":"acme.au.orderhub.example","erp":"https://erp.acme.example/orders"}]',
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
  const store = { name: "synthetic", hostname: "ACME", erp: "http://erp.acme.example" };
  const service = spawnService("ingest", {
    ...rest,
    PORT: "http",
    QUEUE_URL: "orders",
    STORES: JSON.stringify([store, 3]),
  });
  expect(await service.ended).toBe(1);
  expect(service.stderr).toBe(`order-queue cannot start:
QUEUE_URL: expected the URL of the FIFO queue of orders, ending in .fifo, got "orders"
STORES.0.name: expected another name: synthetic is kept for synthetic orders, got "synthetic"
STORES.0.hostname: expected a hostname in lower case, got "ACME"
STORES.0.erp: expected an https:// URL (http:// only on 127.0.0.1 or localhost), got "http://erp.acme.example"
STORES.1: expected {"name", "hostname", "erp"}, got 3
PORT: expected a port, a whole number from 0 to 65535, got "http"
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
      [
        "acme",
        { name: "acme", hostname: "acme.au.orderhub.example", aliases: [], erp: "https://erp.acme.example/orders" },
      ],
    ]),
    region: "ap-southeast-2",
    release: "0123456789ab",
    image: "sha256:feed",
    port: 8080,
    stopTimeoutMs: 25_000,
    authorizations: new Map(),
    visibilitySeconds: 120,
    erp: { timeoutMs: 10_000, attempts: 3 },
    maxReceives: 10,
    concurrency: 100,
    receiveWaitSeconds: 5,
  });
  expect(ingestSettings(GOOD)).toMatchObject({
    port: 8080,
    platformDomain: "au.orderhub.example",
    stopTimeoutMs: 25_000,
  });
});

test("the canary needs no orders and no stores, and sends an order a minute", () => {
  const { QUEUE_URL: _, STORES: __, ...rest } = GOOD;
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

test("two stores of one name or hostname are refused", () => {
  const [acme] = JSON.parse(GOOD.STORES);
  expect(() => ingestSettings({ ...GOOD, STORES: JSON.stringify([acme, acme]) })).toThrow(
    'STORES.1.name: expected a name that no other store has, got "acme"\n' +
      'STORES.1.hostname: expected a hostname that no other store has, got "acme.au.orderhub.example"',
  );
});

test("STORES that is not JSON is refused", () => {
  expect(() => ingestSettings({ ...GOOD, STORES: "[" })).toThrow(
    'STORES: expected a JSON array of {"name", "hostname", "erp"}, got "["',
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
  const STORES = JSON.stringify([{ ...JSON.parse(GOOD.STORES)[0], name: "acme-two" }]);
  const given = { ...GOOD, STORES, ERP_AUTHORIZATION_ACME_TWO: "Bearer abc" };
  expect(dispatchSettings(given).authorizations).toEqual(new Map([["acme-two", "Bearer abc"]]));
  expect(() => dispatchSettings({ ...given, ERP_AUTHORIZATION_ACME_TWO: "Bearer abc\n" })).toThrow(
    "ERP_AUTHORIZATION_ACME_TWO: expected an Authorization header, e.g. Bearer and a token, got something else, which is not shown",
  );
  expect(() => dispatchSettings({ ...given, ERP_AUTHORIZATION_ACME: "Bearer abc" })).toThrow(
    "ERP_AUTHORIZATION_ACME: expected no such variable: no store in STORES has that name, got something else, which is not shown",
  );
});
