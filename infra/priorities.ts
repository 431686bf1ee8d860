/**
 * Where a store's rule stands on its listener. Pure.
 *
 * The priority comes from the store's name: were it the store's place in the list, adding or removing one store would
 * move the rules of others, and two rules that swap places in one update collide (PriorityInUse). Two names may fall on
 * one priority (about 1 in 3 listeners with 200 stores has such a pair); the newer store then takes the next free one,
 * and keeps it (certificate-plan.ts).
 */
import crypto from "node:crypto";

/** The rule of the platform domain, before those of all stores. */
export const platformPriority = 100;

const first = 1_000;
const last = 49_999;

/** The rule priority that a store's name asks for: 1000 to 49999 (AWS has 1 to 50000). */
export function storePriority(store: string): number {
  const hash = crypto.createHash("sha256").update(store, "utf8").digest().readUInt32BE(0);
  return first + (hash % (last - first + 1));
}

/** The one that the name asks for, or the next after it that is not taken; after the last comes the first again. */
export function freePriority(store: string, taken: ReadonlySet<number>): number {
  let priority = storePriority(store);
  while (taken.has(priority)) priority = priority === last ? first : priority + 1;
  return priority;
}
