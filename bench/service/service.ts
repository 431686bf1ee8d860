/** What the service takes in beside the least that could, and what it holds while every ERP is down. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { Authority, newKey } from "../../twin/internet/authority.ts";
import { type Benchmark, type Figure, median } from "../benchmark.ts";
import type { Load, Loaded } from "./load.ts";
import { peakMegabytes, processorMs, type Running, startProcess, withProcess } from "./processes.ts";
import type { SlowSenders } from "./slow-senders.ts";

const region = "ap-southeast-2";
const load = { host: "au.orderhub.example", connections: 64, seconds: 8, bytes: 1_000 };
/** Seconds that do not count: the load starts, and what is loaded is compiled, of which the service has more than a floor. */
const warmUpSeconds = 6;
/** Connections that begin an order and never end it. */
const slowSenders = 10_000;
/** The heap of a container of 512 MiB: V8's own limit (HeapSizeFromPhysicalMemory in its src/heap/heap.cc), and service/Dockerfile's. */
const smallestHeap = "--max-old-space-size=256 --max-semi-space-size=8";
/** Seconds for which dispatch meets ERPs that answer 503. */
const outageSeconds = 20;

/** Milliseconds after which a call to SQS begins: in this machine, and as from a region's network. */
const latencies = [0, 20];

/**
 * Floors and service take turns, each in a process of its own with a queue of its own, at one SQS (the twin's, over the
 * wire) and from one load. The service checks, logs and bounds; the floors do nothing of it. The fair floor speaks TLS and
 * sends with the SDK; the hard one speaks none, and signs by itself.
 */
export const service: Benchmark = {
  name: "service",
  what: "Orders a second, processor time and p99 of ingest, beside two floors; memory while every ERP is down.",
  runs: 5,
  async run({ runs, report }) {
    const folder = mkdtempSync(join(tmpdir(), "order-queue-bench-service-"));
    const count = String(sides.length * runs + 1);
    try {
      const tls = await makeCertificate(join(folder, "authority"));
      const figures: Figure[] = [];
      for (const latencyMs of latencies) {
        const queues = startProcess(
          "bench/service/queues.ts",
          [join(folder, `${latencyMs}`), count, `${latencyMs}`],
          {},
        );
        figures.push(...(await withProcess(queues, (running) => measureAll(running, latencyMs, tls, runs, report))));
      }
      figures.push(await meetSlowSenders(tls, report));
      return figures;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const sides = ["fair", "hard", "ours"] as const;
type Sides = Record<(typeof sides)[number], Measured[]>;

async function measureAll(
  queues: Running,
  latencyMs: number,
  tls: Awaited<ReturnType<typeof makeCertificate>>,
  runs: number,
  report: (line: string) => void,
): Promise<Figure[]> {
  const { endpoint, urls } = queues.first as { endpoint: string; urls: string[] };
  const measured: Sides = { fair: [], hard: [], ours: [] };
  const memory: number[] = [];
  let lost = 0;
  for (let run = 0; run < runs; run += 1) {
    const [fairUrl = "", hardUrl = "", ourUrl = ""] = urls.slice(sides.length * run);
    const pair = { TLS_KEY: tls.key, TLS_CERT: tls.cert };
    const fair = startProcess("bench/service/floor.ts", ["fair"], { ...environment(endpoint, fairUrl), ...pair });
    measured.fair.push(await withProcess(fair, (running) => measure(running, { ca: tls.ca })));
    const hard = startProcess("bench/service/floor.ts", ["hard"], environment(endpoint, hardUrl));
    measured.hard.push(await withProcess(hard, (running) => measure(running, {})));
    const env = { ...environment(endpoint, ourUrl), ...pair };
    const ingest = startProcess("service/main.ts", ["ingest"], env, listens);
    const ours = await withProcess(ingest, async (running) => {
      const loaded = await measure(running, { ca: tls.ca });
      memory.push(peakMegabytes(running));
      return loaded;
    });
    measured.ours.push(ours);
    lost += ours.acceptedInAll - (await depth(queues, ourUrl));
    report(`  SQS at ${latencyMs} ms, run ${run + 1} of ${runs}:`);
    for (const side of sides) report(`    ${side}: ${lastOf(measured[side])}`);
  }
  const all = figures(latencyMs, measured);
  all.push({ name: "ingest, memory at its peak", unit: "MB", value: Math.max(...memory), runs: memory, goal: 256 });
  all.push({ name: "accepted orders that are not on the queue", unit: "orders", value: lost, runs: [lost], goal: 0 });
  if (latencyMs === 0)
    all.push(...(await awayERPs(queues, environment(endpoint, urls[2] ?? ""), urls.at(-1) ?? "", report)));
  return all;
}

const stores = Array.from({ length: 8 }, (_, index) => `store-${index}`);

const listens = ({ msg }: Record<string, unknown>) => msg === "listening" || msg === "dispatching";

/** The environment of both roles and the floor; a role ignores what it does not know. */
function environment(endpoint: string, queueUrl: string): Record<string, string> {
  const hosts = stores.map((name) => [name, [`${name}.${load.host}`]]);
  return {
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench" },
    ...{ AWS_ENDPOINT_URL_SQS: endpoint, QUEUE_URL: queueUrl, PORT: "0", RELEASE: "bench", IMAGE_DIGEST: "sha256:0" },
    // Otherwise V8 takes as much as this machine has, and its figures say nothing of a container.
    NODE_OPTIONS: smallestHeap,
    ...{ PLATFORM_DOMAIN: load.host, STORE_HOSTS: JSON.stringify(Object.fromEntries(hosts)) },
  };
}

async function makeCertificate(folder: string) {
  const authority = await Authority.open(folder);
  const key = newKey("EC_prime256v1");
  const { certificate } = await authority.issue([load.host], key, 1);
  return { key, cert: certificate, ca: authority.certificate };
}

/** What a load found, and the milliseconds of a processor that the one under load used for an order that counts. */
type Measured = Loaded & { processor: number };

async function measure(loadedOne: Running, tls: Pick<Load, "ca">): Promise<Measured> {
  const countsFrom = Date.now() + warmUpSeconds * 1000;
  const what: Load = { ...load, countsFrom, port: Number(loadedOne.first.port), ...tls };
  const loading = startProcess("bench/service/load.ts", [JSON.stringify(what)], {});
  loading.catch(() => {});
  await pause(countsFrom - Date.now());
  const before = processorMs(loadedOne);
  const { first } = await loading;
  const loaded = first as unknown as Loaded;
  if (Object.keys(loaded.others).length > 0)
    throw new Error(`answers other than 202: ${JSON.stringify(loaded.others)}`);
  return { ...loaded, processor: (processorMs(loadedOne) - before) / loaded.accepted };
}

function lastOf(all: Measured[]): string {
  const { perSecond = 0, p99 = 0, processor = 0 } = all.at(-1) ?? {};
  return `${perSecond.toFixed(0)} orders/s, p99 ${p99.toFixed(1)} ms, ${processor.toFixed(2)} ms of processor an order`;
}

/** Each ratio is of those that took turns: a machine that is busy with something else is so for all. */
function figures(latencyMs: number, { fair, hard, ours }: Sides): Figure[] {
  type What = "perSecond" | "p50" | "p99" | "processor";
  const all = (side: Measured[], what: What) => side.map((measured) => measured[what]);
  const name = (text: string) => `SQS at ${latencyMs} ms: ${text}`;
  const beside = (what: What) => {
    const [mine, theirs] = [all(ours, what), all(fair, what)];
    return {
      value: median(mine),
      runs: mine,
      peer: { name: "node:https + SDK's SendMessageBatch", value: median(theirs), runs: theirs },
    };
  };
  /** How many times as many orders a processor's time is enough for: load and SQS, which share the machine, do not count. */
  const ratio = (what: What, of: (mine: number, theirs: number) => number, floor: Measured[]) => {
    const runs = all(ours, what).map((value, run) => of(value, all(floor, what)[run] ?? Number.NaN));
    return { unit: "ratio" as const, value: median(runs), runs };
  };
  const more = (mine: number, theirs: number) => theirs / mine;
  const times = (mine: number, theirs: number) => mine / theirs;
  return [
    { name: name("orders taken in"), unit: "orders/s", ...beside("perSecond") },
    { name: name("p50"), unit: "ms", ...beside("p50") },
    { name: name("p99"), unit: "ms", ...beside("p99") },
    { name: name("processor an order"), unit: "ms", ...beside("processor") },
    {
      name: name("orders by processor time ÷ fair floor's"),
      ...ratio("processor", more, fair),
      goal: 1,
      atLeast: true,
    },
    {
      name: name("orders by processor time ÷ hard floor's"),
      ...ratio("processor", more, hard),
      goal: 0.85,
      atLeast: true,
    },
    { name: name("p99 ÷ fair floor's"), ...ratio("p99", times, fair), goal: 2 },
  ];
}

/** What ingest holds while senders come that take its connections and send nothing. */
async function meetSlowSenders(
  tls: Awaited<ReturnType<typeof makeCertificate>>,
  report: (line: string) => void,
): Promise<Figure> {
  const pair = { TLS_KEY: tls.key, TLS_CERT: tls.cert };
  const queue = `https://sqs.${region}.amazonaws.com/123456789012/none.fifo`;
  const ingest = startProcess(
    "service/main.ts",
    ["ingest"],
    { ...environment("http://127.0.0.1:1", queue), ...pair },
    listens,
  );
  const megabytes = await withProcess(ingest, async (running) => {
    const what: SlowSenders = {
      host: load.host,
      port: Number(running.first.port),
      ca: tls.ca,
      connections: slowSenders,
    };
    const { first } = await startProcess("bench/service/slow-senders.ts", [JSON.stringify(what)], {});
    const value = peakMegabytes(running);
    report(`  ${first.opened} slow senders of ${slowSenders} got a connection: ingest ${value.toFixed(0)} MB`);
    return value;
  });
  const name = `ingest, memory under ${slowSenders} slow senders`;
  return { name, unit: "MB", value: megabytes, runs: [megabytes], goal: 200 };
}

/** Dispatch meets the orders of a whole run, and ERPs that answer 503 to each. */
async function awayERPs(
  queues: Running,
  env: Record<string, string>,
  deadLetterUrl: string,
  report: (line: string) => void,
): Promise<Figure[]> {
  let posts = 0;
  const erp = createServer((request, response) => {
    posts += 1;
    request.resume();
    request.on("end", () => response.writeHead(503).end());
  });
  await new Promise<void>((resolve) => erp.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(erp.address() as AddressInfo).port}/orders`;
  const held = await depth(queues, env.QUEUE_URL ?? "");
  const own = {
    DEAD_LETTER_QUEUE_URL: deadLetterUrl,
    RECEIPTS_QUEUE_URL: deadLetterUrl,
    STORE_ERPS: JSON.stringify(Object.fromEntries(stores.map((name) => [name, url]))),
  };
  const dispatch = startProcess("service/main.ts", ["dispatch"], { ...env, ...own }, listens);
  const megabytes = await withProcess(dispatch, async (running) => {
    await pause(outageSeconds * 1000);
    return peakMegabytes(running);
  });
  erp.close();
  const missing = held - (await depth(queues, env.QUEUE_URL ?? "")) - (await depth(queues, deadLetterUrl));
  report(`  ${held} orders, ERPs down for ${outageSeconds} s: ${posts} posts, dispatch ${megabytes.toFixed(0)} MB`);
  return [
    {
      name: `dispatch, memory while ${held} orders wait for ERPs`,
      unit: "MB",
      value: megabytes,
      runs: [megabytes],
      goal: 256,
    },
    { name: "orders of them that SQS does not hold", unit: "orders", value: missing, runs: [missing], goal: 0 },
  ];
}

/** All messages of a queue, invisible ones too. */
async function depth({ child }: Running, url: string): Promise<number> {
  child.stdin?.write(`${url}\n`);
  const [answer] = await once(child.stdout as Readable, "data");
  const { visible, inFlight, delayed } = JSON.parse(String(answer));
  return visible + inFlight + delayed;
}
