import type { RequestListener } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext } from "node:tls";
import { type Authority, newKey } from "./authority.ts";

const validityDays = 90;

/** Whether a name is one of them. */
export const isQueueHost = (host: string): boolean => /^([a-z0-9-]+\.)?queue\.amazonaws\.com$/.test(host);

/**
 * SQS under the names that AWS CLI version 1 insists on: it takes `REGION.queue.amazonaws.com` for its endpoint and leaves
 * AWS_ENDPOINT_URL_SQS aside (aws-cli, awscli/customizations/overridesslcommonname.py). AWS_CA_BUNDLE makes it trust the certificate.
 */
export class QueueHosts {
  readonly #server: https.Server;
  readonly #sockets = new Set<Duplex>();

  constructor(listener: RequestListener, authority: Authority) {
    const key = newKey("EC_prime256v1");
    const contexts = new Map<string, Promise<SecureContext>>();
    const context = (host: string) =>
      authority
        .issue([host], key, validityDays)
        .then(({ certificate }) => createSecureContext({ cert: certificate + authority.certificate, key }));
    this.#server = https.createServer(
      {
        minVersion: "TLSv1.2",
        SNICallback: (host, done) => {
          const issued = contexts.get(host) ?? context(host);
          contexts.set(host, issued);
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
