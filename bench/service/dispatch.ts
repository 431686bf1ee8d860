/** How long dispatch takes for a burst of orders of one store whose ERP takes a second for each. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Benchmark, type Figure, median } from "../benchmark.ts";
import { type Running, startProcess, withProcess } from "./processes.ts";

const region = "ap-southeast-2";
const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
const orders = 400;
const orderMs = 1_000;
/** What one store alone has of CONCURRENCY's default, 100. */
const slots = 50;
const idealSeconds = ((orders / slots) * orderMs) / 1000;
const perBatch = 10;

export const dispatch: Benchmark = {
  name: "dispatch",
  what: `Seconds until the last of ${orders} orders of one store is at its ERP, ${orderMs} ms each, ${slots} at a time.`,
  runs: 3,
  async run({ runs, report }) {
    const folder = mkdtempSync(join(tmpdir(), "order-queue-bench-dispatch-"));
    try {
      const queues = startProcess("bench/service/queues.ts", [folder, String(2 * runs)], {});
      return await withProcess(queues, (running) => measureAll(running, runs, report));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measureAll({ first }: Running, runs: number, report: (line: string) => void): Promise<Figure[]> {
  const { endpoint, urls } = first as { endpoint: string; urls: string[] };
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const [ordersUrl = "", otherUrl = ""] = urls.slice(2 * run);
    await fill(endpoint, ordersUrl);
    seconds.push(await measure(endpoint, ordersUrl, otherUrl));
    report(`  run ${run + 1} of ${runs}: ${seconds.at(-1)?.toFixed(1)} s, ideally ${idealSeconds} s`);
  }
  const ratios = seconds.map((value) => value / idealSeconds);
  return [
    { name: `last of ${orders} orders`, unit: "s", value: median(seconds), runs: seconds },
    { name: "last order ÷ ideal", unit: "ratio", value: median(ratios), runs: ratios, goal: 1.5 },
  ];
}

async function fill(endpoint: string, QueueUrl: string): Promise<void> {
  const client = new SQSClient({ region, endpoint, credentials, useQueueUrlAsEndpoint: false });
  for (let from = 0; from < orders; from += perBatch) {
    const Entries = Array.from({ length: perBatch }, (_, index) => {
      const Id = String(from + index);
      const MessageBody = JSON.stringify({ store: "acme", orderId: Id, payload: {} });
      return { Id, MessageBody, MessageGroupId: `acme/${Id}`, MessageDeduplicationId: Id };
    });
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  client.destroy();
}

/** Seconds from the first post to the answer to the last one. */
async function measure(endpoint: string, ordersUrl: string, otherUrl: string): Promise<number> {
  const erp = await startErp();
  const env = {
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: "bench" },
    ...{
      AWS_ENDPOINT_URL_SQS: endpoint,
      QUEUE_URL: ordersUrl,
      DEAD_LETTER_QUEUE_URL: otherUrl,
      RECEIPTS_QUEUE_URL: otherUrl,
    },
    ...{ PORT: "0", RELEASE: "bench", IMAGE_DIGEST: "sha256:0", PLATFORM_DOMAIN: "au.orderhub.example" },
    STORE_ERPS: JSON.stringify({ acme: erp.url }),
  };
  try {
    const started = startProcess("service/main.ts", ["dispatch"], env, ({ msg }) => msg === "dispatching");
    return await withProcess(started, () => erp.seconds);
  } finally {
    erp.server.close();
    erp.server.closeAllConnections();
  }
}

async function startErp(): Promise<{ server: Server; url: string; seconds: Promise<number> }> {
  const { promise: seconds, resolve } = Promise.withResolvers<number>();
  let [began, answered] = [0, 0];
  const server = createServer((request, response) => {
    began ||= performance.now();
    request.resume();
    setTimeout(() => {
      response.writeHead(200).end();
      answered += 1;
      if (answered === orders) resolve((performance.now() - began) / 1000);
    }, orderMs);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`, seconds };
}
