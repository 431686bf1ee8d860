/**
 * The retry policy of an order that was not delivered. Pure. The arithmetic, and why it is this way:
 * docs/decisions/0022-orders-wait-in-sqs-while-an-erp-is-down.md.
 *
 * No decision goes by how often the order was received, but for the last one that SQS leaves: receives count waiting too.
 */
import type { Fault } from "./erp-answer.ts";
import type { Failed } from "./failures.ts";

/** It is tried again from here, is invisible for a while and SQS hands it out again, or goes to the dead-letter queue. */
export type RetryDecision = { tryAgainMs: number } | Postponed;
export type Postponed = { invisibleSeconds: number } | { deadLetterReason: string };

/** Milliseconds from each refusal of an order to its next post; after the last one it is given up. */
const REFUSED_MS = [5_000, 15_000];

/** Longest time, in seconds, for which an order is invisible that failed by itself, or whose ERP answered any since so long … */
const FAILED_MAX_SECONDS = 120;
/** … and whose ERP is down: how late it comes once the ERP is back. */
const ERP_DOWN_MAX_SECONDS = 15 * 60;

/** Failures seen here, by the order's own fault, before it is given up. */
const OWN_FAULTS = 3;
/** How long an ERP may be down before its orders are given up: a weekend. */
const ERP_DOWN_MS = 48 * 60 * 60 * 1000;
/** Receives before an order is given up whatever it waits for, so that SQS does not at its 1,000, without a reason. */
export const MAX_RECEIVES = 950;
/**
 * Messages that may be in flight before orders of ERPs that are down are given up instead of made invisible: half of the 120,000
 * that a FIFO queue has at a time, beyond which it hands out none, of no store (SQS developer guide, "Amazon SQS FIFO
 * queue quotas").
 */
export const MAX_IN_FLIGHT = 60_000;

/** What is known of an order's ERP and of its own time. */
export interface Times {
  receives: number;
  /** Milliseconds since it was accepted. */
  ageMs: number;
  /** Milliseconds since its ERP failed first, as far as this container knows, without an answer in between. */
  downMs: number;
}

/** What is known of an order that failed. */
export interface FailedDelivery extends Failed, Times {
  reason: string;
  fault: Fault;
  /** What its ERP's Retry-After asked for. */
  askedMs: number;
  /** Since when its ERP has not answered any order; Infinity where none is known to have been answered. */
  erpSilentMs: number;
}

export interface Patience {
  /** From its first failure until an order is given up that fails by its own fault. */
  ownFaultMs: number;
  /** From its first failure until an order is given up that holds up its store's sequence; undefined for others. */
  sequenceMs: number | undefined;
}

/** The order was posted, or could not even be. */
export function decideAfterFailure(failed: FailedDelivery, { ownFaultMs, sequenceMs }: Patience): RetryDecision {
  const { reason, fault, failures, ownFaults, failingMs, askedMs } = failed;
  if (fault === "order") {
    const tryAgainMs = REFUSED_MS[failures - 1];
    return tryAgainMs === undefined ? { deadLetterReason: reason } : { tryAgainMs };
  }
  const holdsUpSequence = sequenceMs !== undefined && fault === "either";
  if (holdsUpSequence && failingMs >= sequenceMs) {
    const minutes = Math.round(sequenceMs / 60_000);
    return {
      deadLetterReason: `${reason}; it held up the orders behind it, in its store's sequence, for ${minutes} min`,
    };
  }
  if (ownFaults >= OWN_FAULTS && failingMs >= ownFaultMs) return { deadLetterReason: reason };
  const outOfTime = outOfTimeReason(failed);
  if (outOfTime) return { deadLetterReason: `${reason}; ${outOfTime}` };
  // A container that was just started has seen no failure; that the ERP lives it sees by others' orders.
  const isAlive = ownFaults > 0 || failed.erpSilentMs < FAILED_MAX_SECONDS * 1000;
  const longest = isAlive ? FAILED_MAX_SECONDS : Math.max(FAILED_MAX_SECONDS, downSeconds(failed));
  const untilGivenUp = holdsUpSequence ? Math.ceil((sequenceMs - failingMs) / 1000) : longest;
  const asked = Math.min(ERP_DOWN_MAX_SECONDS, Math.ceil(askedMs / 1000));
  return { invisibleSeconds: Math.max(asked, Math.min(longest, untilGivenUp, 2 ** failures)) };
}

/** Its ERP's circuit breaker is open. It is invisible for no longer than it has waited already, or its ERP is down. */
export function decideWhileErpDown(times: Times, store: string, inFlight: number, random: number): Postponed {
  const outOfTime = outOfTimeReason(times);
  if (outOfTime) return { deadLetterReason: `the ERP of ${store} is down; ${outOfTime}` };
  if (inFlight > MAX_IN_FLIGHT)
    return {
      deadLetterReason: `the ERP of ${store} is down, and ${inFlight} messages are in flight: no more can be invisible`,
    };
  const seconds = Math.max(1, Math.min(downSeconds(times), times.ageMs / 1000));
  // The last quarter is random (`random` in [0, 1)), so that not all invisible orders come back at once.
  return { invisibleSeconds: Math.ceil(seconds * (0.75 + 0.25 * random)) };
}

/** Its store has no slot. However long it waits, waiting is no failure; but SQS gives up what is received too often. */
export function decideAtLimit(receives: number, store: string, seconds: number): Postponed {
  if (receives < MAX_RECEIVES) return { invisibleSeconds: seconds };
  return { deadLetterReason: `${store} was at its concurrency limit at each of ${receives} receives` };
}

function downSeconds({ downMs }: Times): number {
  return Math.min(ERP_DOWN_MAX_SECONDS, downMs / 1000);
}

function outOfTimeReason({ receives, ageMs, downMs }: Times): string | undefined {
  if (Math.min(ageMs, downMs) >= ERP_DOWN_MS) return `given up after ${Math.floor(ERP_DOWN_MS / 3_600_000)} hours`;
  if (receives >= MAX_RECEIVES) return `given up after ${receives} receives`;
  return undefined;
}
