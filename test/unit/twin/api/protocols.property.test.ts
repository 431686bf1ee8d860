/** The wire protocols between AWS's own clients and the twin's services: what one side says, the other one reads. */
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { DescribeTagsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ChangeResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { parseXml } from "../../../../twin/api/protocols/xml.ts";
import type { Service } from "../../../../twin/api/service.ts";
import type { Properties } from "../../../../twin/core/store.ts";
import { services } from "../../../../twin/services/apis.ts";

/** The part of the SDK's request that the protocols read. */
interface SdkRequest {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

const serviceOf = (name: string) => services.find((service) => service.name === name) as Service;

/** A client's transport that ends in the service's protocol: it keeps what was read and answers with `output`. */
function transport(service: Service, output: Properties) {
  const read: { action: string; input: Properties }[] = [];
  const handle = async ({ method, path, query = {}, headers, body = "" }: SdkRequest) => {
    const request = {
      ...{ method, path, query: new URLSearchParams(query), headers },
      body: typeof body === "string" ? body : new TextDecoder().decode(body),
    };
    const protocol = service.protocols.find((one) => one.speaks(request));
    if (!protocol) throw new Error(`no protocol of ${service.name} speaks that`);
    const call = protocol.read(request, service);
    read.push(call);
    const answer = protocol.answer(call.action, output, service);
    return {
      response: { statusCode: answer.status, headers: answer.headers, body: Buffer.from(answer.body) },
    };
  };
  const settings = {
    region: "eu-west-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    endpoint: "http://127.0.0.1:1",
    maxAttempts: 1,
    md5: false as const,
    requestHandler: {
      handle,
      metadata: { handlerProtocol: "http/1.1" },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    },
  };
  return { read, settings: settings as never };
}

/** Characters that mean something in XML, JSON or forms, or that a writer may change. */
const special = [..."&<>\"'%+= ;#/?\t\n\r\u0085\u2028\\]", "]]>", "&amp;", "&#10;"];
/** Of control characters XML 1.0 has tab, LF and CR alone. */
const isControl = (character: string) => /\p{Cc}/u.test(character) && !"\t\n\r\u0085".includes(character);
const text = fc
  .array(fc.oneof(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), fc.constantFrom(...special)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(""))
  .filter((value) => ![...value].some(isControl))
  // The SDK's reader of XML takes white space with a line end for layout.
  .filter((value) => value.trim() !== "" || !value.includes("\n"));
const texts = fc.array(text, { minLength: 1, maxLength: 5 });
const number = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const time = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }).map((date) => {
  date.setUTCMilliseconds(0);
  return date;
});

test("AWS JSON 1.1: ECS", async () => {
  await fc.assert(
    fc.asyncProperty(text, number, texts, async (cluster, maxResults, taskArns) => {
      const { read, settings } = transport(serviceOf("ecs"), { taskArns, nextToken: cluster });
      const answer = await new ECSClient(settings).send(new ListTasksCommand({ cluster, maxResults }));
      expect(read).toEqual([{ action: "ListTasks", input: { cluster, maxResults } }]);
      expect([answer.taskArns, answer.nextToken]).toEqual([taskArns, cluster]);
    }),
  );
});

test("AWS JSON 1.0: SQS", async () => {
  const entry = fc.record({ Id: text, MessageBody: text, DelaySeconds: number });
  await fc.assert(
    fc.asyncProperty(text, fc.array(entry, { minLength: 1, maxLength: 4 }), async (QueueUrl, Entries) => {
      const Failed = Entries.map(({ Id, MessageBody }) => ({
        Id,
        SenderFault: true,
        Code: "Code",
        Message: MessageBody,
      }));
      const { read, settings } = transport(serviceOf("sqs"), { Successful: [], Failed });
      const answer = await new SQSClient(settings).send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      expect(read).toEqual([{ action: "SendMessageBatch", input: { QueueUrl, Entries } }]);
      expect(answer.Failed).toEqual(Failed);
    }),
  );
});

test("AWS JSON 1.0 or query, as the client chooses, with times: CloudWatch", async () => {
  await fc.assert(
    fc.asyncProperty(texts, number, time, text, async (AlarmNames, MaxRecords, at, reason) => {
      const alarm = { AlarmName: reason, StateReason: reason, StateUpdatedTimestamp: at, Threshold: 0.5 };
      const { read, settings } = transport(serviceOf("monitoring"), { MetricAlarms: [alarm] });
      const answer = await new CloudWatchClient(settings).send(new DescribeAlarmsCommand({ AlarmNames, MaxRecords }));
      expect(read).toEqual([{ action: "DescribeAlarms", input: { AlarmNames, MaxRecords } }]);
      expect(answer.MetricAlarms).toEqual([alarm]);
    }),
  );
});

test("AWS query, lists in lists: Elastic Load Balancing", async () => {
  const tag = fc.record({ Key: text, Value: text });
  const described = fc.record({ ResourceArn: text, Tags: fc.array(tag, { minLength: 1, maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.array(described, { minLength: 1, maxLength: 3 }),
      async (ResourceArns, TagDescriptions) => {
        const { read, settings } = transport(serviceOf("elasticloadbalancing"), { TagDescriptions });
        const client = new ElasticLoadBalancingV2Client(settings);
        const answer = await client.send(new DescribeTagsCommand({ ResourceArns }));
        expect(read).toEqual([{ action: "DescribeTags", input: { ResourceArns } }]);
        expect(answer.TagDescriptions).toEqual(TagDescriptions);
      },
    ),
  );
});

test("REST XML, lists in a body: Route 53", async () => {
  const record = fc.record({ Value: text });
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 4 }),
      text,
      time,
      fc.stringMatching(/^[A-Z0-9]{1,32}$/),
      async (ResourceRecords, Name, SubmittedAt, HostedZoneId) => {
        const change = {
          Action: "UPSERT" as const,
          ResourceRecordSet: { Name, Type: "TXT" as const, TTL: 60, ResourceRecords },
        };
        const ChangeInfo = { Id: `/change/${HostedZoneId}`, Status: "PENDING", SubmittedAt, Comment: Name };
        const { read, settings } = transport(serviceOf("route53"), { ChangeInfo });
        const asked = { HostedZoneId, ChangeBatch: { Comment: Name, Changes: [change] } };
        const answer = await new Route53Client(settings).send(new ChangeResourceRecordSetsCommand(asked));
        // Numbers are text on the wire.
        const set = { ...change.ResourceRecordSet, TTL: "60" };
        const ChangeBatch = { Comment: Name, Changes: [{ Action: "UPSERT", ResourceRecordSet: set }] };
        expect(read).toEqual([{ action: "ChangeResourceRecordSets", input: { HostedZoneId, ChangeBatch } }]);
        expect(answer.ChangeInfo).toEqual(ChangeInfo);
      },
    ),
  );
});

test.each(["&#0;", "&#x110000;", "&#xD800;", "&#xFFFF;", "&#11;"])(
  "a reference that XML has no character for is refused as not well-formed: %s",
  (reference) => {
    expect(() => parseXml(`<A>${reference}</A>`)).toThrow("The body is not well-formed XML.");
  },
);
