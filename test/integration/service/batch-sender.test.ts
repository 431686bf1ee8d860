import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { BatchSender } from "../../../service/batch-sender.ts";
import { queueClient } from "../../../service/queue.ts";

const QUEUE = "https://sqs.ap-southeast-2.amazonaws.com/123456789012/orders.fifo";
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const entries = ["a", "ü"].map((MessageBody, index) => ({ Id: String(index), MessageBody, MessageGroupId: "g" }));

interface Call {
  headers: IncomingMessage["headers"];
  body: string;
}

let sqs: Server;
let calls: Call[];
/** The answers, one a call; the last one stands for all further ones. */
let answers: ((response: ServerResponse, call: Call) => void)[];

const accept = (response: ServerResponse, { body }: Call) => {
  const { Entries } = JSON.parse(body) as { Entries: { Id: string; MessageBody: string }[] };
  const md5 = (body: string) => createHash("md5").update(body).digest("hex");
  const Successful = Entries.map(({ Id, MessageBody }) => ({
    Id,
    MessageId: `m-${Id}`,
    MD5OfMessageBody: md5(MessageBody),
  }));
  response.end(JSON.stringify({ Successful, Failed: [] }));
};
const fail = (status: number, type: string, headers: Record<string, string> = {}) => {
  return (response: ServerResponse) =>
    void response.writeHead(status, headers).end(JSON.stringify({ __type: type, message: "as SQS says it" }));
};

beforeEach(async () => {
  calls = [];
  answers = [accept];
  sqs = createServer(async (request, response) => {
    const call = { headers: request.headers, body: await text(request) };
    calls.push(call);
    answers[Math.min(calls.length, answers.length) - 1]?.(response, call);
  });
  sqs.listen(0, "127.0.0.1");
  await once(sqs, "listening");
  process.env.AWS_ENDPOINT_URL_SQS = `http://127.0.0.1:${(sqs.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_SESSION_TOKEN: "token",
  });
});

afterEach(() => {
  delete process.env.AWS_SESSION_TOKEN;
  sqs.closeAllConnections();
  sqs.close();
});

const send = () => {
  const sender = new BatchSender(queueClient("ap-southeast-2"), {
    calls: 2,
    tries: 2,
    connectMs: 1_000,
    answerMs: 2_000,
  });
  return sender.send(QUEUE, entries);
};

test("a batch is a call of AWS JSON 1.0 with the SDK's credentials", async () => {
  expect((await send()).Successful?.map(({ Id, MessageId }) => [Id, MessageId])).toEqual([
    ["0", "m-0"],
    ["1", "m-1"],
  ]);
  expect(calls[0]?.headers).toMatchObject({
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AmazonSQS.SendMessageBatch",
    "x-amz-security-token": "token",
  });
  expect(JSON.parse(calls[0]?.body ?? "")).toEqual({ QueueUrl: QUEUE, Entries: entries });
});

/** The signature that AWS computes of a request (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
function signatureOf({ headers, body }: Call, signed: string[], scope: string): string {
  const sha = (data: string) => createHash("sha256").update(data).digest("hex");
  const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const fields = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  const request = `POST\n/\n\n${fields}\n${signed.join(";")}\n${sha(body)}`;
  const key = scope.split("/").reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${SECRET}`);
  return hmac(key, `AWS4-HMAC-SHA256\n${headers["x-amz-date"]}\n${scope}\n${sha(request)}`).toString("hex");
}

test("the signature is the one that AWS computes", async () => {
  await send();
  const [call] = calls;
  const parts = /Credential=AKIDEXAMPLE\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(
    call?.headers.authorization ?? "",
  );
  const [, scope = "", signed = "", signature] = parts ?? [];
  expect(scope).toMatch(/^\d{8}\/ap-southeast-2\/sqs\/aws4_request$/);
  expect(signed.split(";")).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token"]));
  expect(signature).toBe(call && signatureOf(call, signed.split(";"), scope));
});

test.each([
  ["500", fail(500, "com.amazonaws.sqs#InternalFailure")],
  ["a throttled call", fail(400, "com.amazonaws.sqs#ThrottlingException")],
  ["an answer of a proxy", (response: ServerResponse) => void response.writeHead(503).end("<html>")],
  ["a connection that is closed", (response: ServerResponse) => void response.destroy()],
])("after %s the batch is sent once more", async (_what, answer) => {
  answers = [answer, accept];
  expect((await send()).Successful).toHaveLength(2);
  expect(calls).toHaveLength(2);
});

test("after two failures the batch has failed, with SQS's words", async () => {
  answers = [fail(500, "com.amazonaws.sqs#InternalFailure")];
  await expect(send()).rejects.toMatchObject({ name: "InternalFailure", message: "as SQS says it" });
  expect(calls).toHaveLength(2);
});

test("a batch that SQS refuses is not sent again", async () => {
  answers = [fail(400, "com.amazonaws.sqs#QueueDoesNotExist")];
  await expect(send()).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  expect(calls).toHaveLength(1);
});

test("a clock that is off by an hour is corrected by the answer's Date", async () => {
  const there = Date.now() + 3_600_000;
  answers = [fail(403, "com.amazonaws.sqs#InvalidSignatureException", { date: new Date(there).toUTCString() }), accept];
  await send();
  const [, second] = calls;
  const signedAt = String(second?.headers["x-amz-date"]).replace(
    /^(....)(..)(..)T(..)(..)(..)Z$/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  expect(Math.abs(Date.parse(signedAt) - there)).toBeLessThan(10_000);
});

test("a batch of which SQS stored another body has failed", async () => {
  answers = [
    (response) => {
      const MD5OfMessageBody = createHash("md5").update("b").digest("hex");
      response.end(JSON.stringify({ Successful: [{ Id: "0", MessageId: "m-0", MD5OfMessageBody }] }));
    },
  ];
  await expect(send()).rejects.toThrow("SQS stored another body than was sent (MD5), message m-0");
});
