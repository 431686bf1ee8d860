/** The HTTPS side: takes orders from stores and answers 202 once the queue has them, never before. */
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from "fastify";
import type { Logger } from "pino";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { ORDER_BYTES, type Order, orderKey, parseOrder, type Refusal, refuse, SYNTHETIC } from "./order.ts";
import type { OrderQueue } from "./queue.ts";
import type { IngestSettings } from "./settings.ts";

/** Seconds after which a store may try again where the queue or this container cannot take its order now. */
const RETRY_AFTER = "5";
/** Where the store is at its concurrency limit. */
const RETRY_AFTER_STORE_LIMIT = "1";

/**
 * What may be under way at a time, from a request's first byte to its answer: in the smallest container, of 512 MiB, the
 * texts and what is made of them stay well below half of it. Beyond that a store is asked at once to try again.
 */
const ORDERS_UNDER_WAY = 1_000;
const BYTES_UNDER_WAY = 32 * 1024 * 1024;

/**
 * Longer than the 60 s for which an ALB keeps an idle connection: the side that closes it must be the ALB, or it sends a
 * request into a connection that is closing and answers the store 502
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html).
 */
const KEEP_ALIVE_MS = 75_000;

/**
 * Time for a request to arrive in full, and how often Node looks for those that exceed it: together less than what a stop
 * may take, so that a slow sender cannot hold it up.
 */
const REQUEST_MS = 15_000;
const LOOK_MS = 5_000;

type Settings = Pick<IngestSettings, "stores" | "inSequence" | "platformDomain" | "release" | "image" | "tls">;

/**
 * The application, not yet listening. `close()` drains it: from then on it answers 503, also to the load balancer's
 * health check; it stops listening when the orders under way are answered.
 */
export function createIngest(settings: Settings, queue: OrderQueue, log: Logger): FastifyInstance {
  let draining = false;
  const underWay = new Set<Promise<unknown>>();
  const room = { orders: ORDERS_UNDER_WAY, bytes: BYTES_UNDER_WAY };
  const concurrency = new ConcurrencyLimit(ORDERS_UNDER_WAY);
  const app = fastify({
    bodyLimit: ORDER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    https: { ...settings.tls, connectionsCheckingInterval: LOOK_MS },
    return503OnClosing: false, // Fastify's own answer has no Retry-After
  });

  // The text itself is kept (see Order.text), so it is not parsed here.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));

  // With callbacks, since a promise for each of them is felt under load.
  app.addHook("onRequest", (_request, reply, next) => {
    if (!draining) return next();
    reply.code(503).header("retry-after", RETRY_AFTER).send({ error: "draining: try again" });
  });
  app.addHook("onRequest", (request, reply, next) => {
    if (request.method !== "POST") return next();
    // What does not say its length may have all that an order may have.
    const bytes = Math.min(ORDER_BYTES, Number(request.headers["content-length"] ?? ORDER_BYTES));
    if (room.orders === 0 || room.bytes < bytes) {
      reply.code(503).header("retry-after", RETRY_AFTER).send(containerFull);
      return;
    }
    room.orders -= 1;
    room.bytes -= bytes;
    reply.raw.once("close", () => {
      room.orders += 1;
      room.bytes += bytes;
    });
    next();
  });
  app.addHook("preClose", async () => {
    draining = true;
    await Promise.allSettled(underWay);
  });

  app.get("/health", async () => ({ status: "ready" }));
  app.get("/version", async () => ({ release: settings.release, image: settings.image }));
  app.post("/orders", async (request, reply) => {
    const parsed = parseOrder(typeof request.body === "string" ? request.body : "");
    if (!parsed.ok) return reply.code(400).send(parsed.refusal);
    const refusal = refusalOf(parsed.order, request.hostname.toLowerCase(), settings);
    if (refusal !== undefined) return reply.code(refusal.code).send(refusal.body);

    const { order } = parsed;
    if (!concurrency.acquire(order.store))
      return reply.code(429).header("retry-after", RETRY_AFTER_STORE_LIMIT).send(storeAtLimit(order));
    const work = accept(order, groupOf(order, settings), queue, reply, log);
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
      concurrency.release(order.store);
    }
  });

  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ error: `no ${request.method} ${request.url}: there is POST /orders, GET /health, GET /version` }),
  );
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const { code, body } = answerTo(error);
    if (code >= 500) log.error({ err: error }, "request failed");
    return reply.code(code).send(body);
  });
  return app;
}

const containerFull = { error: "this container has as much under way as it can hold: send it again" };

function storeAtLimit({ orderId, store }: Order): { error: string } {
  return { error: `order ${orderId} is not accepted: too many orders of ${store} are under way. Send it again.` };
}

/** SQS hands out the messages of a group one after the other: all orders of a store in sequence are one. */
function groupOf(order: Order, { inSequence }: Settings): string {
  return inSequence.has(order.store) ? order.store : orderKey(order);
}

async function accept(
  order: Order,
  group: string,
  queue: OrderQueue,
  reply: FastifyReply,
  log: Logger,
): Promise<FastifyReply> {
  const { orderId, store } = order;
  const began = performance.now();
  try {
    const messageId = await queue.put(order, group);
    log.info({ orderId, store, messageId, ms: Math.round(performance.now() - began) }, "order accepted");
    return reply.code(202).send({ orderId, store, accepted: true });
  } catch (err) {
    log.error(
      { err, orderId, store, ms: Math.round(performance.now() - began) },
      "order not accepted: the queue cannot take it",
    );
    reply.code(503).header("retry-after", RETRY_AFTER);
    return reply.send({ error: `order ${orderId} is not accepted: the queue cannot take it now. Send it again.` });
  }
}

/** 404 for a store that does not exist, 421 (RFC 9110, 15.5.20) where it exists but is not served under this host. */
function refusalOf(order: Order, host: string, settings: Settings): { code: number; body: Refusal } | undefined {
  const hosts = [settings.platformDomain];
  if (order.store !== SYNTHETIC) {
    const own = settings.stores.get(order.store);
    if (own === undefined) return { code: 404, body: refuse("store", "a store of this region", order.store) };
    hosts.unshift(...own);
  }
  if (hosts.includes(host)) return undefined;
  return { code: 421, body: refuse("host", `${hosts.join(" or ")} for store ${order.store}`, host) };
}

/** Errors that Fastify finds before the route is reached, in the words of an ingest error. */
function answerTo(error: FastifyError): { code: number; body: { error: string } } {
  const code = error.statusCode ?? 500;
  if (code === 413) return { code, body: refuse("body", `at most ${ORDER_BYTES} bytes`, "more") };
  if (code === 415) return { code, body: refuse("content-type", "application/json", "another or none") };
  return { code, body: { error: code < 500 ? error.message : "internal error" } };
}
