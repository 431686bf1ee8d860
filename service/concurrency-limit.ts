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

  /** Orders of a store in progress, or bytes. */
  of(store: string): number {
    return this.#byStore.get(store) ?? 0;
  }

  /** Counts one more order of a store, or so many bytes; false where the store is at its limit. */
  acquire(store: string, amount = 1): boolean {
    if (!this.fits(store, amount)) return false;
    this.#byStore.set(store, this.of(store) + amount);
    this.#inProgress += amount;
    return true;
  }

  fits(store: string, amount: number): boolean {
    return this.of(store) + amount <= this.free;
  }

  release(store: string, amount = 1): void {
    const own = this.of(store) - amount;
    if (own > 0) this.#byStore.set(store, own);
    else this.#byStore.delete(store);
    this.#inProgress -= amount;
  }
}
