/**
 * Who gets a place where places are few: one store may hold no more of them than are still free. A store alone gets half
 * of all, two that want everything a third each, and so on; there is always one left for a store that has none yet.
 *
 * Source: Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches" (1998), with alpha 1.
 */
export class Shares {
  readonly #places: number;
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  get free(): number {
    return this.#places - this.#taken;
  }

  /** Takes a place for a store; false where it has its share already. */
  take(store: string): boolean {
    const own = this.#held.get(store) ?? 0;
    if (own >= this.free) return false;
    this.#held.set(store, own + 1);
    this.#taken += 1;
    return true;
  }

  giveBack(store: string): void {
    const own = (this.#held.get(store) ?? 0) - 1;
    if (own > 0) this.#held.set(store, own);
    else this.#held.delete(store);
    this.#taken -= 1;
  }
}
