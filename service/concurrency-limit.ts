/**
 * A limit of orders in progress, in all and per store: one store may have no more of them than are still free. A store
 * alone gets half of all, two that want everything a third each, and so on; one is always left for a store that has none.
 *
 * Source: Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches" (1998), with alpha 1.
 */
export class ConcurrencyLimit {
  readonly #limit: number;
  readonly #byStore = new Map<string, number>();
  #inProgress = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get free(): number {
    return this.#limit - this.#inProgress;
  }

  /** Orders of a store in progress. */
  of(store: string): number {
    return this.#byStore.get(store) ?? 0;
  }

  /** Counts one more order of a store; false where the store is at its limit. */
  acquire(store: string): boolean {
    const own = this.of(store);
    if (own >= this.free) return false;
    this.#byStore.set(store, own + 1);
    this.#inProgress += 1;
    return true;
  }

  release(store: string): void {
    const own = this.of(store) - 1;
    if (own > 0) this.#byStore.set(store, own);
    else this.#byStore.delete(store);
    this.#inProgress -= 1;
  }
}
