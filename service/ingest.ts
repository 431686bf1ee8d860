/** The HTTPS side: takes orders from stores and answers 202 once the queue has them, never before. */
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from "fastify";
import type { Logger } from "pino";
import { type Answer, noRoute, RETRY_AFTER } from "./answers.ts";
import type { Authentication } from "./authentication.ts";
import { wrongType } from "./body.ts";
import { answerClientError } from "./client-errors.ts";
import { Intake } from "./intake.ts";
import { SYNTHETIC } from "./order.ts";
import type { OrderQueue } from "./queue.ts";
import type { IngestSettings } from "./settings.ts";
import { traceOfRequest } from "./trace.ts";

/**
 * Longer than the 60 s for which an ALB keeps an idle connection: the side that closes it must be the ALB, or it sends a
 * request into a connection that is closing and answers the store 502
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html).
 */
const KEEP_ALIVE_MS = 75_000;

export interface ConnectionLimits {
  /** Time for a TLS handshake, and again for a request to arrive in full, its headers included. */
  requestMs: number;
  /** How often Node looks for those that exceed it. */
  lookMs: number;
  /** What is left to a request that is answered before it has arrived: its sender reads the answer meanwhile. */
  lingerMs: number;
  /** Open at a time; further ones are refused. */
  connections: number;
}

/**
 * The times are together less than what a stop may take, so that a slow sender cannot hold it up. A connection with a
 * request under way takes some 65 KB (measured, Node 24.21.0): 800 of them and the rest stay below 200 MB of the smallest
 * container's 512. The load balancer needs one for each order that is under way at a time: some 100 at 1,500 orders a second.
 */
export const LIMITS: ConnectionLimits = { requestMs: 15_000, lookMs: 5_000, lingerMs: 1_000, connections: 800 };

type Settings = Pick<IngestSettings, "stores" | "inSequence" | "platformDomain" | "release" | "image" | "tls">;

/**
 * The application, not yet listening. `close()` drains it: from then on it answers 503, also to the load balancer's
 * health check; it stops listening when the orders under way are answered.
 */
export function createIngest(
  settings: Settings,
  queue: Pick<OrderQueue, "put">,
  log: Logger,
  authentication?: Authentication,
  limits: ConnectionLimits = LIMITS,
): FastifyInstance {
  let draining = false;
  const intake = new Intake(settings, queue, log, authentication);
  const app = fastify({
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: limits.requestMs,
    https: {
      ...settings.tls,
      handshakeTimeout: limits.requestMs,
      // Not above requestTimeout: Node then swaps the two, and a request has the 60 s that its headers have by default
      // (ConnectionsList::Expired in Node's src/node_http_parser.cc).
      headersTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.lookMs,
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, limits.requestMs),
    return503OnClosing: false, // Fastify's own answer has no Retry-After
  });

  app.server.maxConnections = limits.connections;
  app.server.on("drop", () => intake.logRefusedConnection(limits.connections));

  // POST /orders alone reads a body, by itself. Any other one Node throws away as it comes (`_dump` in its
  // lib/_http_server.js), without memory.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));

  // With a callback, since a promise for each request is felt under load.
  app.addHook("onRequest", (_request, reply, next) => {
    if (!draining) return next();
    reply.code(503).header("retry-after", RETRY_AFTER).send({ error: "draining: try again" });
  });
  app.addHook("onResponse", ({ raw }, _reply, next) => {
    if (!raw.complete) setTimeout(() => raw.complete || raw.destroy(), limits.lingerMs).unref();
    next();
  });
  app.addHook("preClose", async () => {
    draining = true;
    // A server that closes does not look for slow senders any more (httpServerPreClose in Node's lib/_http_server.js).
    const cutOff = setTimeout(() => app.server.closeAllConnections(), limits.requestMs + limits.lookMs);
    cutOff.unref();
    await intake.drained();
  });

  app.get("/health", async () => ({ status: "ready" }));
  // The digest only for verification, which has the secret of synthetic orders; nothing else may know what to look for in it.
  app.get("/version", async ({ headers }) => ({
    release: settings.release,
    ...((await authentication?.isFrom(SYNTHETIC, headers, "")) && { image: settings.image }),
  }));
  app.post("/orders", async (request, reply) => {
    const trace = traceOfRequest(request.headers);
    reply.header("x-request-id", trace.requestId);
    return send(reply, await intake.take(request.raw, request.hostname.toLowerCase(), trace));
  });

  app.setNotFoundHandler((request, reply) => {
    const answer = noRoute(request.method, request.url);
    intake.logRefusal(answer, request.hostname.toLowerCase(), traceOfRequest(request.headers));
    return send(reply, answer);
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const answer = answerTo(error, request.headers["content-type"]);
    const trace = traceOfRequest(request.headers);
    if (answer.code >= 500) log.error({ err: error, ...trace }, "request failed");
    else intake.logRefusal(answer, request.hostname.toLowerCase(), trace);
    return send(reply, answer);
  });
  return app;
}

function send(reply: FastifyReply, { code, body, headers }: Answer): FastifyReply {
  if (headers !== undefined) reply.headers(headers);
  return reply.code(code).send(body);
}

/** Errors that Fastify finds before the route is reached, in the words of a refusal. */
function answerTo(error: FastifyError, contentType = "none"): Answer {
  const code = error.statusCode ?? 500;
  if (code === 415) return { code, body: wrongType(contentType) };
  return { code, body: { error: code < 500 ? error.message : "internal error" } };
}
