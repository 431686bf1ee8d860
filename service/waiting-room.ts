/** Orders that are held here until their store has a slot: waiting costs them no receive. */
import { ConcurrencyLimit } from "./concurrency-limit.ts";

/** As many as there are slots, shared out among the stores as the slots are. */
export class WaitingRoom<Item extends { readonly store: string }> {
  readonly #slots: ConcurrencyLimit;
  readonly #lines = new Map<string, Item[]>();

  constructor(slots: number) {
    this.#slots = new ConcurrencyLimit(slots);
  }

  get free(): number {
    return this.#slots.free;
  }

  /** How many of a store stand in line. */
  waiting(store: string): number {
    return this.#lines.get(store)?.length ?? 0;
  }

  /** False where the store has no slot here either. */
  add(item: Item): boolean {
    if (!this.reserve(item.store)) return false;
    this.enter(item);
    return true;
  }

  /** A slot for an item that stands in line later. */
  reserve(store: string): boolean {
    return this.#slots.acquire(store);
  }

  /** To the end of its store's line, at a slot that is reserved. */
  enter(item: Item): void {
    const line = this.#lines.get(item.store);
    if (line) line.push(item);
    else this.#lines.set(item.store, [item]);
  }

  /** The first in line of a store that `may` continue; the stores take turns. */
  next(may: (store: string) => boolean): Item | undefined {
    for (const [store, line] of this.#lines) {
      const [item] = line;
      if (item === undefined || !may(store)) continue;
      line.shift();
      this.#lines.delete(store);
      if (line.length > 0) this.#lines.set(store, line);
      this.#slots.release(store);
      return item;
    }
    return undefined;
  }
}
