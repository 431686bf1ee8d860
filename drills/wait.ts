import { setTimeout as sleep } from "node:timers/promises";
import type { Control } from "./control.ts";

/**
 * How long the system may take, in milliseconds. An order that a killed dispatch held is invisible in the queue for 15 s
 * before another one gets it (service/dispatch.ts).
 */
const PATIENCE_MS = 90_000;

/** Waits until every order is at its ERP and returns those that are not. */
export async function undelivered(control: Control, keys: Set<string>): Promise<Set<string>> {
  await until(async () => {
    for (const { key } of await control.erpOrders()) keys.delete(key);
    return keys.size === 0;
  });
  return keys;
}

/** The first true answer, or undefined when the patience is over. */
export async function until<T>(probe: () => T | Promise<T>, patienceMs = PATIENCE_MS): Promise<T | undefined> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(100)) {
    const answer = await probe();
    if (answer) return answer;
  }
  return undefined;
}
