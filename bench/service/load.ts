/**
 * Stores that post orders as fast as they are answered, each on a connection of its own. Its one argument is a
 * {@link Load}; its one line is a {@link Loaded}. It shares the processors with what it loads, so it takes little itself:
 * undici, which needs half of what node:http's client needs.
 */
import { Pool } from "undici";

export interface Load {
  /** Whom the stores ask for; the server's certificate is of it. */
  host: string;
  port: number;
  /** The authority of the server's certificate; plain HTTP without. */
  ca?: string;
  connections: number;
  /** From when on orders count, in milliseconds since 1970, and for how many seconds. */
  countsFrom: number;
  seconds: number;
  /** Bytes of an order, about. */
  bytes: number;
}

export interface Loaded {
  /** Orders answered 202 in the seconds that count. */
  accepted: number;
  perSecond: number;
  p50: number;
  /** Milliseconds. */
  p99: number;
  /** Answers that were none, by status, in all the time. */
  others: Record<string, number>;
  /** Orders answered 202 in all the time. */
  acceptedInAll: number;
}

const { host, port, ca, connections, countsFrom, seconds, bytes } = JSON.parse(process.argv[2] ?? "{}") as Load;
const pool = new Pool(`${ca ? "https" : "http"}://127.0.0.1:${port}`, {
  connections,
  pipelining: 1,
  ...(ca && { connect: { ca } }),
});
const headers = { host, "content-type": "application/json" };
const note = "x".repeat(Math.max(0, bytes - 120));
const begins = performance.now() + countsFrom - Date.now();
const ends = begins + seconds * 1000;
const latencies: number[] = [];
const others: Record<string, number> = {};
let acceptedInAll = 0;
let count = 0;

/** Eight stores, so that none is refused for having more under way than its share. */
async function post(): Promise<number> {
  count += 1;
  const order = { store: `store-${count % 8}`, orderId: `${process.pid}-${count}`, payload: { total: 12.5, note } };
  const body = JSON.stringify(order);
  const { statusCode, body: answer } = await pool.request({ method: "POST", path: "/orders", headers, body });
  await answer.dump();
  return statusCode;
}

async function store(): Promise<void> {
  for (;;) {
    const began = performance.now();
    if (began >= ends) return;
    const status = await post();
    if (status !== 202) others[status] = (others[status] ?? 0) + 1;
    else {
      acceptedInAll += 1;
      if (began >= begins) latencies.push(performance.now() - began);
    }
  }
}

await Promise.all(Array.from({ length: connections }, store));
await pool.close();
latencies.sort((a, b) => a - b);
const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
const loaded: Loaded = {
  accepted: latencies.length,
  perSecond: latencies.length / seconds,
  p50: at(0.5),
  p99: at(0.99),
  others,
  acceptedInAll,
};
console.log(JSON.stringify(loaded));
