import { setTimeout as sleep } from "node:timers/promises";
import type { Control, Message } from "./control.ts";
import type { Browser } from "./http.ts";
import { type StoreAddress, Traffic } from "./traffic.ts";

/** What killing the order-queue containers came to. Times in seconds from the kill. */
export interface Outage {
  containersKilled: number;
  /** The first message about it at a topic; undefined when none came in time. */
  detectedSeconds: number | undefined;
  /** What that message says. */
  detectedBy: string;
  /** Every service runs what it should again and every store had an order accepted. */
  recoveredSeconds: number | undefined;
  ordersAccepted: number;
  /** The last accepted order is at its ERP. */
  deliveredSeconds: number | undefined;
  /** Accepted, but not at the ERP within the patience. */
  ordersLost: number;
  handshakes: number;
  handshakesFailed: number;
  /** Tries that a store had to repeat. */
  refused: number;
}

/**
 * How long the system may take, in milliseconds. An order that a killed dispatch held is hidden in the queue for 15 s
 * before another one gets it (service/dispatch.ts).
 */
const PATIENCE_MS = 90_000;

/** Kills every order-queue container of the stacks at once, while all stores go on posting orders. */
export async function killContainers(
  control: Control,
  browser: Browser,
  stores: readonly StoreAddress[],
): Promise<Outage> {
  const traffic = new Traffic(browser);
  traffic.start(stores, 250);
  await until(() => traffic.report.accepted.size >= stores.length);
  const tasks = await control.runningTasks();
  const killed = Date.now();
  await Promise.all(tasks.map((task) => control.kill(task.id)));

  const told = await until(async () => (await control.messages()).find((message) => Date.parse(message.at) >= killed));
  const recovered = await until(async () => {
    const all = stores.every((store) =>
      [...traffic.report.accepted].some(([key, at]) => at > killed && key.startsWith(`${store.name}/`)),
    );
    return all && (await control.settled()) ? Date.now() : undefined;
  });
  await traffic.stop();
  const { accepted, handshakes, handshakesFailed, refused } = traffic.report;
  const missing = await undelivered(control, new Set(accepted.keys()));
  const delivered = missing.size === 0 ? Date.now() : undefined;
  const since = (at: number | undefined) => (at === undefined ? undefined : (at - killed) / 1000);
  return {
    containersKilled: tasks.length,
    detectedSeconds: since(told && Date.parse(told.at)),
    detectedBy: told ? firstLine(told) : "nothing",
    recoveredSeconds: since(recovered),
    deliveredSeconds: since(delivered),
    ordersAccepted: accepted.size,
    ordersLost: missing.size,
    handshakes,
    handshakesFailed,
    refused,
  };
}

/** Waits until every order is at its ERP and returns those that are not. */
export async function undelivered(control: Control, keys: Set<string>): Promise<Set<string>> {
  await until(async () => {
    for (const { key } of await control.erpOrders()) keys.delete(key);
    return keys.size === 0;
  });
  return keys;
}

/** What a reader sees first: the subject, or the message's first sentence. */
export function firstLine({ subject, message }: Message): string {
  return (subject ?? message).split(/\n|(?<=\.) /)[0] ?? "";
}

/** The first true answer, or undefined when the patience is over. */
export async function until<T>(probe: () => T | Promise<T>, patienceMs = PATIENCE_MS): Promise<T | undefined> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(100)) {
    const answer = await probe();
    if (answer) return answer;
  }
  return undefined;
}
