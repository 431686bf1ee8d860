import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type { SecureVersion } from "node:tls";
import type { Properties, Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Certificates } from "./certificates.ts";

interface Server {
  http: http.Server | https.Server;
  sockets: Set<Duplex>;
}

/** What the load balancer does for its listeners. */
interface Calls {
  idleSeconds(listener: Resource): number;
  request(listenerArn: string, request: IncomingMessage, response: ServerResponse): void;
  handshakeFailed(listener: Resource, error: Error): void;
}

/** The servers behind listeners; none listens on a port, the proxy hands connections over. */
export class ListenerServers {
  readonly #view: View;
  readonly #certificates: Certificates;
  readonly #calls: Calls;
  /** One per listener, TLS policy and default certificate. */
  readonly #servers = new Map<string, Server>();

  constructor(view: View, certificates: Certificates, calls: Calls) {
    this.#view = view;
    this.#certificates = certificates;
    this.#calls = calls;
  }

  accept(listener: Resource, socket: Duplex): void {
    const server = this.#server(listener);
    server.sockets.add(socket);
    socket.on("close", () => server.sockets.delete(socket));
    server.http.emit("connection", socket);
  }

  /** Connections that it has stay; new ones are shown the renewed one, also by clients that name no host. */
  forgetCertificate(arn: string): void {
    for (const key of this.#servers.keys()) if (key.endsWith(` ${arn}`)) this.#servers.delete(key);
  }

  /** The listener has gone, and its connections with it. */
  drop(listenerArn: string): void {
    for (const [key, { sockets }] of this.#servers) {
      if (!key.startsWith(`${listenerArn} `)) continue;
      for (const socket of sockets) socket.destroy();
      this.#servers.delete(key);
    }
  }

  close(): void {
    for (const { sockets } of this.#servers.values()) for (const socket of sockets) socket.destroy();
    this.#servers.clear();
  }

  #server(listener: Resource): Server {
    const { outputs } = listener;
    const arn: string = outputs.arn;
    const key = serverKey(listener);
    const known = this.#servers.get(key);
    if (known) return known;
    const onRequest = (request: IncomingMessage, response: ServerResponse) =>
      this.#calls.request(arn, request, response);
    const server = isSecure(listener) ? this.#tlsServer(listener, onRequest) : http.createServer(onRequest);
    server.keepAliveTimeout = 1000 * this.#calls.idleSeconds(listener);
    server.on("clientError", (_error, socket) => socket.destroy());
    const entry = { http: server, sockets: new Set<Duplex>() };
    this.#servers.set(key, entry);
    return entry;
  }

  #tlsServer(listener: Resource, onRequest: http.RequestListener): https.Server {
    const arn: string = listener.outputs.arn;
    const present = (host: string | undefined) => {
      const current = this.#view.byArn("aws:lb/listener:Listener", arn);
      if (!current) throw new Error(`Listener ${arn} is gone`);
      return this.#certificates.choose(current, host);
    };
    const server = https.createServer(
      {
        // What clients that name no host get.
        ...this.#certificates.default(listener),
        minVersion: minVersion(listener.outputs),
        ALPNProtocols: ["http/1.1"],
        SNICallback: (host, done) => {
          try {
            done(null, present(host));
          } catch (error) {
            done(error as Error);
          }
        },
      },
      onRequest,
    );
    server.on("tlsClientError", (error, socket) => {
      this.#calls.handshakeFailed(listener, error);
      socket.destroy();
    });
    return server;
  }
}

function serverKey(listener: Resource): string {
  const { arn, sslPolicy, certificateArn } = listener.outputs;
  return `${arn} ${isSecure(listener) ? `${sslPolicy} ${certificateArn}` : "plain"}`;
}

/** Whether a listener speaks TLS. */
export const isSecure = (listener: Resource): boolean => listener.outputs.protocol === "HTTPS";

/** The lowest TLS version of a policy (elasticloadbalancing/latest/application/describe-ssl-policies.html). */
function minVersion(outputs: Properties): SecureVersion {
  const policy: string = outputs.sslPolicy ?? "ELBSecurityPolicy-2016-08";
  if (/TLS13-1-3/.test(policy)) return "TLSv1.3";
  if (/(TLS13-1-2|TLS-1-2|FS-1-2)/.test(policy)) return "TLSv1.2";
  if (/(TLS13-1-1|TLS-1-1|FS-1-1)/.test(policy)) return "TLSv1.1";
  if (/(2016-08|TLS13-1-0|FS-2018-06)/.test(policy)) return "TLSv1";
  throw new Error(`Listener ${outputs.arn}: the TLS policy ${policy} is not modelled`);
}
