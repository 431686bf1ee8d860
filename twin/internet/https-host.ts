import type { RequestListener } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext } from "node:tls";
import { type Authority, newKey } from "./authority.ts";

const validityDays = 90;

/** A host of the twin's internet that no program made: each connection that is handed to it gets TLS, and then the listener. */
export class HttpsHost {
  readonly #server: https.Server;
  readonly #sockets = new Set<Duplex>();

  /** @param nameOf the name on the certificate, by the name that a client asks for */
  constructor(listener: RequestListener, authority: Authority, nameOf: (asked: string) => string) {
    const key = newKey("EC_prime256v1");
    const contexts = new Map<string, Promise<SecureContext>>();
    const context = (name: string) =>
      authority
        .issue([name], key, validityDays)
        .then(({ certificate }) => createSecureContext({ cert: certificate + authority.certificate, key }));
    this.#server = https.createServer(
      {
        minVersion: "TLSv1.2",
        SNICallback: (asked, done) => {
          const name = nameOf(asked);
          const issued = contexts.get(name) ?? context(name);
          contexts.set(name, issued);
          issued.then((ready) => done(null, ready), done);
        },
      },
      listener,
    );
    this.#server.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  accept(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    this.#server.emit("connection", socket);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
