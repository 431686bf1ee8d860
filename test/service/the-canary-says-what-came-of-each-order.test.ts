import { type PublicSide, startPublicSide } from "../infra/publicSide.ts";
import { endAll, PLATFORM, type Service, spawnService, until } from "./fixture.ts";

let side: PublicSide;

beforeAll(async () => {
  side = await startPublicSide({});
});
afterEach(endAll);
afterAll(() => side.close());

function start(env: Record<string, string> = {}): Service {
  return spawnService("canary", {
    HTTPS_PROXY: side.proxyUrl,
    NODE_EXTRA_CA_CERTS: side.authority.file,
    AWS_ENDPOINT_URL_SQS: side.sqsUrl,
    RECEIPTS_QUEUE_URL: side.receiptsQueueUrl,
    INTERVAL_SECONDS: "1",
    ...env,
  });
}

/** What the canary's first so many orders came to. */
async function outcomes(canary: Service, count: number) {
  const lines = () => canary.log.filter(({ msg }) => msg === "synthetic order");
  await until(`${count} outcomes; ${canary.stderr}`, () => lines().length >= count, 30_000);
  return lines().slice(0, count);
}

const ids = { domain: PLATFORM, orderId: expect.stringMatching(/^canary-[0-9a-f-]{36}$/) };

test("an order that comes back is one line with its seconds, and another one follows on a connection of its own", async () => {
  side.hosts.set(PLATFORM, {});
  side.connections.length = 0;
  const canary = start();
  const back = { level: "info", role: "canary", outcome: "back", seconds: expect.any(Number), ...ids };
  expect(await outcomes(canary, 2)).toEqual([expect.objectContaining(back), expect.objectContaining(back)]);
  expect(side.connections).toEqual([PLATFORM, PLATFORM]);
});

test("canaries that wait on one queue each find the receipts of their own orders", async () => {
  side.hosts.set(PLATFORM, {});
  const several = [1, 2, 3].map(() => start({ INTERVAL_SECONDS: "30" }));
  const all = await Promise.all(several.map((canary) => outcomes(canary, 1)));
  expect(all.flat().map(({ outcome }) => outcome)).toEqual(["back", "back", "back"]);
}, 60_000);

test.each([
  ["is not answered", undefined, /^.+: .*502/],
  ["meets a certificate of another name", { certificateName: "other.example" }, /^ERR_TLS_CERT_ALTNAME_INVALID: /],
  ["is accepted and never dispatched", { receiptRelease: null }, /^it was accepted, but no receipt came within 1 s$/],
])("an order that %s is a line with the reason", async (_what, host, reason) => {
  if (host) side.hosts.set(PLATFORM, host);
  else side.hosts.delete(PLATFORM);
  const [line] = await outcomes(start(), 1);
  expect(line).toMatchObject({ level: "error", outcome: "failed", reason: expect.stringMatching(reason), ...ids });
});

test("a stop ends it at once, with the order under way", async () => {
  side.hosts.set(PLATFORM, { receiptRelease: null });
  const canary = start({ INTERVAL_SECONDS: "3600" });
  side.connections.length = 0;
  await until("an order", () => side.connections.length > 0);
  expect(await canary.stop()).toBe(0);
  expect(canary.log.map(({ msg }) => msg)).toEqual(["watching", "draining", "drained"]);
});
