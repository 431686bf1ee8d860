/**
 * The least that takes orders: node:http, and SendMessageBatch with what has come meanwhile. It reads, checks and logs
 * nothing, speaks no TLS, and holds as much as comes. Environment: AWS_REGION, QUEUE_URL. Its first line is its port.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

/** As service/queue.ts has them: the same calls, so that what is compared is what stands before them. */
const calls = 4;
const items = 10;

const { AWS_REGION: region = "", QUEUE_URL: QueueUrl = "" } = process.env;
const client = new SQSClient({ region, useQueueUrlAsEndpoint: false });
const line: { body: string; response: ServerResponse }[] = [];
let underWay = 0;
let count = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    line.push({ body: Buffer.concat(chunks).toString(), response });
    setImmediate(flush);
  });
});

function flush(): void {
  while (underWay < calls && line.length > 0) void send(line.splice(0, items));
}

async function send(orders: typeof line): Promise<void> {
  underWay += 1;
  const Entries = orders.map(({ body }, index) => {
    count += 1;
    const id = `${process.pid}-${count}`;
    return { Id: String(index), MessageBody: body, MessageGroupId: id, MessageDeduplicationId: id };
  });
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  for (const { response } of orders) response.writeHead(202).end("{}");
  underWay -= 1;
  flush();
}

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
