/**
 * What verification talks to, on this machine: TLS servers behind a CONNECT proxy, with certificates of an authority of
 * their own, and SQS over its wire protocol.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { SQS } from "@aws-sdk/client-sqs";
import { Webhook } from "standardwebhooks";
import { Authority, newKey } from "../../../twin/internet/authority.ts";

/** How a host answers; what is not given is in order. */
export interface Host {
  /** Name on the certificate it presents. */
  readonly certificateName?: string;
  readonly release?: string;
  readonly image?: string;
  /** Status of GET /version. */
  readonly status?: number;
  /** Release in the receipts of its orders; null sends none. */
  readonly receiptRelease?: string | null;
  /** Takes orders that nothing signs, as an ERP does. */
  readonly isErp?: boolean;
}

export interface Containers {
  running: string[];
  /** How many should run. */
  desired: number;
  /** Text of the message at the alarm topic; undefined where no notification is sent. */
  tell: (task: string, reason: string) => string | undefined;
}

export interface PublicSide {
  /** The authority that signed every certificate. */
  readonly authority: Authority;
  /** URL for HTTPS_PROXY. */
  readonly proxyUrl: string;
  /** URL for AWS_ENDPOINT_URL_SQS. */
  readonly sqsUrl: string;
  readonly receiptsQueueUrl: string;
  readonly alarmQueueUrl: string;
  /** URL for AWS_ENDPOINT_URL_ECS and AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly awsUrl: string;
  /** What synthetic orders are signed with: its value as Secrets Manager answers, and the key that hosts check by. */
  readonly secret: { value: string; key: string };
  /** ARNs of the tasks that run, and how a stopped one is reported; may be changed while it runs. */
  readonly containers: Containers;
  /** Hosts by name; may be changed while it runs. A host that is not here refuses the connection. */
  readonly hosts: Map<string, Host>;
  /** What any host answers as a resolver: values of CNAME records by name. */
  readonly records: Map<string, string>;
  /** Names that were connected to, in order. */
  readonly connections: string[];
  /** Ids of the orders that a host accepted, in order. */
  readonly accepted: string[];
  close(): Promise<void>;
}

export const released = { release: "0123456789ab", image: `sha256:${"ab".repeat(32)}` };
/** Life of every certificate; one that is just issued has 89 whole days left. */
const days = 90;

export async function startPublicSide(hosts: Record<string, Host>): Promise<PublicSide> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "public-side-"));
  const authority = await Authority.open(folder);
  const known = new Map(Object.entries(hosts));
  const connections: string[] = [];
  const accepted: string[] = [];
  const records = new Map<string, string>();
  const { sqs, sqsUrl } = await startSqs();
  const client = new SQS({
    region: "eu-west-1",
    endpoint: sqsUrl,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { QueueUrl: receiptsQueueUrl = "" } = await client.createQueue({ QueueName: "receipts" });

  const { QueueUrl: alarmQueueUrl = "" } = await client.createQueue({ QueueName: "alarms" });
  const key = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  const secret = { value: JSON.stringify({ signing: [key] }), key };
  const containers: Containers = { running: [], desired: 0, tell: () => undefined };
  const aws = http.createServer(async (request, response) => {
    const { task, reason, SecretId } = JSON.parse(Buffer.concat(await request.toArray()).toString("utf8"));
    const action = String(request.headers["x-amz-target"]).split(".").at(-1);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (action === "GetSecretValue") return response.end(JSON.stringify({ ARN: SecretId, SecretString: secret.value }));
    if (action === "ListTasks") return response.end(JSON.stringify({ taskArns: containers.running }));
    if (action === "DescribeServices") {
      const service = { runningCount: containers.running.length, desiredCount: containers.desired };
      return response.end(JSON.stringify({ services: [service] }));
    }
    const Message = containers.tell(task, reason);
    const send = (body: object) => client.sendMessage({ QueueUrl: alarmQueueUrl, MessageBody: JSON.stringify(body) });
    await send({ Type: "Notification", Message: "prod-au: some other container stopped." });
    if (Message !== undefined) await send({ Type: "Notification", Message });
    return response.end(JSON.stringify({ task: { taskArn: task } }));
  });
  const awsPort = await listen(aws);

  const front = https.createServer(
    {
      SNICallback: (name, done) => {
        const key = newKey("EC_prime256v1");
        authority
          .issue([known.get(name)?.certificateName ?? name], key, days)
          .then(({ certificate }) => done(null, tls.createSecureContext({ key, cert: certificate })), done);
      },
    },
    async (request, response) => {
      const name = request.headers.host ?? "";
      const host = { ...released, status: 200, receiptRelease: released.release, ...known.get(name) };
      if (request.url?.startsWith("/resolve?")) {
        const asked = new URL(request.url, "https://resolver").searchParams.get("name") ?? "";
        const data = records.get(asked);
        response.end(
          JSON.stringify({ Status: data ? 0 : 3, ...(data && { Answer: [{ name: asked, type: 5, data }] }) }),
        );
        return;
      }
      if (request.method === "GET" && request.url === "/version") {
        const image = isSigned("", request.headers, secret.key) ? host.image : undefined;
        response.writeHead(host.status).end(JSON.stringify({ release: host.release, image }));
        return;
      }
      const text = Buffer.concat(await request.toArray()).toString("utf8");
      const order = JSON.parse(text);
      if (!host.isErp && !isSigned(text, request.headers, secret.key)) {
        response.writeHead(401).end("not signed by the store synthetic");
        return;
      }
      if (host.receiptRelease !== null) {
        const MessageBody = JSON.stringify({ orderId: order.orderId, release: host.receiptRelease });
        await client.sendMessage({ QueueUrl: receiptsQueueUrl, MessageBody });
      }
      accepted.push(order.orderId);
      response.writeHead(202).end(JSON.stringify({ orderId: order.orderId, store: order.store, accepted: true }));
    },
  );
  const frontPort = await listen(front);

  const proxy = http.createServer();
  proxy.on("connect", (request, socket) => {
    const name = (request.url ?? "").replace(/:443$/, "");
    connections.push(name);
    if (!known.has(name)) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const upstream = net.connect(frontPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const side of [socket, upstream]) side.on("error", () => [socket, upstream].map((each) => each.destroy()));
  });
  const proxyPort = await listen(proxy);
  const sockets = new Set<Duplex>();
  for (const server of [front, proxy, aws]) server.on("connection", (socket) => sockets.add(socket));

  return {
    authority,
    proxyUrl: `http://127.0.0.1:${proxyPort}`,
    sqsUrl,
    receiptsQueueUrl,
    alarmQueueUrl,
    awsUrl: `http://127.0.0.1:${awsPort}`,
    secret,
    containers,
    hosts: known,
    records,
    connections,
    accepted,
    async close() {
      client.destroy();
      for (const socket of sockets) socket.destroy();
      await Promise.all([front, proxy, aws].map((server) => new Promise((resolve) => server.close(resolve))));
      sqs.kill();
      await once(sqs, "exit");
      fs.rmSync(folder, { recursive: true });
    },
  };
}

function isSigned(text: string, headers: http.IncomingHttpHeaders, key: string): boolean {
  try {
    new Webhook(key).verify(text, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** In a process of its own: it is an ES module alone, which jest does not load. */
async function startSqs() {
  const script = `import { startFauxqs } from "fauxqs"; console.log((await startFauxqs({ port: 0, logger: false })).port)`;
  const sqs = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(sqs.stdout, "data");
  return { sqs, sqsUrl: `http://127.0.0.1:${String(port).trim()}` };
}

async function listen(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
