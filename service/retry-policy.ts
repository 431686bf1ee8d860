/**
 * The retry policy of an order that was not delivered: it is invisible for a while and SQS hands it out again, or it goes
 * to the dead-letter queue with its reason. Pure, but for the memory of failures. The arithmetic, and why it is this way:
 * docs/decisions/0022-orders-wait-in-sqs-while-an-erp-is-down.md.
 */

export type RetryDecision = { invisibleSeconds: number } | { deadLetterReason: string };

/** Longest time, in seconds, for which an order is invisible that failed by itself, or whose ERP answered any since so long … */
const FAILED_MAX_SECONDS = 120;
/** … whose store is at its concurrency limit … */
const AT_LIMIT_MAX_SECONDS = 60;
/** … and whose ERP is down: how late it comes once the ERP is back. */
const ERP_DOWN_MAX_SECONDS = 15 * 60;

/** Failures seen here, by the order's own fault, before it is given up. */
const OWN_FAULTS = 3;
/** Receives of an order whose ERP is down before it is given up; fewer than the queue's own maxReceiveCount. */
export const ERP_DOWN_MAX_RECEIVES = 200;
/**
 * Messages that may be in flight before orders of ERPs that are down are given up instead of made invisible: half of the 120,000
 * that a FIFO queue has at a time, beyond which it hands out none, of no store (SQS developer guide, "Amazon SQS FIFO
 * queue quotas").
 */
export const MAX_IN_FLIGHT = 60_000;

/** What is known of an order that failed. */
export interface FailedDelivery {
  reason: string;
  /** What its ERP's Retry-After asked for. */
  askedMs: number;
  /** How many of its failures here were its own fault. */
  ownFaults: number;
  /** Since when its ERP has not answered any order; Infinity where none is known to have been answered. */
  erpSilentMs: number;
}

/**
 * The order was posted, or could not even be. By the receives alone none is given up: an order whose ERP was down has
 * many, and one more failure of an ERP that comes back is not the order's fault.
 */
export function decideAfterFailure(
  receives: number,
  { reason, askedMs, ownFaults, erpSilentMs }: FailedDelivery,
  maxReceives: number,
): RetryDecision {
  const isOver =
    ownFaults > 0
      ? receives >= maxReceives && ownFaults >= Math.min(OWN_FAULTS, maxReceives)
      : receives >= ERP_DOWN_MAX_RECEIVES;
  if (isOver) return { deadLetterReason: reason };
  const asked = Math.min(ERP_DOWN_MAX_SECONDS, Math.ceil(askedMs / 1000));
  // A container that was just started has seen no failure; that the ERP lives it sees by others' orders.
  const isAlive = ownFaults > 0 || erpSilentMs < FAILED_MAX_SECONDS * 1000;
  return {
    invisibleSeconds: Math.max(asked, Math.min(isAlive ? FAILED_MAX_SECONDS : ERP_DOWN_MAX_SECONDS, 2 ** receives)),
  };
}

/** Its ERP's circuit breaker is open. It is invisible for no longer than it has waited already, so that it comes soon after a short while. */
export function decideWhileErpDown(receives: number, store: string, inFlight: number, random: number): RetryDecision {
  if (receives >= ERP_DOWN_MAX_RECEIVES)
    return { deadLetterReason: `the ERP of ${store} is down, and was for ${receives} receives` };
  if (inFlight > MAX_IN_FLIGHT)
    return {
      deadLetterReason: `the ERP of ${store} is down, and ${inFlight} messages are in flight: no more can be invisible`,
    };
  return { invisibleSeconds: spread(Math.min(ERP_DOWN_MAX_SECONDS, 2 ** (receives - 1)), random) };
}

/** Seconds for which it is invisible because its store is at its concurrency limit. */
export function secondsAtConcurrencyLimit(receives: number, random: number): number {
  return spread(Math.min(AT_LIMIT_MAX_SECONDS, 2 ** receives), random);
}

/** The last quarter is random (`random` in [0, 1)), so that not all invisible orders come back at once. */
function spread(seconds: number, random: number): number {
  return Math.ceil(seconds * (0.75 + 0.25 * random));
}

/** Orders of which failures are remembered: some 1 MB. */
const REMEMBERED = 10_000;

/**
 * Which failures are the order's own fault: those between which its ERP answered another order, and each answer that refuses it. The
 * order whose last failure is longest ago is forgotten first.
 */
export class Failures {
  readonly #orders = new Map<string, { ownFaults: number; at: number }>();

  /** Returns how many so far. @param answeredAt when the ERP last answered any order; Infinity where it answered this one */
  add(messageId: string, now: number, answeredAt: number): number {
    const before = this.#orders.get(messageId);
    const ownFaults = (before?.ownFaults ?? 0) + (answeredAt > (before?.at ?? now) ? 1 : 0);
    this.#orders.delete(messageId);
    this.#orders.set(messageId, { ownFaults, at: now });
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > REMEMBERED && oldest !== undefined) this.#orders.delete(oldest);
    return ownFaults;
  }

  forget(messageId: string): void {
    this.#orders.delete(messageId);
  }
}
