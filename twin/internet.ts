import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "./clock.ts";
import type { Dns } from "./dns.ts";
import type { Erp } from "./erp.ts";
import type { Front } from "./front/front.ts";
import { listen } from "./listen.ts";

/**
 * The twin's internet: an HTTP proxy that knows the names of the twin's DNS and nothing else. CONNECT reaches
 * listeners of load balancers and, on port 443, ERP systems; a plain http:// request reaches port 80 of a
 * load balancer. Everything else is refused with 502: nothing from the twin ever leaves the machine.
 */
export class Internet {
  readonly #server: http.Server;
  readonly #sockets = new Set<Duplex>();
  readonly #dns: Dns;
  readonly #front: Front;
  readonly #erp: Erp;
  readonly #log: Log;

  constructor(dns: Dns, front: Front, erp: Erp, log: Log) {
    this.#dns = dns;
    this.#front = front;
    this.#erp = erp;
    this.#log = log;
    this.#server = http.createServer((request, response) => this.#request(request, response));
    this.#server.on("connect", (request, socket, head) => this.#connect(request, socket, head));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  start(port: number): Promise<number> {
    return listen(this.#server, port, "the twin's proxy");
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const [, host = "", port = "443"] = /^\[?(.*?)\]?:(\d+)$/.exec(request.url ?? "") ?? [];
    const accept = this.#destination(host, Number(port));
    if (typeof accept === "string") {
      this.#log("the proxy refused a connection", { to: request.url, reason: accept });
      const body = `${accept}\n`;
      socket.end(
        `HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    accept(socket);
  }

  /** Who takes the connection over, or why nobody does. */
  #destination(host: string, port: number): ((socket: Duplex) => void) | string {
    const destination = this.#dns.resolve(host);
    if (destination.kind === "none") return destination.reason;
    if (destination.kind === "erp")
      return port === 443 ? (socket) => this.#erp.accept(socket) : `${host}:${port}: connection refused`;
    const listener = this.#front.listener(destination.arn, port);
    if (!listener) return `${host}:${port}: connection refused, the load balancer has no listener on this port`;
    return (socket) => this.#front.accept(listener, socket);
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : undefined;
    const destination = url && this.#dns.resolve(url.hostname);
    const listener =
      destination?.kind === "load balancer"
        ? this.#front.listener(destination.arn, Number(url?.port || 80))
        : undefined;
    if (listener?.outputs.protocol === "HTTP") {
      void this.#front.handle(listener.outputs.arn, request, response);
      return;
    }
    const reason =
      destination?.kind === "none" ? destination.reason : `${request.url}: nothing answers plain HTTP there`;
    this.#log("the proxy refused a request", { to: request.url, reason });
    request.resume();
    response.writeHead(502, { "content-type": "text/plain" }).end(`${reason}\n`);
  }
}
