/**
 * Where a store's rule stands on the listener. Pure.
 *
 * The priority is computed from the store's name alone: were it the store's place in the list, adding or removing one
 * store would move the rules of others, and two rules that swap places in one update collide (PriorityInUse).
 * Two names may fall on one priority (about 1 in 160 for 25 stores); the settings refuse such a pair, and another name
 * for the newer store mends it.
 */
import crypto from "node:crypto";

/** The rule of the platform domain, before those of all stores. */
export const platformPriority = 100;

const first = 1_000;
const last = 49_999;

/** The rule priority of a store: 1000 to 49999 (AWS has 1 to 50000). */
export function storePriority(store: string): number {
  const hash = crypto.createHash("sha256").update(store, "utf8").digest().readUInt32BE(0);
  return first + (hash % (last - first + 1));
}

/** The first of these stores whose priority an earlier one has, with that earlier one. */
export function priorityCollision(stores: readonly string[]): { store: string; with: string } | undefined {
  const taken = new Map<number, string>();
  for (const store of stores) {
    const other = taken.get(storePriority(store));
    if (other !== undefined) return { store, with: other };
    taken.set(storePriority(store), store);
  }
  return undefined;
}
