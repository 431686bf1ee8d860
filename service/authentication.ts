/**
 * Whether an order comes from its store: signed by Standard Webhooks (https://www.standardwebhooks.com), or with a bearer key.
 * A replay of an order is the same order: the queue drops it, and the ERP knows its Idempotency-Key.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Webhook } from "standardwebhooks";
import type { InboundSecrets, StoreSecrets } from "./inbound-secrets.ts";
import { type Refusal, refuse } from "./order.ts";

export type Verdict = { authentic: true } | { authentic: false; refusal: Refusal } | { unknown: true };

/** As the library has it; here it only tells the store which of the three headers is wrong. */
const TOLERANCE_SECONDS = 5 * 60;
const SIGNATURE_EXPECTED =
  "v1, and in base64 the HMAC-SHA256 of webhook-id.webhook-timestamp.body with the store's secret (https://www.standardwebhooks.com)";
const BEARER_EXPECTED = "Bearer and a key of the store";

/** Checks the signature or the bearer key of an order. */
export class Authentication {
  readonly #secrets: Pick<InboundSecrets, "of" | "renewed">;
  readonly #unsigned: ReadonlySet<string>;

  constructor(secrets: Pick<InboundSecrets, "of" | "renewed">, unsigned: ReadonlySet<string>) {
    this.#secrets = secrets;
    this.#unsigned = unsigned;
  }

  /** @param text the body as it was sent; the signature is of it */
  async check(store: string, headers: IncomingHttpHeaders, text: string): Promise<Verdict> {
    if (this.#unsigned.has(store)) return { authentic: true };
    const missing = refusalOfHeaders(headers);
    if (missing !== undefined) return { authentic: false, refusal: missing };
    const secrets = await this.#secrets.of(store);
    if (secrets === undefined) return { unknown: true };
    if (await this.#matches(store, headers, text, secrets)) return { authentic: true };
    const [field, expected] = isBearer(headers)
      ? ["authorization", BEARER_EXPECTED]
      : ["webhook-signature", SIGNATURE_EXPECTED];
    return { authentic: false, refusal: refuse(field, expected, "another") };
  }

  /** Whether a request holds the store's secret, also where the store's orders need none. */
  async isFrom(store: string, headers: IncomingHttpHeaders, text: string): Promise<boolean> {
    if (refusalOfHeaders(headers) !== undefined) return false;
    const secrets = await this.#secrets.of(store);
    return secrets !== undefined && this.#matches(store, headers, text, secrets);
  }

  /** By the secrets as they were last fetched, and else as they are now. */
  async #matches(store: string, headers: IncomingHttpHeaders, text: string, secrets: StoreSecrets): Promise<boolean> {
    if (isAuthentic(headers, text, secrets)) return true;
    const renewed = await this.#secrets.renewed(store);
    return renewed !== undefined && renewed !== secrets && isAuthentic(headers, text, renewed);
  }
}

/** What can be said without a secret; nothing of the store is needed for it, and nothing revealed. */
function refusalOfHeaders(headers: IncomingHttpHeaders): Refusal | undefined {
  if (isBearer(headers)) return undefined;
  const absent = ["webhook-id", "webhook-timestamp", "webhook-signature"].find((name) => !headers[name]);
  if (absent !== undefined)
    return refuse(absent, "the headers webhook-id, webhook-timestamp and webhook-signature", "none");
  const timestamp = String(headers["webhook-timestamp"]);
  const now = Math.floor(Date.now() / 1000);
  if (/^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) - now) <= TOLERANCE_SECONDS) return undefined;
  const expected = `seconds since 1970, at most ${TOLERANCE_SECONDS} from now, which is ${now}`;
  return refuse("webhook-timestamp", expected, timestamp.slice(0, 20));
}

function isBearer({ authorization }: IncomingHttpHeaders): boolean {
  return authorization !== undefined && /^bearer /i.test(authorization);
}

function isAuthentic(headers: IncomingHttpHeaders, text: string, { signing, bearer }: StoreSecrets): boolean {
  if (isBearer(headers)) {
    const sent = digest(String(headers.authorization).slice("bearer ".length));
    return bearer.some((key) => timingSafeEqual(digest(key), sent));
  }
  return signing.some((secret) => isSigned(headers, text, secret));
}

function isSigned(headers: IncomingHttpHeaders, text: string, secret: string): boolean {
  const named = {
    "webhook-id": String(headers["webhook-id"]),
    "webhook-timestamp": String(headers["webhook-timestamp"]),
    "webhook-signature": String(headers["webhook-signature"]),
  };
  try {
    new Webhook(secret).verify(text, named, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** Of one length, whatever the key's. */
function digest(key: string): Buffer {
  return hash("sha256", key, "buffer");
}
