/**
 * The least that takes orders, in two forms. `fair`: node:https, and SendMessageBatch through the SDK. `hard`: node:http, and
 * SendMessageBatch as a signed request of undici's, whose answer is not looked at but for its status. Both send what has
 * come meanwhile, read, check and log nothing, and hold as much as comes. Argument: the form. Environment: AWS_REGION,
 * QUEUE_URL; for `fair` TLS_KEY and TLS_CERT. Its first line is its port.
 */
import http, { type RequestListener, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Pool } from "undici";

/** As service/queue.ts has them: the same calls, so that what is compared is what stands before them. */
const calls = 4;
const fullCalls = 32;
const items = 10;

const { AWS_REGION: region = "", QUEUE_URL: QueueUrl = "", AWS_ENDPOINT_URL_SQS: endpoint = "" } = process.env;
const client = new SQSClient({ region, useQueueUrlAsEndpoint: false });

interface Entry {
  Id: string;
  MessageBody: string;
  MessageGroupId: string;
  MessageDeduplicationId: string;
}

async function sendWithSdk(Entries: Entry[]): Promise<void> {
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

const url = new URL(endpoint);
const pool = new Pool(endpoint, { connections: fullCalls });
const signer = client.config.signer({ name: "sigv4", signingName: "sqs", signingRegion: region, properties: {} });

async function sendRaw(Entries: Entry[]): Promise<void> {
  const body = JSON.stringify({ QueueUrl, Entries });
  const { protocol, hostname, host } = url;
  const named = {
    host,
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AmazonSQS.SendMessageBatch",
  };
  const call = { method: "POST", protocol, hostname, path: "/", query: {}, headers: named, body };
  const { headers } = await (await signer).sign(call);
  const { statusCode, body: answer } = await pool.request({ method: "POST", path: "/", headers, body });
  await answer.dump();
  if (statusCode !== 200) throw new Error(`SQS answered ${statusCode}`);
}

const forms = {
  fair: {
    listen: (take: RequestListener) =>
      https.createServer({ key: process.env.TLS_KEY, cert: process.env.TLS_CERT }, take),
    send: sendWithSdk,
  },
  hard: { listen: (take: RequestListener) => http.createServer(take), send: sendRaw },
};
const form = forms[process.argv[2] as keyof typeof forms];

const line: { body: string; response: ServerResponse }[] = [];
let underWay = 0;
let count = 0;

const server = form.listen((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    line.push({ body: Buffer.concat(chunks).toString(), response });
    setImmediate(flush);
  });
});

function flush(): void {
  while (line.length >= (underWay < calls ? 1 : items) && underWay < fullCalls) void send(line.splice(0, items));
}

async function send(orders: typeof line): Promise<void> {
  underWay += 1;
  await form.send(
    orders.map(({ body }, index) => {
      count += 1;
      const id = `${process.pid}-${count}`;
      return { Id: String(index), MessageBody: body, MessageGroupId: id, MessageDeduplicationId: id };
    }),
  );
  for (const { response } of orders) response.writeHead(202).end("{}");
  underWay -= 1;
  flush();
}

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
