/**
 * `npm start`: everything, once. Starts the twin, deploys the three stacks, sends orders from every
 * store, and replays the incident. Exit codes: 0 every goal met; 1 a goal missed; 2 a wrong call.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CommanderError } from "commander";
import { UpdateFailed } from "../release/promotion/update.ts";
import { root } from "../release/workspace/location.ts";
import { Control } from "./control.ts";
import { deployAll } from "./deploy.ts";
import { Browser } from "./http.ts";
import { type Local, startLocal } from "./local.ts";
import { page } from "./replay/page.ts";
import { replay } from "./replay/replay.ts";
import { type Figures, held, table, whatNext } from "./report.ts";
import { defaultState, readStartOptions } from "./start-options.ts";
import { type StoreAddress, Traffic } from "./traffic.ts";
import { undelivered } from "./wait.ts";

const started = performance.now();
const say = (line: string) => void process.stdout.write(`${line}\n`);
const progress = (line: string) => say(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

try {
  const { exit, json, state, fresh, ...twin } = readStartOptions(root, process.argv.slice(2));
  if (fresh) rmSync(resolve(state), { recursive: true, force: true });
  const local = await startLocal(resolve(state), progress, twin);
  try {
    const figures = await measure(local);
    const pageFile = join(resolve(state), "replay.html");
    writeFileSync(pageFile, page(figures.replay));
    say(`\n${table(figures)}\n\nThe replay as a page: ${pathToFileURL(pageFile)}`);
    if (json) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
    if (!held(figures)) process.exitCode = 1;
    if (!exit) {
      say(whatNext(figures, state === defaultState(root) ? "" : `--state ${state}`));
      await new Promise<void>((done) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
      });
    }
  } finally {
    await local.stop();
  }
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    // A killed update leaves resources that no state has, as on AWS; there they are found manually.
    if (error instanceof UpdateFailed) process.stderr.write("npm start -- --fresh starts without the local state.\n");
    process.exitCode = 1;
  }
}

async function measure(local: Local): Promise<Figures> {
  const control = new Control(local.twin.api);
  const browser = new Browser(local.twin.environment);
  const { containers } = (await control.status()).twin;
  progress(
    `twin of AWS up (process ${local.twin.pid}); containers run as ${containers}; status page: ${local.twin.api}`,
  );

  const before = performance.now();
  const stacks = await deployAll(local, progress);
  const deploySeconds = (performance.now() - before) / 1000;

  const stores = stacks.flatMap((stack) => stack.stores);
  const orders = await sendOrders(control, browser, stores);
  const replayed = await replay(local, stacks, progress);

  const { twin } = await control.status();
  return { stacks, deploySeconds, orders, replay: replayed, twin, seconds: (performance.now() - started) / 1000 };
}

/** One order of every store, shown on its way. */
async function sendOrders(
  control: Control,
  browser: Browser,
  stores: readonly StoreAddress[],
): Promise<Figures["orders"]> {
  const traffic = new Traffic(browser);
  const began = performance.now();
  const keys = await Promise.all(
    stores.map(async (store) => {
      const key = await traffic.post(store);
      progress(`${store.stack}: order ${key} accepted at ${store.url}`);
      return key;
    }),
  );
  const missing = await undelivered(control, new Set(keys));
  const hosts = new Map((await control.erpOrders()).map(({ key, host }) => [key, host]));
  for (const key of keys) progress(`${hosts.has(key) ? `arrived at ${hosts.get(key)}` : "DID NOT ARRIVE"}: ${key}`);
  return { sent: keys.length, arrived: keys.length - missing.size, seconds: (performance.now() - began) / 1000 };
}
