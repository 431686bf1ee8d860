/** What an ERP's answer says of an order. Pure. */

/**
 * Where the failure lies: in this order alone; in the ERP, which takes no order now; or in either of them, which the answers
 * to other orders tell.
 */
export type Fault = "order" | "erp" | "either";

export interface Verdict {
  reason: string;
  fault: Fault;
  /** Whether a further post a moment later may be answered otherwise. */
  again: boolean;
  /** Whether the ERP asks for fewer posts at a time. */
  busy: boolean;
}

/** How an ERP that answers 2xx to everything says that it has the order. */
export type SuccessRule =
  | { readonly pointer: string; readonly equals: string | number | boolean }
  | { readonly pattern: string };

/** How one store's ERP answers, where it is not as most do. */
export interface AnswerRules {
  /** Statuses that are "busy, try again" of this ERP, whatever they are elsewhere. */
  readonly retryStatuses?: readonly number[] | undefined;
  readonly success?: SuccessRule | undefined;
}

export interface Answer {
  status: number;
  /** Where a redirect leads. */
  location: string | undefined;
  /** Whether it has a Retry-After. */
  asksToWait: boolean;
  /** Its body; undefined where that is too long, or did not end in time. */
  text: string | undefined;
}

/**
 * Answers of class 4 that say "not now": timed out, still busy with it, too early, too many. Of these 409 needs a word:
 * by the Idempotency-Key draft it says that an earlier post of this key is still under way
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header, 2.6). It is not taken as success: a
 * second post of an order that the ERP has must be answered like the first, with 2xx. Only 2xx ends an order.
 */
const NOT_NOW = new Set([408, 425, 429]);
const CONFLICT = 409;
/** Answers that would be the same for every order: what is wrong is the credentials. They are not asked for again at once. */
const UNAUTHORISED = new Set([401, 403]);

/** Undefined where the ERP has the order. */
export function verdictOf(answer: Answer, { retryStatuses = [], success }: AnswerRules): Verdict | undefined {
  const { status } = answer;
  const reason = `the ERP answered ${status}`;
  if (retryStatuses.includes(status)) return { reason, fault: "erp", again: true, busy: true };
  if (status >= 200 && status < 300) {
    const missing = success && whyNoSuccess(answer.text, success);
    return missing === undefined
      ? undefined
      : { reason: `${reason}, but ${missing}`, fault: "either", again: true, busy: false };
  }
  if (status < 400) return { reason: redirected(answer), fault: "erp", again: false, busy: false };
  if (UNAUTHORISED.has(status)) return { reason, fault: "erp", again: false, busy: false };
  if (NOT_NOW.has(status)) return { reason, fault: "erp", again: true, busy: status === 429 };
  if (status === CONFLICT) return { reason, fault: "either", again: true, busy: false };
  if (status >= 500) return { reason, fault: "either", again: true, busy: status === 503 && answer.asksToWait };
  return { reason, fault: "order", again: false, busy: false };
}

/**
 * A redirect is not followed: a POST may turn into a GET, whose 200 says nothing about the order. It is the same for every
 * order, so what is wrong is the URL in the settings. Only origin and path of the new one are shown: its query may be secret.
 */
function redirected({ status, location }: Answer): string {
  const to = location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
  const target = to ? ` to ${to.origin}${to.pathname}` : "";
  return (
    `the ERP answered ${status}, a redirect${target}, which is not followed. ` +
    "Fix: set the store's erp in the stack's settings to the URL that takes orders"
  );
}

function whyNoSuccess(text: string | undefined, rule: SuccessRule): string | undefined {
  if (text === undefined)
    return "its body did not end within 64 KB and the timeout, so the store's success rule cannot be checked";
  if ("pattern" in rule)
    return new RegExp(rule.pattern).test(text)
      ? undefined
      : `its body does not match the store's pattern ${rule.pattern}`;
  const wanted = JSON.stringify(rule.equals);
  return valueAt(text, rule.pointer) === rule.equals
    ? undefined
    : `its body does not have ${wanted} at the store's pointer ${rule.pointer}`;
}

/** The value at a JSON pointer (RFC 6901); undefined where there is none, or no JSON. */
function valueAt(text: string, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  try {
    return steps
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>(
        (value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
        JSON.parse(text),
      );
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
