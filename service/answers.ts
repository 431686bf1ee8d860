/** What ingest answers to POST /orders: each refusal says what was expected, and leaks nothing of other stores. Pure. */
import { type Order, type Refusal, refuse, SYNTHETIC } from "./order.ts";
import type { Lack } from "./room.ts";
import type { IngestSettings } from "./settings.ts";

/** Seconds after which a store may try again where the queue or this container cannot take its order now. */
export const RETRY_AFTER = "5";
/** Where the store is at its limit. */
const RETRY_AFTER_STORE_LIMIT = "1";

/** As stores read it: a Refusal where a field is wrong. */
type Problem = Pick<Refusal, "error"> & Partial<Refusal>;

export interface Answer {
  code: number;
  body: { orderId: string; store: string; accepted: true } | Problem;
  headers?: Record<string, string>;
  /** The order's store, or the host's; none where neither is of this region. */
  store?: string | undefined;
  /** Whether it has a log line of its own. */
  logged?: true;
}

/** 202: the order is stored. */
export function accepted({ orderId, store }: Order): Answer {
  return { code: 202, body: { orderId, store, accepted: true }, store };
}

/** 421: no store of this region has the host. */
export function unknownHost(host: string, { platformDomain }: Pick<IngestSettings, "platformDomain">): Answer {
  return { code: 421, body: refuse("host", `a host of a store of this region, or ${platformDomain}`, host) };
}

/** 429 where the host has as much as is free, 503 where the container has no room. */
export function noRoom(lack: Lack, host: string): Answer {
  if (lack === "owner") {
    const error = `the order is not read: too many requests to ${host} are under way. Send it again.`;
    return { code: 429, body: { error }, headers: { "retry-after": RETRY_AFTER_STORE_LIMIT } };
  }
  const error = "this container has as much under way as it can hold: send it again";
  return { code: 503, body: { error }, headers: { "retry-after": RETRY_AFTER } };
}

/** 429: the store has as much in progress as it may. */
export function storeAtLimit({ orderId, store }: Order): Answer {
  const error = `order ${orderId} is not accepted: too many orders of ${store} are under way. Send it again.`;
  return { code: 429, body: { error }, headers: { "retry-after": RETRY_AFTER_STORE_LIMIT }, store };
}

/** 409: another body was accepted under this id. */
export function anotherBody({ orderId, store }: Order): Answer {
  const expected = `an id that no other order of ${store} has`;
  const error = `order ${orderId} is not accepted: an order with this id and another body was accepted within the last minutes`;
  return { code: 409, body: { error, field: "orderId", expected }, store };
}

/** 503: SQS did not store the order. */
export function queueDown({ orderId, store }: Order): Answer {
  const error = `order ${orderId} is not accepted: the queue cannot take it now. Send it again.`;
  return { code: 503, body: { error }, headers: { "retry-after": RETRY_AFTER }, store, logged: true };
}

/** 404 for a store that does not exist, 421 (RFC 9110, 15.5.20) where it exists but is not served under this host. */
export function notServed(
  { store }: Order,
  host: string,
  { stores, platformDomain }: Pick<IngestSettings, "stores" | "platformDomain">,
): Answer | undefined {
  const hosts = [platformDomain];
  if (store !== SYNTHETIC) {
    const own = stores.get(store);
    if (own === undefined) return { code: 404, body: refuse("store", "a store of this region", store) };
    hosts.unshift(...own);
  }
  if (hosts.includes(host)) return undefined;
  return { code: 421, body: refuse("host", `${hosts.join(" or ")} for store ${store}`, host) };
}

/** 404: no such path. */
export function noRoute(method: string, url: string): Answer {
  const error = `no ${method} ${url.slice(0, 200)}: there is POST /orders, GET /health, GET /version`;
  return { code: 404, body: { error, field: "path" } };
}

/** RFC 9110, 15.5.2: with how to authenticate. */
export function notAuthentic({ store }: Order, refusal: Refusal): Answer {
  return { code: 401, body: refusal, headers: { "www-authenticate": `Bearer realm="order-queue"` }, store };
}

/** 503: no secret can be read to check the signature. */
export function notChecked({ orderId, store }: Order): Answer {
  const error = `order ${orderId} is not accepted: its signature cannot be checked now. Send it again.`;
  return { code: 503, body: { error }, headers: { "retry-after": RETRY_AFTER }, store };
}

/** 400: the body is not an order. */
export function notAnOrder(refusal: Refusal): Answer {
  return { code: 400, body: refusal };
}
