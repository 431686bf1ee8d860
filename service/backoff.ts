/**
 * How long to wait before an order is tried again. Pure; every time is in the unit its name says.
 *
 * One receive of a message makes a few attempts, all inside the time for which the message is invisible to others. After
 * the last the message stays invisible a little longer with each failure, so that an ERP that is back gets its order soon.
 */

/** The wait before the second attempt, before jitter. It doubles with each further one. */
const FIRST_WAIT_MS = 500;

/** No wait inside one receive is longer. An ERP that asks for more (Retry-After) gets it between receives. */
export const LONGEST_WAIT_MS = 15_000;

/** What is kept back of the visibility timeout for the receive itself and the delete (2 tries of 3 s each, and slack). */
const QUEUE_CALLS_MS = 10_000;

export interface Attempts {
  /** How long one post may take until the ERP's status line is there. */
  timeoutMs: number;
  /** Posts inside one receive, the first included. */
  attempts: number;
}

/** The wait after the given failed attempt (1 is the first): exponential, the upper half of it random (`random` in [0, 1)). */
export function waitAfterAttemptMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/** The longest that one receive can take: each post runs into its timeout, each wait is the longest, the queue is slow. */
export function longestReceiveMs({ timeoutMs, attempts }: Attempts): number {
  return attempts * timeoutMs + (attempts - 1) * LONGEST_WAIT_MS + QUEUE_CALLS_MS;
}

/** RFC 9110, 10.2.3 has whole seconds; some ERPs send fractions. `Date.parse` alone reads `3600.5` as a year. */
const SECONDS = /^\d+(\.\d+)?$/;
/** Each of the three forms of a date begins with the day of the week (RFC 9110, 5.6.7). */
const DATE = /^(mon|tue|wed|thu|fri|sat|sun)/i;

/** Milliseconds that a Retry-After header asks for, as seconds or as a date; 0 where it says nothing usable. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  const text = header?.trim() ?? "";
  if (SECONDS.test(text)) return Math.ceil(Number(text) * 1000);
  const ms = DATE.test(text) ? Date.parse(text) - nowMs : 0;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
