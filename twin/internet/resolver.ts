import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authority } from "./authority.ts";
import { HttpsHost } from "./https-host.ts";

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
export class Resolver extends HttpsHost {
  constructor(dns: Records, authority: Authority) {
    super(
      (request, response) => answer(dns, request, response),
      authority,
      () => resolverHost,
    );
  }
}

function answer(dns: Records, { method, url = "/" }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, `https://${resolverHost}`);
  const [name, type] = [searchParams.get("name"), searchParams.get("type")];
  if (method !== "GET" || pathname !== "/resolve" || !name || !["CNAME", String(cnameType)].includes(type ?? ""))
    send(response, 400, { error: `${method} ${url}: the twin models GET /resolve?name=…&type=CNAME` });
  else send(response, 200, answerOf(name, dns.cname(name)));
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

/** RFC 1035, 3.2.2. */
const cnameType = 5;

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
