/**
 * What becomes of an order that was not delivered: SQS hides it for a while and hands it out again, or it goes to the
 * dead-letter queue with its reason. Pure, but for the memory of failures. The arithmetic, and why it is this way:
 * docs/decisions/sqs-holds-the-orders-of-an-erp-that-is-away.md.
 */

export type Fate = { hide: number } | { giveUp: string };

/** Longest time, in seconds, for which an order is hidden that failed by itself, or whose ERP answered any since so long … */
const AFTER_FAILURE = 120;
/** … that found its store with as many orders under way as it may have … */
const BUSY = 60;
/** … and whose ERP is away: how late it comes once the ERP is back. */
const AWAY = 15 * 60;

/** Failures seen here that prove an order's own fault. */
const PROOFS = 3;
/** Receives of an order whose ERP is away before it is given up; fewer than the queue's own maxReceiveCount. */
export const AWAY_RECEIVES = 200;
/**
 * Messages that may be in flight before orders of ERPs that are away are given up instead of hidden: half of the 120,000
 * that a FIFO queue has at a time, beyond which it hands out none, of no store (SQS developer guide, "Amazon SQS FIFO
 * queue quotas").
 */
export const MOST_IN_FLIGHT = 60_000;

/** What is known of an order that failed. */
export interface Failed {
  reason: string;
  /** What its ERP's Retry-After asked for. */
  askedMs: number;
  /** How often its own fault is proved here. */
  proofs: number;
  /** Since when its ERP has not answered any order; Infinity where none is known to have been answered. */
  silentMs: number;
}

/**
 * The order was posted, or could not even be. By the receives alone none is given up: an order whose ERP was away has
 * many, and one more failure of an ERP that comes back is not the order's fault.
 */
export function afterFailure(
  receives: number,
  { reason, askedMs, proofs, silentMs }: Failed,
  maxReceives: number,
): Fate {
  const isOver =
    proofs > 0 ? receives >= maxReceives && proofs >= Math.min(PROOFS, maxReceives) : receives >= AWAY_RECEIVES;
  if (isOver) return { giveUp: reason };
  const asked = Math.min(AWAY, Math.ceil(askedMs / 1000));
  // A container that was just started has no proofs; that the ERP lives it sees by others' orders.
  const isAlive = proofs > 0 || silentMs < AFTER_FAILURE * 1000;
  return { hide: Math.max(asked, Math.min(isAlive ? AFTER_FAILURE : AWAY, 2 ** receives)) };
}

/** Its ERP is left alone. It is hidden for no longer than it has waited already, so that it comes soon after a short while. */
export function whileAway(receives: number, store: string, inFlight: number, random: number): Fate {
  if (receives >= AWAY_RECEIVES) return { giveUp: `the ERP of ${store} is away, and was for ${receives} receives` };
  if (inFlight > MOST_IN_FLIGHT)
    return { giveUp: `the ERP of ${store} is away, and ${inFlight} messages are in flight: no more can be hidden` };
  return { hide: spread(Math.min(AWAY, 2 ** (receives - 1)), random) };
}

/** Seconds to hide it for: its store has its share of what is under way. */
export function whileBusy(receives: number, random: number): number {
  return spread(Math.min(BUSY, 2 ** receives), random);
}

/** The last quarter is random (`random` in [0, 1)), so that not all that was hidden comes back at once. */
function spread(seconds: number, random: number): number {
  return Math.ceil(seconds * (0.75 + 0.25 * random));
}

/** Orders of which failures are remembered: some 1 MB. */
const REMEMBERED = 10_000;

/**
 * Which failures are the order's own fault: those between which its ERP answered another order, and each refusal. The
 * order whose last failure is longest ago is forgotten first.
 */
export class Failures {
  readonly #orders = new Map<string, { proofs: number; at: number }>();

  /** Returns the proofs so far. @param answeredAt when the ERP last answered any order; Infinity where it answered this one */
  add(messageId: string, now: number, answeredAt: number): number {
    const before = this.#orders.get(messageId);
    const proofs = (before?.proofs ?? 0) + (answeredAt > (before?.at ?? now) ? 1 : 0);
    this.#orders.delete(messageId);
    this.#orders.set(messageId, { proofs, at: now });
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > REMEMBERED && oldest !== undefined) this.#orders.delete(oldest);
    return proofs;
  }

  forget(messageId: string): void {
    this.#orders.delete(messageId);
  }
}
