/** The service inside the test's process, on a clock that the test advances: queues over the wire, an ERP over HTTP. */
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Logger, pino } from "pino";
import { Authentication } from "../../../service/authentication.ts";
import type { Clock } from "../../../service/clock.ts";
import { Dispatcher } from "../../../service/dispatch.ts";
import { type FetchSecret, InboundSecrets } from "../../../service/inbound-secrets.ts";
import { type ConnectionLimits, createIngest } from "../../../service/ingest.ts";
import { DeadLetterQueue, OrderQueue, queueClient, ReceiptsQueue } from "../../../service/queue.ts";
import { dispatchSettings, ingestSettings } from "../../../service/settings.ts";
import { Store } from "../../../twin/core/store.ts";
import { answers } from "../../../twin/services/sqs/api.ts";
import { Sqs } from "../../../twin/services/sqs/behaviour.ts";
import { ManualClock } from "../../manual-clock.ts";
import { certificate, type Log, PLATFORM, type QueueName } from "./fixture.ts";

const REGION = "ap-southeast-2";
const ENV = {
  AWS_REGION: REGION,
  RELEASE: "0123456789ab",
  IMAGE_DIGEST: "sha256:feed",
  PORT: "0",
  PLATFORM_DOMAIN: PLATFORM,
};

/** How to end what was started, in that order. */
const ends: (() => Promise<unknown>)[] = [];

/** Ends all queues and services that were started in this process, the latest first. */
export async function endAllInProcess(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

export interface DeadLetter {
  group: string | null;
  body: string;
  reason: string;
}

export interface Region {
  clock: ManualClock;
  /** For a service in a process of its own. */
  env: Record<string, string>;
  sqs: Sqs;
  /** Bodies of a queue's messages: those that can be received, and those that cannot. */
  waiting(queue: QueueName): string[];
  hidden(queue: QueueName): string[];
  bodies(queue: QueueName): string[];
  deadLetters(): DeadLetter[];
  /** Puts a text on the queue of orders, past ingest. */
  put(body: string, id: string, group?: string): void;
  /** Lets time pass until the queue of orders is empty. */
  emptied(): Promise<unknown>;
}

/** The queues of a region, as infra makes them but for the receive count. */
export async function startRegion(maxReceiveCount = 250): Promise<Region> {
  const clock = new ManualClock();
  const folder = mkdtempSync(join(tmpdir(), "order-queue-region-"));
  const store = new Store(folder);
  const account = "123456789012";
  const sqs = new Sqs(store, join(folder, "sqs"), account, { reject: async () => undefined }, clock.now, clock);
  await sqs.start(
    0,
    answers({ sqs, store, account }, () => {}),
  );
  ends.push(async () => {
    await sqs.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const fifo = { FifoQueue: "true" };
  const dead = sqs.create("orders-dead.fifo", REGION, fifo);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount });
  const orders = sqs.create("orders.fifo", REGION, { ...fifo, VisibilityTimeout: "120", RedrivePolicy });
  const receipts = sqs.create("receipts", REGION, {});
  const env = {
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    QUEUE_URL: orders.url,
    DEAD_LETTER_QUEUE_URL: dead.url,
    RECEIPTS_QUEUE_URL: receipts.url,
  };
  const all = (queue: QueueName) => sqs.queues.messages.last(sqs.queues.arn(queue, REGION), 1_000).reverse();
  const bodies = (queue: QueueName) => all(queue).map(({ body }) => body);
  return {
    clock,
    env,
    sqs,
    bodies,
    waiting: (queue) => all(queue).flatMap(({ body, visibleAt }) => (visibleAt <= clock.now() ? [body] : [])),
    hidden: (queue) => all(queue).flatMap(({ body, visibleAt }) => (visibleAt > clock.now() ? [body] : [])),
    deadLetters: () =>
      all("orders-dead.fifo").map(({ groupId, body, attributes }) => ({
        group: groupId,
        body,
        reason: JSON.parse(attributes).reason?.StringValue,
      })),
    put: (body, id, group = id) =>
      void sqs.queues.messages.send(sqs.queues.get(orders.arn), { body, groupId: group, dedupId: id }),
    emptied: () => clock.until("an empty queue of orders", () => bodies("orders.fifo").length === 0),
  };
}

export interface Dispatch {
  dispatcher: Dispatcher;
  log: Log[];
  /** As on SIGTERM; resolves when it is drained, without letting time pass. */
  stop(): Promise<void>;
  /** As by SIGKILL: it makes no call any more, and no timer of it runs out. */
  kill(): void;
}

export function startDispatch({ clock, env }: Region, more: Record<string, string>): Dispatch {
  const settings = dispatchSettings({ ...ENV, RECEIVE_WAIT_SECONDS: "1", ...env, ...more });
  const client = clientOf(env);
  let alive = true;
  client.middlewareStack.add((next) => (call) => (alive ? next(call) : new Promise(() => {})), { step: "initialize" });
  const own: Clock = { now: clock.now, after: (ms, callback) => clock.after(ms, () => alive && callback()) };
  const queues = {
    orders: new OrderQueue(client, settings.queueUrl),
    deadLetterQueue: new DeadLetterQueue(client, settings.deadLetterQueueUrl),
    receipts: new ReceiptsQueue(client, settings.receiptsQueueUrl),
  };
  const { log, logger } = startLog("dispatch");
  const dispatcher = new Dispatcher(settings, queues, logger, own);
  const done = dispatcher.run();
  const kill = () => {
    alive = false;
    client.destroy();
  };
  const stop = () => {
    dispatcher.stop();
    return done;
  };
  ends.push(async () => {
    if (alive) await clock.during(stop());
  });
  return { dispatcher, log, stop, kill };
}

export interface Ingest {
  port: number;
  log: Log[];
  /** How many connections it has open. */
  connections(): Promise<number>;
  /** As on SIGTERM; resolves when every order under way is answered. */
  stop(): Promise<void>;
}

/**
 * @param queue where its orders go; the region's queue when none is given
 * @param secrets the stores' secrets by name; none is asked for, and no order checked, when none are given
 */
export async function startIngest(
  env: Record<string, string>,
  queue: Pick<OrderQueue, "put"> = new OrderQueue(clientOf(env), env.QUEUE_URL ?? ""),
  { limits, secrets }: { limits?: ConnectionLimits; secrets?: FetchSecret } = {},
): Promise<Ingest> {
  const tls = { TLS_KEY: certificate.key, TLS_CERT: certificate.cert };
  const QUEUE_URL = "https://sqs.ap-southeast-2.amazonaws.com/123456789012/orders.fifo";
  const settings = ingestSettings({ ...ENV, ...tls, PLATFORM_DOMAIN: PLATFORM, QUEUE_URL, ...env });
  const { log, logger } = startLog("ingest");
  const authentication =
    secrets && new Authentication(new InboundSecrets("order-queue/test", secrets, logger), settings.unsigned);
  const app = createIngest(settings, queue, logger, authentication, limits);
  await app.listen({ port: 0, host: "127.0.0.1" });
  ends.push(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const connections = promisify(app.server.getConnections.bind(app.server));
  return { port: (app.server.address() as AddressInfo).port, log, connections, stop: () => app.close() };
}

/** A client whose endpoint is the environment's, as in a container. */
export function clientOf({ AWS_ENDPOINT_URL_SQS = "" }: Record<string, string>): SQSClient {
  Object.assign(process.env, { AWS_ENDPOINT_URL_SQS, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  const client = queueClient(REGION);
  ends.push(async () => client.destroy());
  return client;
}

/** Log lines as the container writes them, but for their destination. */
export function startLog(role: string): { log: Log[]; logger: Logger } {
  const log: Log[] = [];
  const level = (label: string) => ({ level: label });
  const options = { base: { role, release: ENV.RELEASE }, formatters: { level } };
  return { log, logger: pino(options, { write: (line) => void log.push(JSON.parse(line)) }) };
}
