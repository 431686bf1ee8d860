/** Posting an order to a store's ERP, a few times if need be, inside one receive of its message. */
import type { IncomingHttpHeaders } from "node:http";
import { type Dispatcher, request } from "undici";
import { type Attempts, LONGEST_WAIT_MS, retryAfterMs, waitAfterAttemptMs } from "./backoff.ts";
import { type Clock, pause, realClock, within } from "./clock.ts";
import { createErpAgent } from "./erp-agent.ts";
import { type Answer, type AnswerRules, type Verdict, verdictOf } from "./erp-answer.ts";
import { type Order, orderKey } from "./order.ts";
import { type Trace, traceHeaders } from "./trace.ts";

/** Where a store's orders go. */
export interface Erp extends AnswerRules {
  readonly url: string;
  /** Authorization header; where there is none, none is sent. Never logged. */
  readonly authorization: string | undefined;
}

/** The result of a post. */
export type Delivery = { taken: true; status: number; attempts: number } | (Failure & { taken: false });

export interface Failure extends Omit<Verdict, "again"> {
  attempts: number;
  /** What the ERP's last Retry-After asked for. */
  askedMs: number;
}

export interface Surroundings {
  /** Once it is aborted the post under way is still finished, but no further one begun. */
  stopping: AbortSignal;
  clock?: Clock;
  agent?: Dispatcher;
}

/** Of a body so much is read, so that its connection can be used again. */
const MOST_BODY_BYTES = 64 * 1024;

const sharedAgent = createErpAgent();

/**
 * Posts the order until the ERP takes it, answers what will not be otherwise a moment later (erp-answer.ts), or the
 * attempts are used up. Waits as long as Retry-After says, if that fits inside this receive; if not, this receive is over.
 * Never throws.
 */
export async function postOrder(
  { order, erp, trace }: { order: Order; erp: Erp; trace: Trace },
  limits: Attempts,
  { stopping, clock = realClock, agent = sharedAgent }: Surroundings,
): Promise<Delivery> {
  const headers = {
    accept: "*/*",
    "content-type": "application/json",
    // undici sends none, and a firewall before an ERP may refuse requests without one.
    "user-agent": "order-queue",
    "idempotency-key": orderKey(order),
    ...traceHeaders(trace),
    ...(erp.authorization !== undefined && { authorization: erp.authorization }),
  };
  const post = (signal: AbortSignal) => postOnce(erp.url, { headers, body: order.text, dispatcher: agent, signal });
  for (let attempts = 1; ; attempts += 1) {
    const answer = await within(clock, limits.timeoutMs, post).catch((error: Error) => failed(error, limits.timeoutMs));
    const verdict = "status" in answer ? verdictOf(answer, erp) : answer;
    if ("status" in answer && verdict === undefined) return { taken: true, status: answer.status, attempts };
    const { again, ...failure } = verdict as Verdict;
    const askedMs = "status" in answer ? answer.askedMs : 0;
    const over = !again || attempts >= limits.attempts || askedMs > LONGEST_WAIT_MS;
    if (!over) await pause(clock, Math.max(askedMs, waitAfterAttemptMs(attempts, Math.random())), stopping);
    if (over || stopping.aborted) return { taken: false, ...failure, attempts, askedMs };
  }
}

type PostOptions = { headers: Record<string, string>; body: string; dispatcher: Dispatcher; signal: AbortSignal };

async function postOnce(url: string, options: PostOptions): Promise<Answer & { askedMs: number }> {
  const { statusCode: status, headers, body } = await request(url, { ...options, method: "POST" });
  const text = await textOf(body);
  const [retryAfter, location] = [only(headers, "retry-after"), only(headers, "location")];
  return {
    status,
    location,
    text,
    asksToWait: retryAfter !== undefined,
    askedMs: retryAfterMs(retryAfter, Date.now()),
  };
}

/**
 * The body, read to its end: a connection with an unread body is closed, and the next order would pay for a TLS handshake.
 * Undefined where it is longer than `MOST_BODY_BYTES` or breaks off, also by the signal; what the status says holds then too.
 */
async function textOf(body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

function only(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** No answer in time may be for this order alone; an ERP that cannot be reached can be reached by no order. */
function failed(error: Error & { code?: string; syscall?: string }, timeoutMs: number): Verdict {
  const common = { again: true, busy: false } as const;
  if (error.name === "TimeoutError")
    return { ...common, reason: `no answer from the ERP within ${timeoutMs} ms`, fault: "either" };
  return { ...common, reason: `the ERP cannot be reached: ${described(error)}`, fault: "erp" };
}

/** Codes of undici (UND_ERR_…) say less than its messages; a failed query names neither DNS nor the name. */
function described({ code, syscall, message }: Error & { code?: string; syscall?: string }): string {
  if (syscall?.startsWith("query")) return `DNS does not resolve its name (${message})`;
  return code === undefined || code.startsWith("UND_") ? message : code;
}
