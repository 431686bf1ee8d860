/** The service's world for its tests: a queue over the wire, an ERP over HTTP, the service as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Certificate, makeCertificate } from "./certificate.ts";

const ROOT = join(__dirname, "../../..");
const NODE = join(ROOT, "node_modules/.bin/node");
const REGION = "ap-southeast-2";

/** The host under which the tests' one store is served, and the platform's own. */
export const STORE_HOST = "acme.au.orderhub.example";
export const PLATFORM = "au.orderhub.example";

/** Every ingest of a test file has this one. */
export let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate("ingest.internal");
});

/** How to end what was started, in that order. */
const ends: (() => Promise<unknown>)[] = [];

/** Ends all queues, ERPs and services that were started, the latest first. */
export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

/** Looks again every 20 ms until `look` returns something. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 45_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export type QueueName = "orders.fifo" | "orders-dead.fifo" | "receipts";

/** What the queue server tells of a queue without changing it. */
interface Inspected {
  messages: { ready: { body: string }[]; inflight: { message: { body: string } }[] };
}

export interface Queues {
  env: Record<string, string>;
  /** Bodies of a queue's messages: those that wait, and those that are invisible. */
  bodies(queue: QueueName): Promise<string[]>;
  waiting(queue: QueueName): Promise<string[]>;
  hidden(queue: QueueName): Promise<string[]>;
  /** A queue's messages as SQS hands them out, visible again at once. */
  messages(queue: QueueName): Promise<Message[]>;
  /** Puts a text on the queue of orders, past ingest. */
  put(body: string, id: string): Promise<void>;
}

/** The queues of a region, as infra makes them but for the receive count, which a test may need low. */
export async function startQueues(maxReceiveCount = 5): Promise<Queues> {
  const child = spawn(NODE, ["test/integration/service/queue-process.ts", String(maxReceiveCount)], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { address, orders, dead, receipts } = JSON.parse(line);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new SQSClient({ region: REGION, endpoint: address, credentials });
  ends.push(async () => {
    client.destroy();
    child.kill();
    await once(child, "close");
  });

  const messages = async (queue: QueueName) => {
    const found = (await (await fetch(`${address}/_fauxqs/queues/${queue}`)).json()) as Inspected;
    const { ready, inflight } = found.messages;
    return { waiting: ready.map(({ body }) => body), hidden: inflight.map(({ message }) => message.body) };
  };
  return {
    env: {
      AWS_ENDPOINT_URL_SQS: address,
      QUEUE_URL: orders,
      DEAD_LETTER_QUEUE_URL: dead,
      RECEIPTS_QUEUE_URL: receipts,
    },
    bodies: async (queue) => Object.values(await messages(queue)).flat(),
    waiting: async (queue) => (await messages(queue)).waiting,
    hidden: async (queue) => (await messages(queue)).hidden,
    messages: async (queue) => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: orders.replace(/[^/]*$/, queue),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 0,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      return Messages;
    },
    put: async (body, id) => {
      const input = { QueueUrl: orders, MessageBody: body, MessageGroupId: id, MessageDeduplicationId: id };
      await client.send(new SendMessageCommand(input));
    },
  };
}

export interface Erp {
  url: string;
  posts: { key: string; headers: IncomingHttpHeaders; body: string; at: number }[];
  /** Answers every post; 200 at once unless a test says otherwise. */
  answer: (response: ServerResponse, nth: number) => void;
}

/** @param now what the times of its posts go by */
export async function startErp(now: () => number = () => performance.now()): Promise<Erp> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const key = String(incoming.headers["idempotency-key"]);
      erp.posts.push({ key, headers: incoming.headers, body, at: now() });
      erp.answer(response, erp.posts.length);
    });
  });
  const erp: Erp = {
    url: `http://127.0.0.1:${await listen(server)}/orders`,
    posts: [],
    answer: (response) => response.writeHead(200).end(),
  };
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return erp;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

export interface Log {
  msg: string;
  [field: string]: unknown;
}

export interface Service {
  process: ChildProcess;
  /** Where it listens: ingest for orders, dispatch for its health check. */
  port: number;
  log: Log[];
  stderr: string;
  /** The exit code, once it ended. */
  ended: Promise<number | null>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a role as Node 24 runs it in the container, and waits until it is ready. */
export async function startService(role: "ingest" | "dispatch", env: Record<string, string>): Promise<Service> {
  const service = spawnService(role, env);
  const first = await Promise.race([
    until(`${role} to start`, () => service.log.find(({ msg }) => msg === "listening" || msg === "dispatching")),
    service.ended.then((code) => {
      throw new Error(`${role} ended with ${code}: ${service.stderr}`);
    }),
  ]);
  service.port = Number(first.port ?? 0);
  return service;
}

export function spawnService(role: string, env: Record<string, string>): Service {
  const child = spawn(NODE, ["service/main.ts", role], {
    cwd: ROOT,
    env: {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      RELEASE: "0123456789ab",
      IMAGE_DIGEST: "sha256:feed",
      PLATFORM_DOMAIN: PLATFORM,
      TLS_KEY: certificate.key,
      TLS_CERT: certificate.cert,
      PORT: "0",
      RECEIVE_WAIT_SECONDS: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const service: Service = {
    process: child,
    port: 0,
    log: [],
    stderr: "",
    ended: once(child, "close").then(([code]) => code as number | null),
    stop: () => {
      child.kill("SIGTERM");
      return service.ended;
    },
  };
  ends.push(() => {
    child.kill("SIGKILL");
    return service.ended;
  });
  createInterface({ input: child.stdout }).on("line", (line) => service.log.push(JSON.parse(line)));
  child.stderr.on("data", (chunk) => {
    service.stderr += chunk;
  });
  return service;
}

/** Runs the container's health check as ECS does in the service's container, for 3 s at most; whether it passed. */
export async function checkHealth({ port }: Pick<Service, "port">, env: Record<string, string> = {}): Promise<boolean> {
  const options = { cwd: ROOT, env: { PORT: String(port), ...env }, timeout: 3_000 };
  const child = spawn("bash", ["service/health-check.sh"], options);
  const [code] = await once(child, "close");
  return code === 0;
}

/** What both roles know of the tests' one store. */
export function stores(erp: string): Record<string, string> {
  return { STORE_HOSTS: JSON.stringify({ acme: [STORE_HOST] }), STORE_ERPS: JSON.stringify({ acme: erp }) };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: unknown;
}

/** One request to ingest over verified TLS; `host` is the host the store asked the load balancer for. */
export function ask(port: number, method: string, path: string, body?: string, host = STORE_HOST): Promise<Answer> {
  const headers = body === undefined ? { host } : { host, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const tls = { ca: certificate.ca, servername: certificate.name };
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers, agent: false, ...tls }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: JSON.parse(text) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export function order(orderId: string, payload: object = { total: 12.5 }): string {
  return JSON.stringify({ store: "acme", orderId, payload });
}

/** Starts an order on its way. */
export function post(port: number, orderId: string, payload?: object): Promise<Answer> {
  return ask(port, "POST", "/orders", order(orderId, payload));
}
