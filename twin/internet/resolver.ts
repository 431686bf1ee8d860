import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { createSecureContext } from "node:tls";
import { type Authority, newKey } from "./authority.ts";

/** The public resolver whose JSON API answers here. */
export const resolverHost = "dns.google";

/** DNS, as the world sees it. */
interface Records {
  cname(host: string): string | undefined;
}

/**
 * A public resolver over HTTPS, as far as Google's JSON API goes (developers.google.com/speed/public-dns/docs/doh/json):
 * GET /resolve?name=…&type=CNAME. Not modelled: other types of records (refused by name), DNSSEC, the wire format of
 * RFC 8484, caching: it knows a change at once.
 */
export class Resolver {
  readonly #dns: Records;
  readonly #server: https.Server;
  readonly #sockets = new Set<Duplex>();

  constructor(dns: Records, authority: Authority) {
    this.#dns = dns;
    const key = newKey("EC_prime256v1");
    const context = () =>
      authority
        .issue([resolverHost], key, validityDays)
        .then(({ certificate }) => createSecureContext({ cert: certificate + authority.certificate, key }));
    let issued: ReturnType<typeof context> | undefined;
    this.#server = https.createServer(
      {
        minVersion: "TLSv1.2",
        SNICallback: (_host, done) => {
          issued ??= context();
          issued.then((ready) => done(null, ready), done);
        },
      },
      (request, response) => this.#answer(request, response),
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

  #answer({ method, url = "/" }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, `https://${resolverHost}`);
    const [name, type] = [searchParams.get("name"), searchParams.get("type")];
    if (method !== "GET" || pathname !== "/resolve" || !name || !["CNAME", String(cnameType)].includes(type ?? ""))
      send(response, 400, { error: `${method} ${url}: the twin models GET /resolve?name=…&type=CNAME` });
    else send(response, 200, answerOf(name, this.#dns.cname(name)));
  }
}

/** Status 3 is NXDOMAIN, here also for a name that has records of other types only. */
function answerOf(host: string, value: string | undefined) {
  const name = `${host.replace(/\.$/, "")}.`;
  const flags = { TC: false, RD: true, RA: true, AD: false, CD: false };
  return {
    ...{ Status: value === undefined ? 3 : 0, ...flags, Question: [{ name, type: cnameType }] },
    ...(value !== undefined && { Answer: [{ name, type: cnameType, TTL: 60, data: `${value}.` }] }),
  };
}

const validityDays = 90;
/** RFC 1035, 3.2.2. */
const cnameType = 5;

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
