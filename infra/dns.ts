/**
 * What the internet's name system says, asked of a public resolver over HTTPS: what clients, browsers and ACM see, which
 * the resolver of one machine or network need not be (docs/decisions/0012-dns-over-https.md).
 */
import https from "node:https";

/** A record that has to be in DNS. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** Milliseconds for one question. */
const patience = 10_000;
/** Questions under way at one time. */
const atOnce = 20;
/** The number of CNAME among the types of records (RFC 1035, 3.2.2). */
const cnameType = 5;

/**
 * What is wrong with a CNAME record, in words; undefined if it is there as it should be.
 *
 * @param resolver URL of a resolver with Google's JSON API, which others have too
 * @throws Error where the resolver gives no answer
 */
export async function recordProblem(resolver: string, { name, value }: DnsRecord): Promise<string | undefined> {
  const found = await cname(resolver, name);
  if (found.some((target) => sameName(target, value))) return undefined;
  return `expected the DNS record ${name} CNAME ${value}, found ${found.length === 0 ? "none" : found.join(", ")}`;
}

/** Runs `work` for every item, 20 at a time, and answers in the items' order. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Names compare without case and without the dot at their end (RFC 4343, RFC 1034). */
function sameName(one: string, other: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/\.$/, "");
  return plain(one) === plain(other);
}

/** Targets of a name's CNAME record. Source: developers.google.com/speed/public-dns/docs/doh/json. */
async function cname(resolver: string, name: string): Promise<string[]> {
  const url = new URL(resolver);
  url.searchParams.set("name", name);
  url.searchParams.set("type", "CNAME");
  const { Status, Answer = [] } = JSON.parse(await get(url)) as {
    Status: number;
    Answer?: { type: number; data: string }[];
  };
  // 0 is an answer, 3 is NXDOMAIN: no such name (RFC 1035, 4.1.1). Anything else says nothing of the record.
  if (Status !== 0 && Status !== 3) throw new Error(`${url.host} answered ${name} with DNS status ${Status}`);
  return Answer.filter(({ type }) => type === cnameType).map(({ data }) => data);
}

/** The environment's HTTPS_PROXY and NO_PROXY are followed. */
function get(url: URL): Promise<string> {
  const agent = new https.Agent({ proxyEnv: process.env });
  const headers = { accept: "application/dns-json" };
  return new Promise((resolve, reject) => {
    const asking = https.get(url, { agent, headers, timeout: patience }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url.host} answered ${response.statusCode} ${text.slice(0, 200)}`));
      });
      response.on("error", reject);
    });
    asking.on("timeout", () => asking.destroy(new Error(`no answer from ${url.host} within ${patience / 1000} s`)));
    asking.on("error", reject);
  });
}
