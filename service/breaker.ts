/** Whether an ERP is asked at all: the circuit breaker of one that is down opens for a while. Times are in milliseconds. */

/** Failures in a row, without an answer between them, that open it … */
const FAILURES = 5;
/** … of so many different orders: an order that an ERP chokes on says nothing of the others. */
const ORDERS = 3;
/** How long it stays open the first time; twice as long after each probe that fails. */
const FIRST_OPEN_MS = 5_000;
/** The longest: how late dispatch sees that an ERP is back. */
const LONGEST_OPEN_MS = 60_000;

/** Posted as usual, posted once to see whether the ERP is up again, or not posted. */
export type Admission = "post" | "probe" | "hold";

/**
 * Closed: every order is posted. Open: none is, until the time is over; then one order is the probe, which closes it or
 * opens it for longer. What an ERP refuses is an answer too.
 */
export class Breaker {
  #failures = 0;
  #failingSince: number | undefined;
  readonly #failed = new Set<string>();
  #openMs = 0;
  #openUntil = 0;
  #probing = false;
  #answeredAt = Number.NEGATIVE_INFINITY;

  get open(): boolean {
    return this.#openMs > 0;
  }

  /** When the ERP last answered an order. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** For how long it has failed without an answer in between; 0 where the last one was answered. */
  downMs(now: number): number {
    return this.#failingSince === undefined ? 0 : now - this.#failingSince;
  }

  /** What an order that comes now is; the outcome of a probe must be reported. */
  admit(now: number): Admission {
    if (!this.open) return "post";
    if (this.#probing || now < this.#openUntil) return "hold";
    this.#probing = true;
    return "probe";
  }

  /** Returns whether it was open. */
  answered(now: number): boolean {
    const { open } = this;
    this.#answeredAt = now;
    this.#failures = 0;
    this.#failingSince = undefined;
    this.#failed.clear();
    this.#openMs = 0;
    this.#probing = false;
    return open;
  }

  /** No answer, or one that says "not now". Returns whether it opened. */
  failed(order: string, admission: Admission, now: number): boolean {
    this.#failingSince ??= now;
    if (this.open) {
      // What was under way when it opened says nothing new.
      if (admission === "probe") this.#stayOpen(Math.min(LONGEST_OPEN_MS, this.#openMs * 2), now);
      return false;
    }
    this.#failures += 1;
    if (this.#failed.size < ORDERS) this.#failed.add(order);
    if (this.#failures < FAILURES || this.#failed.size < ORDERS) return false;
    this.#stayOpen(FIRST_OPEN_MS, now);
    return true;
  }

  #stayOpen(ms: number, now: number): void {
    this.#openMs = ms;
    this.#openUntil = now + ms;
    this.#probing = false;
  }
}
