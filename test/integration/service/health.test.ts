import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Dispatcher, type Queues } from "../../../service/dispatch.ts";
import { createHealth } from "../../../service/health.ts";
import { dispatchSettings } from "../../../service/settings.ts";
import { ManualClock } from "../../manual-clock.ts";
import { certificate, checkHealth, PLATFORM, stores } from "./fixture.ts";
import { endAllInProcess, startIngest, startLog } from "./in-process.ts";

const STORES = stores("https://erp.acme.example/orders");
const QUEUE_URLS = {
  QUEUE_URL: "https://sqs/orders.fifo",
  DEAD_LETTER_QUEUE_URL: "https://sqs/orders-dead.fifo",
  RECEIPTS_QUEUE_URL: "https://sqs/receipts",
};
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await endAllInProcess();
  for (const close of closers.splice(0)) await close();
});

const tls = () => ({ TLS_CERT: certificate.cert });

/** As a process that hangs: the kernel takes the connection, and no answer comes. */
async function startHanging(): Promise<{ port: number }> {
  const server = createServer((socket) => closers.push(async () => socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.unshift(async () => server.close());
  return { port: (server.address() as AddressInfo).port };
}

/** A dispatch whose receives do what `receive` does, and its health check. */
async function startDispatching(receive: () => Promise<never>) {
  const env = {
    AWS_REGION: "ap-southeast-2",
    RELEASE: "r",
    IMAGE_DIGEST: "sha256:feed",
    PORT: "0",
    PLATFORM_DOMAIN: PLATFORM,
  };
  const clock = new ManualClock();
  const { log, logger } = startLog("dispatch");
  const queues = { orders: { receive }, deadLetterQueue: {}, receipts: {} } as unknown as Queues;
  const dispatcher = new Dispatcher(dispatchSettings({ ...env, ...QUEUE_URLS, ...STORES }), queues, logger, clock);
  const health = createHealth(() => dispatcher.works);
  const port = Number(new URL(await health.listen({ port: 0, host: "127.0.0.1" })).port);
  closers.push(() => health.close());
  void dispatcher.run();
  return { clock, log, dispatcher, port };
}

test("ingest passes its check over TLS, and only there", async () => {
  const ingest = await startIngest(STORES);
  expect(await Promise.all([checkHealth(ingest, tls()), checkHealth(ingest)])).toEqual([true, false]);
});

test("what hangs fails the check, over TLS and without it", async () => {
  const hanging = await startHanging();
  expect(await Promise.all([checkHealth(hanging, tls()), checkHealth(hanging)])).toEqual([false, false]);
});

test("nothing passes the check where no process listens", async () => {
  const { port } = await startHanging();
  await closers.shift()?.();
  expect(await Promise.all([checkHealth({ port }, tls()), checkHealth({ port })])).toEqual([false, false]);
});

test("dispatch passes its check also while the queue cannot be read", async () => {
  const { clock, log, dispatcher, port } = await startDispatching(() => Promise.reject(new Error("no queue")));
  await clock.run(130_000);
  // A receive every 2 s, the first one at once.
  const lines = log.filter(({ msg }) => msg !== "metrics");
  expect(lines.map(({ msg }) => msg)).toEqual(new Array(66).fill("the queue cannot be read"));
  expect(dispatcher.works).toBe(true);
  expect(await checkHealth({ port })).toBe(true);
  dispatcher.stop();
});

test("dispatch whose loop does not come around any more says so, though its process answers", async () => {
  const { clock, dispatcher, port } = await startDispatching(() => new Promise(() => {}));
  clock.pass(119_999);
  expect(dispatcher.works).toBe(true);
  clock.pass(1);
  expect(dispatcher.works).toBe(false);
  expect(await checkHealth({ port })).toBe(false);
});
