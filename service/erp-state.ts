/** What is known of one store's ERP: whether it answers, how fast, and how many posts at a time it takes. */
import { Breaker } from "./breaker.ts";
import type { Clock } from "./clock.ts";

/** The first guess of how long an order takes. */
const FIRST_GUESS_MS = 1_000;
/** How much the latest order counts in the average. */
const WEIGHT = 0.2;
/** Longest time, in seconds, for which an order that waits for a slot is invisible: an ERP may get faster meanwhile. */
const LONGEST_SECONDS = 30 * 60;
/** Answers within so many milliseconds say "busy" of the same moment. */
const MOMENT_MS = 1_000;
/** A limit that has risen so far limits nothing any more: CONCURRENCY goes to 500. */
const NO_LIMIT = 500;

/** The state of one ERP in this container. */
export class ErpState {
  readonly breaker = new Breaker();
  readonly #clock: Clock;
  #averageMs = FIRST_GUESS_MS;
  #hidden = 0;
  #most = NO_LIMIT;
  #loweredAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Orders that are invisible at this moment because they wait for a slot. */
  get hidden(): number {
    return this.#hidden;
  }

  /** Posts at a time that it takes; NO_LIMIT where it has not said that it is busy. */
  get most(): number {
    return Math.floor(this.#most);
  }

  /** An order took so long. */
  took(ms: number): void {
    this.#averageMs += WEIGHT * (ms - this.#averageMs);
  }

  /**
   * Counts one more order that becomes invisible, and returns for how many seconds: until its turn comes, as far as those before it
   * and the pace so far tell. So each comes once or twice more, however many wait, and is there when there is a slot.
   */
  hide(waiting: number, inProgress: number): number {
    const turnMs = ((waiting + this.#hidden) * this.#averageMs) / Math.max(1, inProgress);
    const seconds = Math.min(LONGEST_SECONDS, Math.max(1, Math.floor(turnMs / 1000)));
    this.#hidden += 1;
    this.#clock.after(seconds * 1000, () => {
      this.#hidden -= 1;
    });
    return seconds;
  }

  /** It asks for fewer posts: half as many as now (additive increase, multiplicative decrease, RFC 5681, 3.1). */
  busy(inProgress: number): void {
    const now = this.#clock.now();
    if (now - this.#loweredAt < MOMENT_MS) return;
    this.#loweredAt = now;
    this.#most = Math.max(1, Math.floor(Math.min(this.#most, inProgress) / 2));
  }

  /** It took an order: one post more once it has taken as many as it may have at a time. */
  taken(): void {
    this.#most = Math.min(NO_LIMIT, this.#most + 1 / this.#most);
  }
}
