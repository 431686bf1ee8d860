/** SQS over the query protocol, as clients speak it that are older than November 2023. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSqs, type TestSqs } from "./sqs.ts";

const directory = mkdtempSync(join(tmpdir(), "sqs-query-"));
let twin: TestSqs;

beforeAll(async () => {
  twin = await startSqs(directory);
});
afterAll(async () => {
  await twin.stop();
  rmSync(directory, { recursive: true });
});

const scope = "Credential=key/20260728/ap-southeast-2/sqs/aws4_request";

/** The status and the XML, without what differs from call to call. */
async function call(Action: string, members: Record<string, string>) {
  const body = new URLSearchParams({ Action, Version: "2012-11-05", ...members });
  const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
  const answer = await fetch(twin.sqs.endpoint, { method: "POST", headers: { authorization }, body });
  const xml = (await answer.text())
    .replace(/<RequestId>.*?<\/RequestId>/, "")
    .replace('<?xml version="1.0" encoding="UTF-8"?>\n', "");
  return { status: answer.status, xml };
}

/** The result of an action that went well. */
async function result(Action: string, members: Record<string, string>): Promise<string> {
  const { status, xml } = await call(Action, members);
  const [, found] =
    new RegExp(
      `^<${Action}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><${Action}Result>(.*)</${Action}Result>`,
    ).exec(xml) ?? [];
  if (status !== 200 || found === undefined) throw new Error(xml);
  return found;
}

const host = "https://sqs.ap-southeast-2.amazonaws.com/123456789012";

it("reads flattened lists and maps, and writes them", async () => {
  const create = { QueueName: "orders", "Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "40" };
  const tag = { "Tag.1.Key": "stack", "Tag.1.Value": "prod-au" };
  expect(await result("CreateQueue", { ...create, ...tag })).toBe(`<QueueUrl>${host}/orders</QueueUrl>`);
  const QueueUrl = `${host}/orders`;
  const asked = { QueueUrl, "AttributeName.1": "VisibilityTimeout", "AttributeName.2": "DelaySeconds" };
  expect(await result("GetQueueAttributes", asked)).toBe(
    "<Attribute><Name>VisibilityTimeout</Name><Value>40</Value></Attribute><Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute>",
  );
  expect(await result("ListQueueTags", { QueueUrl })).toBe("<Tag><Key>stack</Key><Value>prod-au</Value></Tag>");
  expect(await result("ListQueues", {})).toBe(`<QueueUrl>${host}/orders</QueueUrl>`);
});

it("sends, receives and deletes in batches", async () => {
  await result("CreateQueue", { QueueName: "batches" });
  const QueueUrl = `${host}/batches`;
  const entry = "SendMessageBatchRequestEntry";
  const sent = await result("SendMessageBatch", {
    ...{ QueueUrl, [`${entry}.1.Id`]: "a", [`${entry}.1.MessageBody`]: "<order>" },
    [`${entry}.1.MessageAttribute.1.Name`]: "timestamp",
    [`${entry}.1.MessageAttribute.1.Value.DataType`]: "Number",
    [`${entry}.1.MessageAttribute.1.Value.StringValue`]: "1493147359900",
    ...{ [`${entry}.2.Id`]: "b", [`${entry}.2.MessageBody`]: "\u0001" },
  });
  expect(sent.replace(/<MessageId>.*?<\/MessageId>/, "")).toBe(
    "<SendMessageBatchResultEntry><Id>a</Id><MD5OfMessageBody>8b60db2cdd1d55853f853317c3447bd0</MD5OfMessageBody>" +
      "<MD5OfMessageAttributes>235c5c510d26fb653d073faed50ae77c</MD5OfMessageAttributes></SendMessageBatchResultEntry>" +
      "<BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault><Code>InvalidMessageContents</Code><Message>Invalid characters found. " +
      "Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF</Message></BatchResultErrorEntry>",
  );
  const received = await result("ReceiveMessage", {
    ...{ QueueUrl, MaxNumberOfMessages: "10", VisibilityTimeout: "5" },
    ...{ "AttributeName.1": "ApproximateReceiveCount", "MessageAttributeName.1": "All" },
  });
  expect(received).toMatch(
    /^<Message><MessageId>.*<\/MD5OfBody><Body>&lt;order&gt;<\/Body><Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute><MD5OfMessageAttributes>235c5c510d26fb653d073faed50ae77c<\/MD5OfMessageAttributes><MessageAttribute><Name>timestamp<\/Name><Value><DataType>Number<\/DataType><StringValue>1493147359900<\/StringValue><\/Value><\/MessageAttribute><\/Message>$/,
  );
  const [, handle = ""] = /<ReceiptHandle>(.*)<\/ReceiptHandle>/.exec(received) ?? [];
  const remove = "DeleteMessageBatchRequestEntry";
  const handles = { [`${remove}.1.Id`]: "a", [`${remove}.1.ReceiptHandle`]: handle };
  expect(await result("DeleteMessageBatch", { QueueUrl, ...handles })).toBe(
    "<DeleteMessageBatchResultEntry><Id>a</Id></DeleteMessageBatchResultEntry>",
  );
  expect(await result("ReceiveMessage", { QueueUrl })).toBe("");
});

it.each([
  [
    "GetQueueUrl",
    { QueueName: "none" },
    "AWS.SimpleQueueService.NonExistentQueue",
    "The specified queue does not exist for this wsdl version.",
  ],
  [
    "CreateQueue",
    { QueueName: "a/b" },
    "InvalidParameterValue",
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  ],
  [
    "SendMessage",
    { QueueUrl: `${host}/orders` },
    "MissingParameter",
    "The request must contain the parameter MessageBody.",
  ],
])("says what is wrong with %s %j", async (action, members, code, message) => {
  const { status, xml } = await call(action, members);
  expect([status, xml]).toEqual([
    400,
    '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>' +
      `<Code>${code}</Code><Message>${message}</Message><Detail></Detail></Error></ErrorResponse>`,
  ]);
});
