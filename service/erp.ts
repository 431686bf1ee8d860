/** Posting an order to a store's ERP, a few times if need be, inside one receive of its message. */
import { type Attempts, LONGEST_WAIT_MS, retryAfterMs, waitAfterAttemptMs } from "./backoff.ts";
import { type Clock, pause, realClock, within } from "./clock.ts";
import { type Order, orderKey } from "./order.ts";

/** Where a store's orders go. */
export interface Erp {
  readonly url: string;
  /** Authorization header; where there is none, none is sent. Never logged. */
  readonly authorization: string | undefined;
}

/** The result of a post. */
export type Delivery = { taken: true; status: number; attempts: number } | (Failure & { taken: false });

export interface Failure {
  reason: string;
  /** Whether it is about this order alone; otherwise the ERP can take none now. */
  refused: boolean;
  attempts: number;
  /** What the ERP's last Retry-After asked for. */
  askedMs: number;
}

type Attempt = { status: number; askedMs: number } | { failure: string };

/**
 * Answers of class 4 that say "not now": timed out, still busy with it, too early, too many. Of these 409 needs a word:
 * by the Idempotency-Key draft it says that an earlier post of this key is still under way
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header, 2.6). It is not taken as success: a
 * second post of an order that the ERP has must be answered like the first, with 2xx. Only 2xx ends an order.
 */
const NOT_NOW = new Set([408, 409, 425, 429]);
/** Answers that would be the same for every order: what is wrong is the credentials. They are not asked for again at once. */
const UNAUTHORISED = new Set([401, 403]);

/**
 * Posts the order until the ERP takes it (2xx), refuses it (any other status that is not "not now" or 5xx), or the
 * attempts are used up. Waits as long as Retry-After says, if that fits inside this receive; if not, this receive is over.
 * Once `stopping` is aborted the post under way is still finished, but no further one begun. Never throws.
 */
export async function postOrder(
  order: Order,
  erp: Erp,
  limits: Attempts,
  stopping: AbortSignal,
  clock: Clock = realClock,
): Promise<Delivery> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await postOnce(order, erp, limits.timeoutMs, clock);
    if ("status" in answer && answer.status >= 200 && answer.status < 300) {
      return { taken: true, status: answer.status, attempts: attempt };
    }
    const askedMs = "status" in answer ? answer.askedMs : 0;
    const reason = "status" in answer ? `the ERP answered ${answer.status}` : answer.failure;
    const later = "failure" in answer || answer.status >= 500 || NOT_NOW.has(answer.status);
    const over = !later || attempt >= limits.attempts || askedMs > LONGEST_WAIT_MS;
    if (!over) await pause(clock, Math.max(askedMs, waitAfterAttemptMs(attempt, Math.random())), stopping);
    const refused = !later && "status" in answer && !UNAUTHORISED.has(answer.status);
    if (over || stopping.aborted) return { taken: false, reason, refused, attempts: attempt, askedMs };
  }
}

/** A redirect is an answer like any other: followed, a POST may turn into a GET, whose 200 says nothing about the order. */
async function postOnce(order: Order, { url, authorization }: Erp, timeoutMs: number, clock: Clock): Promise<Attempt> {
  const post = async (signal: AbortSignal): Promise<Attempt> => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": orderKey(order),
        ...(authorization !== undefined && { authorization }),
      },
      body: order.text,
      redirect: "manual",
      signal,
    });
    await response.body?.cancel().catch(() => {});
    return { status: response.status, askedMs: retryAfterMs(response.headers.get("retry-after"), Date.now()) };
  };
  try {
    return await within(clock, timeoutMs, post);
  } catch (error) {
    return { failure: describe(error as Error, timeoutMs) };
  }
}

/** `fetch failed` says nothing; its cause names the error (ECONNREFUSED, a certificate's). */
function describe(error: Error, timeoutMs: number): string {
  if (error.name === "TimeoutError") return `no answer from the ERP within ${timeoutMs} ms`;
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return `the ERP cannot be reached: ${cause?.code ?? cause?.message ?? error.message}`;
}
