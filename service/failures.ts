/** What this container remembers of orders that failed. SQS counts receives, and those are not failures. */

/** Orders that are remembered: some 1 MB. */
const REMEMBERED = 10_000;

export interface Failed {
  /** How often it failed here. */
  failures: number;
  /** How many of those were its own fault: refusals, and failures between which its ERP answered another order. */
  ownFaults: number;
  /** Milliseconds since the first failure. */
  failingMs: number;
}

interface Record {
  failures: number;
  ownFaults: number;
  since: number;
  at: number;
}

/** The order whose last failure is longest ago is forgotten first. */
export class Failures {
  readonly #orders = new Map<string, Record>();

  /** @param answeredAt when the ERP last answered any order; Infinity where it refused this one */
  add(messageId: string, now: number, answeredAt: number): Failed {
    const before = this.#orders.get(messageId) ?? { failures: 0, ownFaults: 0, since: now, at: now };
    const { since } = before;
    const failures = before.failures + 1;
    const ownFaults = before.ownFaults + (answeredAt > before.at ? 1 : 0);
    this.#orders.delete(messageId);
    this.#orders.set(messageId, { failures, ownFaults, since, at: now });
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > REMEMBERED && oldest !== undefined) this.#orders.delete(oldest);
    return { failures, ownFaults, failingMs: now - since };
  }

  forget(messageId: string): void {
    this.#orders.delete(messageId);
  }
}
