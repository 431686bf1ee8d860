import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Canary } from "../../../service/canary.ts";
import { InboundSecrets } from "../../../service/inbound-secrets.ts";
import { ReceiptsQueue } from "../../../service/queue.ts";
import { signer } from "../../../service/signature.ts";
import { ManualClock } from "../../manual-clock.ts";
import { type PublicSide, startPublicSide } from "../../unit/infra/public-side.ts";
import { endAll, type Log, PLATFORM, spawnService, until } from "./fixture.ts";
import { clientOf, endAllInProcess, startLog } from "./in-process.ts";

let side: PublicSide;
const authorities = getCACertificates("default");

beforeAll(async () => {
  side = await startPublicSide({});
  setDefaultCACertificates([side.authority.certificate]);
  process.env.HTTPS_PROXY = side.proxyUrl;
});
afterEach(async () => {
  await endAllInProcess();
  await endAll();
});
afterAll(async () => {
  delete process.env.HTTPS_PROXY;
  setDefaultCACertificates(authorities);
  await side.close();
});

const INTERVAL_MS = 60_000;
/** The value of the store synthetic's secret. */
let secret: string | undefined;
beforeEach(() => {
  secret = side.secret.value;
});

/** Runs a canary until `watch` is done. */
async function watching(clock: ManualClock, watch: (log: Log[]) => Promise<void>): Promise<void> {
  const { log, logger } = startLog("canary");
  const receipts = new ReceiptsQueue(clientOf({ AWS_ENDPOINT_URL_SQS: side.sqsUrl }), side.receiptsQueueUrl);
  const sign = signer(new InboundSecrets("order-queue/test", async () => secret, logger, clock));
  const canary = new Canary({ platformDomain: PLATFORM, intervalMs: INTERVAL_MS }, receipts, logger, sign, clock);
  const done = canary.run();
  try {
    await watch(log);
  } finally {
    canary.stop();
    await done;
  }
}

/** What the canary's first so many orders came to. */
const outcomes = (log: Log[], count: number) =>
  until(`${count} outcomes`, () => log.length >= count && log.slice(0, count));

const ids = { domain: PLATFORM, orderId: expect.stringMatching(/^canary-[0-9a-f-]{36}$/) };

test("an order that comes back is one line with its seconds, and another one follows on a connection of its own", async () => {
  side.hosts.set(PLATFORM, {});
  side.connections.length = 0;
  const clock = new ManualClock();
  await watching(clock, async (log) => {
    const back = { level: "info", role: "canary", outcome: "back", seconds: 0, ...ids };
    expect(await outcomes(log, 1)).toEqual([expect.objectContaining(back)]);
    await clock.run(INTERVAL_MS - 1, INTERVAL_MS);
    expect(side.connections).toEqual([PLATFORM]);
    clock.pass(1);
    expect(await outcomes(log, 2)).toEqual([expect.objectContaining(back), expect.objectContaining(back)]);
    expect(side.connections).toEqual([PLATFORM, PLATFORM]);
  });
});

test("a canary whose secret is replaced has one order refused, and signs the next one with the new secret", async () => {
  side.hosts.set(PLATFORM, {});
  const { key } = side.secret;
  const clock = new ManualClock();
  await watching(clock, async (log) => {
    await outcomes(log, 1);
    side.secret.key = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
    secret = JSON.stringify({ signing: [side.secret.key] });
    clock.pass(INTERVAL_MS);
    await outcomes(log, 2);
    clock.pass(INTERVAL_MS);
    const [first, second, third] = await outcomes(log, 3);
    expect([first?.outcome, second?.reason, third?.outcome]).toEqual(["back", "expected 202, found 401", "back"]);
  });
  side.secret.key = key;
});

test("a canary that cannot fetch its secret says so, and sends nothing", async () => {
  side.hosts.set(PLATFORM, {});
  side.connections.length = 0;
  secret = undefined;
  await watching(new ManualClock(), async (log) => {
    const [, line] = await outcomes(log, 2);
    expect(line).toMatchObject({ reason: "not sent: the secret of synthetic orders was not fetched", ...ids });
    expect(side.connections).toEqual([]);
  });
});

test("canaries that wait on one queue each find the receipts of their own orders", async () => {
  side.hosts.set(PLATFORM, {});
  const found: unknown[] = [];
  const one = () =>
    watching(new ManualClock(), async (log) => {
      const [line] = await outcomes(log, 1);
      found.push(line?.outcome);
    });
  await Promise.all([one(), one(), one()]);
  expect(found).toEqual(["back", "back", "back"]);
});

test.each([
  ["is not answered", undefined, /^.+: .*502/],
  ["meets a certificate of another name", { certificateName: "other.example" }, /^ERR_TLS_CERT_ALTNAME_INVALID: /],
])("an order that %s is a line with the reason", async (_what, host, reason) => {
  if (host) side.hosts.set(PLATFORM, host);
  else side.hosts.delete(PLATFORM);
  await watching(new ManualClock(), async (log) => {
    const [line] = await outcomes(log, 1);
    expect(line).toMatchObject({ level: "error", outcome: "failed", reason: expect.stringMatching(reason), ...ids });
  });
});

test("an order that is accepted and never dispatched is a line with the reason when the next one is due", async () => {
  side.hosts.set(PLATFORM, { receiptRelease: null });
  side.accepted.length = 0;
  const clock = new ManualClock();
  await watching(clock, async (log) => {
    await until("an accepted order", () => side.accepted.length === 1);
    await clock.run(INTERVAL_MS - 1, INTERVAL_MS);
    expect(log).toEqual([]);
    clock.pass(1);
    const [line] = await outcomes(log, 1);
    const reason = "it was accepted, but no receipt came within 60 s";
    expect(line).toMatchObject({ level: "error", outcome: "failed", reason, ...ids });
  });
});

test("a canary that has begun no order for three intervals says that it hangs", () => {
  const clock = new ManualClock();
  const receipts = new ReceiptsQueue(clientOf({ AWS_ENDPOINT_URL_SQS: side.sqsUrl }), side.receiptsQueueUrl);
  const settings = { platformDomain: PLATFORM, intervalMs: INTERVAL_MS };
  const canary = new Canary(settings, receipts, startLog("canary").logger, undefined, clock);
  clock.pass(3 * INTERVAL_MS - 1);
  expect(canary.works).toBe(true);
  clock.pass(1);
  expect(canary.works).toBe(false);
});

test("a stop ends its container at once, with the order under way", async () => {
  side.hosts.set(PLATFORM, { receiptRelease: null });
  side.connections.length = 0;
  const canary = spawnService("canary", {
    HTTPS_PROXY: side.proxyUrl,
    NODE_EXTRA_CA_CERTS: side.authority.file,
    AWS_ENDPOINT_URL_SQS: side.sqsUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: side.awsUrl,
    INBOUND_SECRETS: "order-queue/test",
    RECEIPTS_QUEUE_URL: side.receiptsQueueUrl,
    INTERVAL_SECONDS: "3600",
  });
  await until("an order", () => side.connections.length > 0);
  expect(await canary.stop()).toBe(0);
  expect(canary.log.map(({ msg }) => msg)).toEqual(["watching", "draining", "drained"]);
});
