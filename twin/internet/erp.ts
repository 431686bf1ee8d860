import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import type { Store } from "../core/store.ts";
import { type Authority, newKey } from "./authority.ts";

/**
 * The ERP systems of the stores: every host under `.example` outside the hosted zones, over real TLS. A POST to any
 * path with an `Idempotency-Key` is an order; the same key again is the same order. Each can be made to fail, and to
 * refuse an order for good.
 */

export interface ErpOrder {
  host: string;
  key: string;
  /** The body as it was posted the first time. */
  order: unknown;
  /** The Authorization header of that post, where it had one. */
  authorization?: string;
  /** ISO 8601, of the first time. */
  receivedAt: string;
  attempts: number;
}

/** How an ERP system answers; `hang` takes the request and never answers. */
export type ErpMode =
  | { mode: "ok" }
  | { mode: "status"; status: number }
  | { mode: "hang" }
  | { mode: "slow"; milliseconds: number };

const validityDays = 90;

/** The stores' ERPs on one TLS server, by host. */
export class Erp {
  readonly #store: Store;
  readonly #authority: Authority;
  readonly #server: https.Server;
  /** By host; a promise, so that handshakes at the same time share one certificate. */
  readonly #contexts = new Map<string, Promise<SecureContext>>();
  readonly #sockets = new Set<Duplex>();
  readonly #clients = new Set<TLSSocket>();
  /** By host, requests that met the mode it is in. */
  readonly #met = new Map<string, number>();
  #key: string | undefined;

  constructor(store: Store, authority: Authority) {
    this.#store = store;
    this.#authority = authority;
    this.#server = https.createServer(
      {
        minVersion: "TLSv1.2",
        SNICallback: (host, done) => void this.#context(host).then((context) => done(null, context), done),
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on("secureConnection", (socket) => {
      this.#clients.add(socket);
      socket.on("close", () => this.#clients.delete(socket));
    });
    this.#server.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  accept(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    this.#server.emit("connection", socket);
  }

  /** In the order in which they first arrived. */
  orders(host?: string): ErpOrder[] {
    const all = this.#store.readAll<ErpOrder>("erp-order");
    return host ? all.filter((order) => order.host === host) : all;
  }

  /** Those that first arrived last, the newest first. */
  lastOrders(count: number): ErpOrder[] {
    return this.#store.readLast<ErpOrder>("erp-order", count);
  }

  mode(host: string): ErpMode {
    return this.#store.read<ErpMode>("erp-mode", host) ?? { mode: "ok" };
  }

  setMode(host: string, mode: ErpMode): void {
    this.#store.write("erp-mode", host, mode);
    this.#met.delete(host);
  }

  /** Requests that have come since its mode was set, or since the twin's start. */
  met(host: string): number {
    return this.#met.get(host) ?? 0;
  }

  /** Those of the keys' orders that have arrived. */
  find(host: string, keys: readonly string[]): ErpOrder[] {
    return keys.flatMap((key) => this.#store.read<ErpOrder>("erp-order", `${host} ${key}`) ?? []);
  }

  /** The order of that key is one that it never takes. */
  refuse(host: string, key: string, status: number): void {
    this.#store.write("erp-refusal", `${host} ${key}`, { status });
  }

  /** The host closes its connections, as its restart does. */
  disconnect(host: string): void {
    for (const socket of this.#clients) if (socket.servername === host) socket.destroy();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const mode = this.mode(host);
    this.#met.set(host, this.met(host) + 1);
    if (mode.mode === "hang") return;
    if (mode.mode === "status") return send(response, mode.status, { error: `set to answer ${mode.status}` });
    if (mode.mode === "slow") await new Promise((resolve) => setTimeout(resolve, mode.milliseconds));
    // A client that disconnected while it was slow does not know whether the order arrived; it did.
    const key = request.headers["idempotency-key"];
    if (request.method !== "POST") return send(response, 405, { error: "only POST is understood" });
    if (typeof key !== "string") return send(response, 400, { error: "the header Idempotency-Key is missing" });
    const order = parsed(body);
    if (order === undefined) return send(response, 400, { error: "the body is not JSON" });
    const refusal = this.#store.read<{ status: number }>("erp-refusal", `${host} ${key}`);
    if (refusal) return send(response, refusal.status, { error: "set to refuse this order" });
    send(response, 200, { received: key, attempts: this.#record(host, key, order, request.headers.authorization) });
  }

  #record(host: string, key: string, order: unknown, authorization: string | undefined): number {
    const id = `${host} ${key}`;
    const before = this.#store.read<ErpOrder>("erp-order", id);
    const attempts = (before?.attempts ?? 0) + 1;
    const receivedAt = new Date().toISOString();
    const first = before ?? { host, key, order, ...(authorization && { authorization }), receivedAt };
    this.#store.write("erp-order", id, { ...first, attempts });
    return attempts;
  }

  #context(host: string): Promise<SecureContext> {
    const known = this.#contexts.get(host);
    if (known) return known;
    const context = this.#certify(host);
    this.#contexts.set(host, context);
    // A failure is not kept: the next handshake tries again.
    context.catch(() => this.#contexts.delete(host));
    return context;
  }

  async #certify(host: string): Promise<SecureContext> {
    this.#key ??= newKey("EC_prime256v1");
    const key = this.#key;
    const { certificate } = await this.#authority.issue([host], key, validityDays);
    return createSecureContext({ cert: certificate + this.#authority.certificate, key });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
