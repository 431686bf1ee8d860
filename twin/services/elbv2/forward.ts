import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import { answer } from "./answers.ts";
import type { Target } from "./targets.ts";

/** Headers that speak of one connection and are not passed on (RFC 9110, 7.6.1). */
const hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/** For a connection to a target (elasticloadbalancing/latest/application/load-balancer-troubleshooting.html, 504). */
export const connectTimeoutMs = 10_000;

/**
 * "The load balancer establishes TLS connections with the targets using certificates that you install on the targets. The
 * load balancer does not validate these certificates" (elasticloadbalancing/latest/application/load-balancer-target-groups.html).
 * Without a server name the connections to a target serve every host.
 */
const agents = {
  HTTP: new http.Agent({ keepAlive: true }),
  HTTPS: new https.Agent({ keepAlive: true, rejectUnauthorized: false, servername: "" }),
};

export interface Forwarding {
  target: Target;
  /** Of the target group. */
  protocol: "HTTP" | "HTTPS";
  /** What the client spoke, for X-Forwarded-*. */
  client: { protocol: "http" | "https"; port: number };
  /** Path and query. */
  path: string;
  /** The load balancer's idle timeout in milliseconds: no byte for so long is a 504. */
  idleTimeoutMs: number;
}

export interface Forwarded {
  by: "target" | "load balancer" | "client";
  status: number;
  /** Milliseconds since 1970. */
  answered?: number;
  targetStatus?: number;
}

/**
 * Sends one request to its target and the answer back, both as streams, once: a load balancer does not repeat.
 * Resolves with who ended it, with which status, and when the target's answer came, where one did.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, protocol, client, path, idleTimeoutMs }: Forwarding,
): Promise<Forwarded> {
  return new Promise((resolve) => {
    let timedOut = false;
    let answered: Pick<Forwarded, "answered" | "targetStatus"> = {};
    const upstream = (protocol === "HTTPS" ? https : http).request({
      host: target.address,
      port: target.port,
      method: request.method,
      path,
      headers: forwardedHeaders(request, client),
      agent: agents[protocol],
    });
    const giveUp = () => {
      timedOut = true;
      upstream.destroy();
    };
    const connecting = setTimeout(giveUp, connectTimeoutMs);
    upstream.on("socket", (socket) => {
      if (!socket.connecting) clearTimeout(connecting);
      else socket.once("connect", () => clearTimeout(connecting));
    });
    upstream.setTimeout(idleTimeoutMs, giveUp);
    upstream.on("response", (incoming) => {
      const status = incoming.statusCode ?? 502;
      answered = { answered: Date.now(), targetStatus: status };
      response.writeHead(status, withoutHopByHop(incoming.headers));
      incoming.pipe(response);
      incoming.on("error", () => response.destroy());
      incoming.on("end", () => resolve({ by: "target", status, ...answered }));
    });
    upstream.on("error", () => {
      clearTimeout(connecting);
      if (response.destroyed) return resolve({ by: "client", status: 460, ...answered });
      const status = timedOut ? 504 : 502;
      answer(request, response, status);
      resolve({ by: "load balancer", status, ...answered });
    });
    response.on("close", () => {
      clearTimeout(connecting);
      if (!response.writableFinished) upstream.destroy();
      resolve({ by: "client", status: 460, ...answered });
    });
    request.pipe(upstream);
  });
}

function withoutHopByHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));
}

function forwardedHeaders(request: IncomingMessage, client: Forwarding["client"]): IncomingHttpHeaders {
  const address = request.socket.remoteAddress ?? "127.0.0.1";
  const before = request.headers["x-forwarded-for"];
  return {
    ...withoutHopByHop(request.headers),
    "x-forwarded-for": before ? `${before}, ${address}` : address,
    "x-forwarded-proto": client.protocol,
    "x-forwarded-port": String(client.port),
  };
}
