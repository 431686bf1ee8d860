/** Many small calls made as few: what arrives while the calls under way take their time goes out together. */
import { type Clock, realClock } from "./clock.ts";

export interface Limits {
  /** Items of one call. */
  items: number;
  /** Bytes of one call, as `bytesOf` counts them; no item is larger. */
  bytes: number;
  /** Calls under way at the same time, each with what is there. */
  calls: number;
  /** Calls under way at the same time where each further one is full. */
  fullCalls: number;
  /** Milliseconds that an item may wait for its call to begin. */
  waitMs: number;
}

/** What one call does: an outcome for each item, in their order; a call that throws has failed for all of them. */
export type Call<Item, Outcome> = (items: Item[]) => Promise<(Outcome | Error)[]>;

interface Waiting<Item, Outcome> {
  item: Item;
  bytes: number;
  /** Ends its wait for a call. */
  cancel(): void;
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

/**
 * An item that comes alone goes out alone, at the end of this turn of the event loop: nothing waits for a batch to fill.
 * Only while `calls` are under way do items wait, for one of them to end or for a full batch, for `waitMs` at the most. A
 * queue that is far away so has many calls under way, and one that is near few, with much in each.
 */
export class Batches<Item, Outcome> {
  readonly #limits: Limits;
  readonly #call: Call<Item, Outcome>;
  readonly #bytesOf: (item: Item) => number;
  readonly #clock: Clock;
  readonly #line = new Set<Waiting<Item, Outcome>>();
  #lineBytes = 0;
  #underWay = 0;
  #planned = false;

  constructor(
    limits: Limits,
    call: Call<Item, Outcome>,
    bytesOf: (item: Item) => number = () => 0,
    clock: Clock = realClock,
  ) {
    this.#limits = limits;
    this.#call = call;
    this.#bytesOf = bytesOf;
    this.#clock = clock;
  }

  /** The item's own outcome. @throws Error the item's own failure, its call's, or that its call did not begin in time */
  add(item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const { waitMs } = this.#limits;
      const cancel = this.#clock.after(waitMs, () => {
        this.#leave(waiting);
        reject(new Error(`no call began within ${waitMs} ms: ${this.#underWay} are under way`));
      });
      const waiting = { item, bytes: this.#bytesOf(item), cancel, resolve, reject };
      this.#line.add(waiting);
      this.#lineBytes += waiting.bytes;
      this.#plan();
    });
  }

  #plan(): void {
    if (this.#planned || !this.#isDue()) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      while (this.#isDue()) void this.#send(this.#take());
    });
  }

  /** Whether a call is to begin now. */
  #isDue(): boolean {
    const { items, bytes, calls, fullCalls } = this.#limits;
    if (this.#underWay < calls) return this.#line.size > 0;
    return this.#underWay < fullCalls && (this.#line.size >= items || this.#lineBytes > bytes);
  }

  #leave(waiting: Waiting<Item, Outcome>): void {
    this.#line.delete(waiting);
    this.#lineBytes -= waiting.bytes;
  }

  /** The next items in line that fit one call; at least one. */
  #take(): Waiting<Item, Outcome>[] {
    const taken: Waiting<Item, Outcome>[] = [];
    let bytes = 0;
    for (const waiting of this.#line) {
      if (taken.length === this.#limits.items) break;
      if (taken.length > 0 && bytes + waiting.bytes > this.#limits.bytes) break;
      waiting.cancel();
      this.#leave(waiting);
      taken.push(waiting);
      bytes += waiting.bytes;
    }
    return taken;
  }

  async #send(taken: Waiting<Item, Outcome>[]): Promise<void> {
    this.#underWay += 1;
    try {
      const outcomes = await this.#call(taken.map(({ item }) => item));
      for (const [index, { resolve, reject }] of taken.entries()) {
        const outcome = outcomes[index];
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome as Outcome);
      }
    } catch (error) {
      for (const { reject } of taken) reject(error as Error);
    } finally {
      this.#underWay -= 1;
      this.#plan();
    }
  }
}
