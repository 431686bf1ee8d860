/**
 * The black-box proof that a region works, from outside: what any store's browser would see, one order there and back,
 * and, in staging, that a notification is sent when a container stops. AWS's clients are loaded where they are used: a
 * program that registers the checks does not run them.
 */
import crypto from "node:crypto";
import https from "node:https";
import type { TLSSocket } from "node:tls";
import { type DnsRecord, inTurns, recordProblem } from "./dns.ts";
import { sentenceOf } from "./monitoring/notification.ts";
import type { ValidationRecord } from "./published.ts";

/** What should be found. */
export interface Expected {
  /** AWS region of the queues. */
  readonly region: string;
  /** The region's own domain, which takes verification's order. */
  readonly domain: string;
  /** Every live host name, the domain included. */
  readonly hostnames: readonly string[];
  /** The load balancer of a host name in a domain of its store's own: its DNS, where it may not lead here yet, is not asked. */
  readonly addresses: Readonly<Record<string, string>>;
  /** What has to be in DNS, or ACM renews no certificate. */
  readonly validationRecords: readonly ValidationRecord[];
  /** URL of the resolver that is asked for them. */
  readonly resolver: string;
  /** The release that should answer, and the digest of its image. */
  readonly release: string;
  readonly image: string;
  readonly receiptsQueueUrl: string;
  /** ARN of the secret with which verification's order is signed; the secret itself is in no plan. */
  readonly syntheticSecretArn: string;
  /** Seconds after which what is not there counts as missing. */
  readonly deadlineSeconds: number;
  /** The container that is stopped, and where its notification arrives; nothing is stopped where it is left out. */
  readonly alarmProof?: AlarmCheck;
}

export interface AlarmCheck {
  /** Name of the cluster, and of the service of which one container is stopped. */
  readonly cluster: string;
  readonly service: string;
  /** URL of a queue that gets every message of the alarm topic; nothing else reads it. */
  readonly queueUrl: string;
}

/** What was found. */
export interface Report {
  readonly release: string;
  readonly image: string;
  readonly hostnames: readonly HostReport[];
  readonly syntheticOrder: OrderReport;
  /** Undefined where no container was stopped. */
  readonly stoppedContainer?: StopReport;
  /** When, ISO 8601. */
  readonly at: string;
}

export interface HostReport {
  readonly hostname: string;
  /** Common name of who signed the certificate. */
  readonly issuer: string;
  /** End of the certificate's life, ISO 8601. */
  readonly notAfter: string;
  /** Whole days until then. */
  readonly daysLeft: number;
  readonly release: string;
}

export interface OrderReport {
  readonly id: string;
  /** Seconds from the order to its receipt. */
  readonly seconds: number;
}

export interface StopReport {
  /** ARN of its task. */
  readonly task: string;
  /** Seconds from the stop to the message at the alarm topic. */
  readonly seconds: number;
  readonly message: string;
  /** Seconds from the stop until as many containers ran again as should. */
  readonly recoveredSeconds: number;
}

/** What one attempt came to; `ok` tells which. */
type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly found: string };

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly issuer: string;
  readonly notAfter: string;
}

/** Milliseconds between two attempts. */
const pause = 1_000;
/** Milliseconds for one request. */
const requestTimeout = 10_000;
/** Seconds in which a receipt follows its order; past that, another order is sent. */
const receiptSeconds = 30;
const millisecondsPerDay = 24 * 60 * 60 * 1000;

/**
 * Checks everything, each check over and over until it holds or the deadline is past: DNS, certificates on a listener and
 * the last old container all take a while.
 *
 * @throws Error naming every host name, or the order, that did not come to what was expected, and what was found instead
 */
export async function verify(expected: Expected): Promise<Report> {
  const deadline = Date.now() + expected.deadlineSeconds * 1000;
  const { hostnames, validationRecords } = expected;
  const [hosts, records, order] = await Promise.all([
    inTurns(hostnames, (hostname) => until(deadline, () => checkHost(hostname, expected))),
    inTurns(validationRecords, (record) => until(deadline, () => checkRecord(record, expected))),
    until(deadline, () => checkOrder(expected, deadline)),
  ]);
  const problems = [
    ...hosts.map((outcome, index) => (outcome.ok ? "" : `${hostnames[index]}: ${outcome.found}`)),
    ...records.map((outcome, index) => (outcome.ok ? "" : `${validationRecords[index]?.hostname}: ${outcome.found}`)),
    order.ok ? "" : `synthetic order to ${expected.domain}: ${order.found}`,
  ].filter((problem) => problem !== "");
  if (!order.ok || problems.length > 0) {
    throw new Error(
      `Verification failed: after ${expected.deadlineSeconds} s ${problems.length} of ${hosts.length + records.length + 1} checks do not hold\n` +
        problems.map((problem) => `  ${problem}`).join("\n"),
    );
  }
  const stoppedContainer = expected.alarmProof && (await stopContainer(expected, expected.alarmProof));
  return {
    release: expected.release,
    image: expected.image,
    hostnames: hosts.flatMap((outcome) => (outcome.ok ? [outcome.value] : [])),
    syntheticOrder: order.value,
    ...(stoppedContainer && { stoppedContainer }),
    at: new Date().toISOString(),
  };
}

/** The first outcome that holds, or the last one before the deadline. */
async function until<T>(deadline: number, attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  for (;;) {
    const outcome = await attempt();
    if (outcome.ok || Date.now() + pause > deadline) return outcome;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The record by which ACM renews a certificate. */
async function checkRecord(record: ValidationRecord, { resolver }: Expected): Promise<Outcome<DnsRecord>> {
  try {
    const problem = await recordProblem(resolver, record);
    return problem === undefined ? { ok: true, value: record } : { ok: false, found: problem };
  } catch (error) {
    return { ok: false, found: `expected the DNS record ${record.name}, found ${describe(error)}` };
  }
}

/** TLS with the right name and chain, and the release and image that should answer. */
async function checkHost(hostname: string, expected: Expected): Promise<Outcome<HostReport>> {
  try {
    // The image is named to those alone who sign as the store of synthetic orders does.
    const headers = await sign(expected, `verification-${crypto.randomUUID()}`, "");
    const answer = await request(hostname, "GET", "/version", { address: expected.addresses[hostname], headers });
    if (answer.status !== 200) {
      return {
        ok: false,
        found: `expected 200 from GET /version, found ${answer.status} ${answer.body.slice(0, 200)}`,
      };
    }
    const found = JSON.parse(answer.body);
    if (found.release !== expected.release || found.image !== expected.image) {
      return {
        ok: false,
        found: `expected release ${expected.release} of ${expected.image}, found ${found.release} of ${found.image ?? "an image that it does not name"}`,
      };
    }
    const daysLeft = Math.floor((Date.parse(answer.notAfter) - Date.now()) / millisecondsPerDay);
    return {
      ok: true,
      value: { hostname, issuer: answer.issuer, notAfter: answer.notAfter, daysLeft, release: found.release },
    };
  } catch (error) {
    return { ok: false, found: `expected an answer over TLS to GET /version, found ${describe(error)}` };
  }
}

/** One order through the public address, the queue and dispatch, whose receipt comes back on the receipts queue. */
async function checkOrder(expected: Expected, deadline: number): Promise<Outcome<OrderReport>> {
  const id = `verification-${crypto.randomUUID()}`;
  const sent = Date.now();
  try {
    const body = JSON.stringify({ store: "synthetic", orderId: id, payload: { release: expected.release } });
    const signature = await sign(expected, id, body);
    const answer = await request(expected.domain, "POST", "/orders", { body, headers: signature });
    if (answer.status !== 202) {
      return { ok: false, found: `expected 202, found ${answer.status} ${answer.body.slice(0, 200)}` };
    }
    const receipt = await awaitReceipt(expected, id, Math.min(deadline, sent + receiptSeconds * 1000));
    if (receipt === undefined) {
      return { ok: false, found: `order ${id} was accepted, expected its receipt, found none` };
    }
    if (receipt.release !== expected.release) {
      return {
        ok: false,
        found: `expected a receipt from release ${expected.release}, found one from ${receipt.release}`,
      };
    }
    return { ok: true, value: { id, seconds: Math.round((Date.now() - sent) / 100) / 10 } };
  } catch (error) {
    return { ok: false, found: describe(error) };
  }
}

/** As a store signs its orders (docs/stores.md); with the secret as it is now, which may have been replaced since the update. */
async function sign(
  { region, syntheticSecretArn: SecretId }: Expected,
  id: string,
  body: string,
): Promise<Record<string, string>> {
  const [{ SecretsManager }, { Webhook }] = await Promise.all([
    import("@aws-sdk/client-secrets-manager"),
    import("standardwebhooks"),
  ]);
  const secrets = new SecretsManager({ region });
  try {
    const { SecretString = "{}" } = await secrets.getSecretValue({ SecretId });
    const at = new Date();
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(JSON.parse(SecretString).signing[0]).sign(id, at, body),
    };
  } finally {
    secrets.destroy();
  }
}

/** Other receipts are invisible for one second only: the canary waits for its own on the same queue. */
async function awaitReceipt(
  expected: Expected,
  id: string,
  deadline: number,
): Promise<{ release: string } | undefined> {
  const { SQS } = await import("@aws-sdk/client-sqs");
  const sqs = new SQS({ region: expected.region, useQueueUrlAsEndpoint: false });
  const QueueUrl = expected.receiptsQueueUrl;
  try {
    while (Date.now() < deadline) {
      const WaitTimeSeconds = Math.min(5, Math.ceil((deadline - Date.now()) / 1000));
      const { Messages = [] } = await sqs.receiveMessage({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds,
        VisibilityTimeout: 1,
      });
      for (const { Body = "{}", ReceiptHandle } of Messages) {
        const receipt = JSON.parse(Body);
        if (receipt.orderId === id) {
          await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
          return receipt;
        }
      }
    }
    return undefined;
  } finally {
    sqs.destroy();
  }
}

/**
 * Stops one container, once all else holds, waits for the message that tells of it with its reason, and for the container
 * that ECS starts instead. The rest of the service continues meanwhile.
 *
 * @throws Error where there is no container, no notification was sent within the deadline, or no other one started
 */
async function stopContainer(expected: Expected, { cluster, service, queueUrl }: AlarmCheck): Promise<StopReport> {
  const { ECS } = await import("@aws-sdk/client-ecs");
  const ecs = new ECS({ region: expected.region });
  try {
    const { taskArns = [] } = await ecs.listTasks({ cluster, serviceName: service, desiredStatus: "RUNNING" });
    const [task] = taskArns;
    if (task === undefined) throw new Error(`Verification failed: expected a container of ${service}, found none`);
    const reason = `verification-${crypto.randomUUID()}`;
    await ecs.stopTask({ cluster, task, reason });
    const stopped = Date.now();
    const message = await awaitMessage(expected, queueUrl, reason);
    if (message === undefined) {
      throw new Error(
        `Verification failed: container ${task} was stopped, expected a message with the reason ${reason} ` +
          `at the alarm topic, found none in ${expected.deadlineSeconds} s`,
      );
    }
    const notifiedAt = Date.now();
    const running = async (): Promise<Outcome<number>> => {
      const { services: [{ runningCount = 0, desiredCount = 0 } = {}] = [] } = await ecs.describeServices({
        cluster,
        services: [service],
      });
      return runningCount > 0 && runningCount >= desiredCount
        ? { ok: true, value: Date.now() }
        : { ok: false, found: `${runningCount} of ${desiredCount}` };
    };
    const recovered = await until(notifiedAt + expected.deadlineSeconds * 1000, running);
    if (!recovered.ok) {
      throw new Error(
        `Verification failed: container ${task} was stopped, expected another one of ${service} instead, ` +
          `found ${recovered.found} running after ${expected.deadlineSeconds} s`,
      );
    }
    const since = (at: number) => Math.round((at - stopped) / 100) / 10;
    return { task, seconds: since(notifiedAt), message, recoveredSeconds: since(recovered.value) };
  } finally {
    ecs.destroy();
  }
}

/** The first message of the alarm topic that has a text in it; all others are thrown away. */
async function awaitMessage(expected: Expected, QueueUrl: string, text: string): Promise<string | undefined> {
  const { SQS } = await import("@aws-sdk/client-sqs");
  const sqs = new SQS({ region: expected.region, useQueueUrlAsEndpoint: false });
  const deadline = Date.now() + expected.deadlineSeconds * 1000;
  try {
    while (Date.now() < deadline) {
      const WaitTimeSeconds = Math.min(5, Math.ceil((deadline - Date.now()) / 1000));
      const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds });
      for (const { Body = "{}", ReceiptHandle } of Messages) {
        await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
        const { Message = "" } = JSON.parse(Body);
        if (Message.includes(text)) return sentenceOf(Message);
      }
    }
  } finally {
    sqs.destroy();
  }
}

interface Sent {
  /** Where to connect; the host name when left out. */
  readonly address?: string | undefined;
  /** JSON. */
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/**
 * One request on a connection of its own, so that each sees a handshake; Node refuses a wrong name or chain. The
 * environment's HTTPS_PROXY and NO_PROXY are followed.
 */
function request(
  hostname: string,
  method: string,
  path: string,
  { address = hostname, body, headers: more }: Sent,
): Promise<Answer> {
  const agent = new https.Agent({ proxyEnv: process.env, keepAlive: false, maxCachedSessions: 0 });
  const headers = { host: hostname, ...(body !== undefined && { "content-type": "application/json" }), ...more };
  return new Promise((resolve, reject) => {
    const sending = https.request(
      { hostname: address, servername: hostname, method, path, headers, agent, timeout: requestTimeout },
      (response) => {
        const certificate = (response.socket as TLSSocket).getPeerCertificate();
        const issuer = String(certificate.issuer.CN ?? certificate.issuer.O);
        const notAfter = new Date(certificate.valid_to).toISOString();
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text, issuer, notAfter }));
        response.on("error", reject);
      },
    );
    sending.on("timeout", () => sending.destroy(new Error(`no answer within ${requestTimeout / 1000} s`)));
    sending.on("error", reject);
    sending.end(body);
  });
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `${code}: ${message}`;
}
