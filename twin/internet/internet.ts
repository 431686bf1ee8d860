import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { listen } from "../core/listen.ts";
import type { Log } from "../core/log.ts";
import type { Resource } from "../core/store.ts";
import type { Erp } from "./erp.ts";
import type { QueueHosts } from "./queue-hosts.ts";
import type { Resolver } from "./resolver.ts";
import type { Destination } from "./vpc-resolver.ts";

/** As long as dispatch asks for an ERP's name, in milliseconds (service/erp-agent.ts): here the proxy asks in its place. */
const UNANSWERED_MS = 4_000;

type Decision = { passes: true } | { passes: false; reason: string };

interface Names {
  resolve(host: string): Destination;
}

/** Where connections lead, and what lies before it. */
interface Places {
  dns: Names;
  /** What containers ask. */
  vpcResolver: Names;
  front: LoadBalancers;
  erp: Erp;
  resolver: Resolver;
  queues: QueueHosts;
  network: Network;
}

interface LoadBalancers {
  listener(loadBalancerArn: string, port: number): Resource | undefined;
  /** Takes over a client's connection to a listener. */
  accept(listener: Resource, socket: Duplex): void;
  /** Answers one request that came in plain. */
  handle(listenerArn: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** What packets may pass; `change` when a rule has changed. */
interface Network {
  on(event: "change", listener: () => void): unknown;
  /** The node that the next client of a load balancer gets. */
  node(balancerArn: string): string;
  internetToLoadBalancer(balancerArn: string, node: string, port: number): Decision;
  taskToInternet(taskId: string, port: number): Decision;
  dropped(patienceMs?: number): Promise<void>;
}

/**
 * The twin's internet: an HTTP proxy that knows the names of the twin's DNS and nothing else. CONNECT reaches
 * listeners of load balancers and, on port 443, ERP systems, SQS under its older names and the public resolver; a plain http:// request reaches
 * port 80 of a load balancer. Everything else is refused with 502: nothing from the twin ever leaves the machine. A container's
 * connections carry its task's id as the proxy's user and have to get out of its VPC first; what the network drops is
 * answered after a while with 504, a proxy's word for a connection that timed out, and so is a name whose name servers do not answer.
 */
export class Internet {
  readonly #server: http.Server;
  readonly #sockets = new Set<Duplex>();
  /** Connections that were let through, with what decides about them. */
  readonly #tunnels = new Map<Duplex, () => Decision>();
  readonly #dns: Names;
  readonly #vpcResolver: Names;
  readonly #front: LoadBalancers;
  readonly #erp: Erp;
  readonly #resolver: Resolver;
  readonly #queues: QueueHosts;
  readonly #network: Network;
  readonly #log: Log;

  constructor({ dns, vpcResolver, front, erp, resolver, queues, network }: Places, log: Log) {
    this.#dns = dns;
    this.#vpcResolver = vpcResolver;
    this.#network = network;
    this.#front = front;
    this.#erp = erp;
    this.#resolver = resolver;
    this.#queues = queues;
    this.#log = log;
    network.on("change", () => {
      for (const [socket, decide] of this.#tunnels) if (!decide().passes) socket.destroy();
    });
    this.#server = http.createServer((request, response) => void this.#request(request, response));
    this.#server.on("connect", (request, socket, head) => void this.#connect(request, socket, head));
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

  async #connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const [, host = "", port = "443"] = /^\[?(.*?)\]?:(\d+)$/.exec(request.url ?? "") ?? [];
    const destination = this.#resolve(request, host);
    if (destination.kind === "unanswered") {
      await this.#network.dropped(UNANSWERED_MS);
      return refuse(socket, "504 Gateway Timeout", destination.reason);
    }
    const decide = this.#way(request, destination, Number(port));
    const passage = decide();
    if (!passage.passes) {
      await this.#network.dropped();
      return refuse(socket, "504 Gateway Timeout", `${request.url}: connection timed out: ${passage.reason}`);
    }
    const accept = this.#taker(destination, host, Number(port));
    if (typeof accept === "string") {
      this.#log("the proxy refused a connection", { to: request.url, reason: accept });
      return refuse(socket, "502 Bad Gateway", accept);
    }
    this.#tunnels.set(socket, decide);
    socket.on("close", () => this.#tunnels.delete(socket));
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    accept(socket);
  }

  /** What the caller's own resolver says. */
  #resolve(request: IncomingMessage, host: string): Destination {
    return (taskOf(request) ? this.#vpcResolver : this.#dns).resolve(host);
  }

  /** What lies before a connection: the way out of a container's VPC, and the one into a load balancer's. */
  #way(request: IncomingMessage, destination: Destination, port: number): () => Decision {
    const taskId = taskOf(request);
    const arn = destination.kind === "load balancer" ? destination.arn : undefined;
    const node = arn && this.#network.node(arn);
    return () => {
      const out: Decision = taskId ? this.#network.taskToInternet(taskId, port) : { passes: true };
      if (!out.passes || arn === undefined || node === undefined) return out;
      return this.#network.internetToLoadBalancer(arn, node, port);
    };
  }

  /** What takes the connection over, or why nothing does. */
  #taker(destination: Destination, host: string, port: number): ((socket: Duplex) => void) | string {
    if ("reason" in destination) return destination.reason;
    if (destination.kind !== "load balancer") {
      const server = { erp: this.#erp, resolver: this.#resolver, queues: this.#queues }[destination.kind];
      return port === 443 ? (socket) => server.accept(socket) : `${host}:${port}: connection refused`;
    }
    const listener = this.#front.listener(destination.arn, port);
    if (!listener) return `${host}:${port}: connection refused, the load balancer has no listener on this port`;
    return (socket) => this.#front.accept(listener, socket);
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : undefined;
    const destination = url && this.#resolve(request, url.hostname);
    const passage = destination && this.#way(request, destination, Number(url.port || 80))();
    if (passage && !passage.passes) {
      await this.#network.dropped();
      const reason = `${request.url}: connection timed out: ${passage.reason}`;
      return void response.writeHead(504, { "content-type": "text/plain" }).end(`${reason}\n`);
    }
    const listener =
      destination?.kind === "load balancer"
        ? this.#front.listener(destination.arn, Number(url?.port || 80))
        : undefined;
    if (listener?.outputs.protocol === "HTTP") {
      void this.#front.handle(listener.outputs.arn, request, response);
      return;
    }
    const reason =
      destination && "reason" in destination ? destination.reason : `${request.url}: nothing answers plain HTTP there`;
    this.#log("the proxy refused a request", { to: request.url, reason });
    request.resume();
    response.writeHead(502, { "content-type": "text/plain" }).end(`${reason}\n`);
  }
}

/** The task whose container asks; none for a caller from outside. */
function taskOf({ headers }: IncomingMessage): string | undefined {
  const [, basic = ""] = /^Basic (.+)$/i.exec(headers["proxy-authorization"] ?? "") ?? [];
  return Buffer.from(basic, "base64").toString().split(":")[0] || undefined;
}

function refuse(socket: Duplex, status: string, reason: string): void {
  const body = `${reason}\n`;
  const headers = `content-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`);
}
