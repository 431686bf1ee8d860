/** An order as it travels: what a store may send, and the ids it has on the queue and at the ERP. Pure. */
import { hash } from "node:crypto";
import { z } from "zod";

/** The store of the orders that verification and the canary send. It has no hostname and no ERP: dispatch answers it with a receipt. */
export const SYNTHETIC = "synthetic";

/**
 * Bytes an order may have, as JSON: 256 KiB, what an SQS message may hold with the queue's default limit, less
 * 4 KiB for what the queue adds (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
 */
export const ORDER_BYTES = 256 * 1024 - 4 * 1024;

const STORE_EXPECTED = "a store's name: 1 to 63 lower-case letters, digits and hyphens, a letter or digit first";
const ORDER_ID_EXPECTED = "a string of 1 to 64 letters, digits and . _ : -, a letter or digit first";
const PAYLOAD_EXPECTED = "a JSON object";
const CHARACTERS_EXPECTED = "no characters U+FFFE and U+FFFF other than escaped";
const ONCE_EXPECTED = "each field once";
const BODY_EXPECTED = "a JSON object with store, orderId and payload";

/** Store and order id together, and a store's name alone, stay within the 128 characters of a MessageGroupId, and within what a header may hold. */
export const storeName = z
  .string({ error: STORE_EXPECTED })
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: STORE_EXPECTED });

/**
 * What JSON may hold and an SQS message may not
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html, MessageBody).
 */
const NOT_IN_A_MESSAGE = /[\uFFFE\uFFFF]/;

const orderSchema = z.strictObject(
  {
    store: storeName,
    orderId: z.string({ error: ORDER_ID_EXPECTED }).regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, {
      error: ORDER_ID_EXPECTED,
    }),
    payload: z.record(z.string(), z.unknown(), { error: PAYLOAD_EXPECTED }),
  },
  { error: BODY_EXPECTED },
);

export interface Order {
  store: string;
  orderId: string;
  /**
   * The order's JSON as the store wrote it. It is kept and posted as it is: parsed and written again, a number with more
   * digits than a double holds would come out another one.
   */
  text: string;
}

/** What is wrong with an order, in the form in which the store reads it. */
export interface Refusal {
  error: string;
  /** The first field that is wrong; `body` where it is the whole. */
  field: string;
  expected: string;
}

export type Parsed = { ok: true; order: Order } | { ok: false; refusal: Refusal };

/** Reads an order's JSON. Only the first wrong field is named. */
export function parseOrder(text: string): Parsed {
  if (NOT_IN_A_MESSAGE.test(text)) {
    return { ok: false, refusal: refuse("body", CHARACTERS_EXPECTED, "one of them") };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, refusal: refuse("body", BODY_EXPECTED, `not JSON (${(error as Error).message})`) };
  }
  const result = orderSchema.safeParse(value);
  if (result.success) {
    const twice = fieldTwice(text);
    if (twice !== undefined) return { ok: false, refusal: refuse(twice, ONCE_EXPECTED, "it twice") };
    return { ok: true, order: { store: result.data.store, orderId: result.data.orderId, text } };
  }

  const [issue] = result.error.issues;
  if (issue?.code === "unrecognized_keys") {
    return { ok: false, refusal: refuse(issue.keys[0] ?? "body", "no such field", "an unknown field") };
  }
  const field = issue?.path[0]?.toString();
  if (issue === undefined || field === undefined) {
    return { ok: false, refusal: refuse("body", BODY_EXPECTED, kindOf(value)) };
  }
  return { ok: false, refusal: refuse(field, issue.message, kindOf((value as Record<string, unknown>)[field])) };
}

/**
 * A field that the outermost object has more than once: JSON.parse takes the last one, an ERP may take the first
 * (RFC 8259, 4: "the behavior of software that receives such an object is unpredictable").
 *
 * @param text JSON of an object, whose grammar is known to be right
 */
function fieldTwice(text: string): string | undefined {
  const fields = new Set<string>();
  let [depth, last] = [0, ""];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (depth === 1) last = text.slice(at, end + 1);
      at = end;
    } else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === ":" && depth === 1) {
      const field = JSON.parse(last) as string;
      if (fields.has(field)) return field;
      fields.add(field);
    }
  }
  return undefined;
}

/** Where the text's string that begins at `start` ends: at the first quote after it that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}

/** The order's name everywhere outside: its Idempotency-Key at the ERP, and its message group where it has one of its own. */
export function orderKey(order: Pick<Order, "store" | "orderId">): string {
  return `${order.store}/${order.orderId}`;
}

/**
 * The id by which SQS drops the same order sent again, for 5 minutes. After that the second one is delivered too, and
 * the ERP knows it by the same Idempotency-Key. The body counts: SQS accepts and drops whatever has a known id, another
 * body too, and its answer does not tell (docs/decisions/0029-one-body-an-order-id.md).
 */
export function deduplicationId(order: Order): string {
  return hash("sha256", `${orderKey(order)}\n${order.text}`, "base64url");
}

/** A refusal: which field is wrong, what was expected, and what was received. */
export function refuse(field: string, expected: string, got: string): Refusal {
  return { error: `${field} is wrong: expected ${expected}, got ${got}`, field, expected };
}

/** A value in a few words: short texts themselves, of everything else the kind only (payloads hold people's data). */
function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string")
    return value.length <= 80 ? JSON.stringify(value) : `a text of ${value.length} characters`;
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `the ${typeof value} ${value}`;
}
