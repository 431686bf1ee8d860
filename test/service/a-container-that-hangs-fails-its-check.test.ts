import { pino } from "pino";
import { Dispatcher, type Queues as DispatchQueues } from "../../service/dispatch.ts";
import { createHealth } from "../../service/health.ts";
import { dispatchSettings } from "../../service/settings.ts";
import { certificate, checkHealth, endAll, type Queues, startQueues, startService, stores, until } from "./fixture.ts";

const STORES = stores("https://erp.acme.example/orders");
let queues: Queues;

const start = (role: "ingest" | "dispatch", more: Record<string, string> = {}) =>
  startService(role, { ...queues.env, ...STORES, ...more });

beforeAll(async () => {
  queues = await startQueues();
});

afterAll(endAll);

test("ingest passes its check over TLS, and fails it while it hangs", async () => {
  const ingest = await start("ingest");
  const tls = { TLS_CERT: certificate.cert };
  expect(await checkHealth(ingest, tls)).toBe(true);
  expect(await checkHealth(ingest)).toBe(false);
  ingest.process.kill("SIGSTOP");
  expect(await checkHealth(ingest, tls)).toBe(false);
});

test("dispatch passes its check also while the queue cannot be read, and fails it while it hangs", async () => {
  const dispatch = await start("dispatch", { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" });
  await until("a failed receive", () => dispatch.log.some(({ msg }) => msg === "the queue cannot be read"));
  expect(await checkHealth(dispatch)).toBe(true);
  dispatch.process.kill("SIGSTOP");
  expect(await checkHealth(dispatch)).toBe(false);
});

test("nothing passes the check where nobody listens", async () => {
  const ingest = await start("ingest");
  ingest.process.kill("SIGKILL");
  await ingest.ended;
  expect(await checkHealth(ingest, { TLS_CERT: certificate.cert })).toBe(false);
  expect(await checkHealth(ingest)).toBe(false);
});

test("dispatch whose loop does not come around any more says so, though its process answers", async () => {
  const settings = dispatchSettings({
    ...queues.env,
    ...STORES,
    ...{ AWS_REGION: "ap-southeast-2", RELEASE: "r", IMAGE_DIGEST: "sha256:feed", PORT: "0" },
  });
  const stuck = { receive: () => new Promise(() => {}) } as unknown as DispatchQueues["orders"];
  const receipts = {} as DispatchQueues["receipts"];
  const dispatcher = new Dispatcher(
    { ...settings, visibilitySeconds: 0.1 },
    { orders: stuck, deadLetters: {} as DispatchQueues["deadLetters"], receipts },
    pino({ enabled: false }),
  );
  void dispatcher.run();
  expect(dispatcher.works).toBe(true);
  await until("the loop to be missed", () => !dispatcher.works);
  const health = createHealth(() => dispatcher.works);
  const port = Number(new URL(await health.listen({ port: 0, host: "127.0.0.1" })).port);
  expect(await checkHealth({ port })).toBe(false);
  await health.close();
});
