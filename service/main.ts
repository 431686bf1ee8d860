/**
 * The container's entry: `node main.ts ROLE`, the role being `ingest`, `dispatch` or `canary`.
 *
 * SIGTERM drains: what is under way is finished, exit code 0. Exit code 1 where the settings are wrong, or where the drain
 * took longer than STOP_TIMEOUT_SECONDS (no accepted order is lost by that: it is still on the queue).
 */
import type { FastifyListenOptions } from "fastify";
import { type Logger, pino } from "pino";
import type { Authentication } from "./authentication.ts";
import { Canary } from "./canary.ts";
import { Dispatcher } from "./dispatch.ts";
import { createHealth } from "./health.ts";
import type { InboundSecrets } from "./inbound-secrets.ts";
import { createIngest } from "./ingest.ts";
import { linesTogether } from "./log.ts";
import { DeadLetterQueue, OrderQueue, queueClient, ReceiptsQueue } from "./queue.ts";
import { canarySettings, dispatchSettings, type IngestSettings, ingestSettings, SettingsError } from "./settings.ts";

function logger(role: string, { release }: { release: string }): Logger {
  const level = (label: string) => ({ level: label });
  const options = { base: { role, release }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level } };
  return pino(options, linesTogether());
}

/** Undefined where no order is signed; then the client of Secrets Manager is not loaded either. */
async function secretsOf(
  { inboundSecrets, region }: Pick<IngestSettings, "inboundSecrets" | "region">,
  log: Logger,
): Promise<InboundSecrets | undefined> {
  if (inboundSecrets === undefined) return undefined;
  const { InboundSecrets, secretsManager } = await import("./inbound-secrets.ts");
  return new InboundSecrets(inboundSecrets, secretsManager(region), log);
}

async function authenticationOf(settings: IngestSettings, log: Logger): Promise<Authentication | undefined> {
  const secrets = await secretsOf(settings, log);
  if (secrets === undefined) return undefined;
  const { Authentication } = await import("./authentication.ts");
  return new Authentication(secrets, settings.unsigned);
}

async function ingest(): Promise<void> {
  const settings = ingestSettings(process.env);
  const log = logger("ingest", settings);
  const client = queueClient(settings.region);
  const authentication = await authenticationOf(settings, log);
  const app = createIngest(settings, new OrderQueue(client, settings.queueUrl), log, authentication);
  onStop(log, settings.stopTimeoutMs, async () => {
    await app.close();
    client.destroy();
  });
  const port = await listen(app, { port: settings.port, host: "0.0.0.0" });
  log.info({ port, stores: settings.stores.size }, "listening");
}

async function dispatch(): Promise<void> {
  const settings = dispatchSettings(process.env);
  const log = logger("dispatch", settings);
  const client = queueClient(settings.region);
  const queues = {
    orders: new OrderQueue(client, settings.queueUrl),
    deadLetterQueue: new DeadLetterQueue(client, settings.deadLetterQueueUrl),
    receipts: new ReceiptsQueue(client, settings.receiptsQueueUrl),
  };
  const dispatcher = new Dispatcher(settings, queues, log);
  const port = await listen(
    createHealth(() => dispatcher.works),
    { port: settings.port, host: "127.0.0.1" },
  );
  const done = dispatcher.run();
  onStop(log, settings.stopTimeoutMs, async () => {
    dispatcher.stop();
    await done;
    client.destroy();
  });
  log.info({ port, stores: settings.stores.size, concurrency: settings.concurrency }, "dispatching");
  await done;
}

async function canary(): Promise<void> {
  const settings = canarySettings(process.env);
  const log = logger("canary", settings);
  const client = queueClient(settings.region);
  const secrets = await secretsOf(settings, log);
  const sign = secrets && (await import("./signature.ts")).signer(secrets);
  const watching = new Canary(settings, new ReceiptsQueue(client, settings.receiptsQueueUrl), log, sign);
  const port = await listen(
    createHealth(() => watching.works),
    { port: settings.port, host: "127.0.0.1" },
  );
  const done = watching.run();
  onStop(log, settings.stopTimeoutMs, async () => {
    watching.stop();
    await done;
    client.destroy();
  });
  log.info({ port, domain: settings.platformDomain, everyMs: settings.intervalMs }, "watching");
  await done;
}

/** Returns the port it listens on. */
async function listen(
  app: { listen(options: FastifyListenOptions): Promise<string> },
  options: { port: number; host: string },
): Promise<number> {
  const address = await app.listen(options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new SettingsError(`PORT: expected a port that is free, got ${options.port}, where another process listens`);
  });
  return Number(new URL(address).port);
}

/** Runs `drain` on the first SIGTERM or SIGINT and ends the process. */
function onStop(log: Logger, timeoutMs: number, drain: () => Promise<void>): void {
  const stop = (signal: string) => {
    log.info({ signal, timeoutMs }, "draining");
    setTimeout(() => {
      log.error({ timeoutMs }, "not drained in time: what is under way comes again from the queue");
      process.exit(1);
    }, timeoutMs).unref();
    drain().then(
      () => {
        log.info("drained");
        process.exit(0);
      },
      (err) => {
        log.error({ err }, "drain failed");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

const roles: Record<string, () => Promise<void>> = { ingest, dispatch, canary };

async function main(role = ""): Promise<void> {
  const run = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (run === undefined)
    throw new SettingsError(`first argument: expected ingest, dispatch or canary, got ${JSON.stringify(role)}`);
  await run();
}

main(process.argv[2]).catch((error: Error) => {
  const text =
    error instanceof SettingsError ? `order-queue cannot start:\n${error.message}` : (error.stack ?? error.message);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
