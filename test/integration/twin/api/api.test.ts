import { ACMClient, DeleteCertificateCommand, ListCertificatesCommand } from "@aws-sdk/client-acm";
import { BatchDeleteImageCommand, DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ListHealthChecksCommand, Route53Client } from "@aws-sdk/client-route-53";
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { operatorKey } from "../../../../twin/api/signature.ts";
import type { Cloud } from "../../../../twin/cloud.ts";
import { readLog } from "../../../../twin/containers/log.ts";
import { account, eventually, image, put, region, service, startTestCloud, taskDefinition } from "../cloud.ts";
import { sdkSettings } from "../sdk.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let sns: SNSClient;
const topic = `arn:aws:sns:${region}:${account}:watch`;

beforeAll(async () => {
  test = await startTestCloud();
  cloud = test.cloud;
  sns = new SNSClient(sdkSettings(cloud));
  put(cloud, "aws:sns/topic:Topic", topic, { name: "watch" });
  put(cloud, "aws:sns/topicSubscription:TopicSubscription", `${topic}:1`, {
    ...{ arn: `${topic}:1`, topic, protocol: "email", endpoint: "oncall@orderhub.example", pendingConfirmation: true },
  });
});

afterAll(async () => {
  sns.destroy();
  await test.close();
});

/** A call as the query protocol has it, with a credential scope and no signature worth the name. */
async function query(service: string, accessKey: string, body: string): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/20260728/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { authorization, "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const response = await fetch(cloud.awsUrl, { method: "POST", headers, body });
  return `${response.status} ${await response.text()}`;
}
const identity = "Action=GetCallerIdentity&Version=2011-06-15";

it("SNS lists topics and subscriptions, and delivers what is published manually", async () => {
  expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: topic }]);
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
  expect(Subscriptions).toMatchObject([
    { SubscriptionArn: "PendingConfirmation", Protocol: "email", Endpoint: "oncall@orderhub.example" },
  ]);
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: `${topic}:1` }));
  expect(Attributes).toMatchObject({ Endpoint: "oncall@orderhub.example", PendingConfirmation: "true" });
  await expect(sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: `${topic}:2` }))).rejects.toMatchObject(
    { name: "NotFoundException", message: "Subscription does not exist" },
  );
  const Message = 'a < b & "c"\nsecond line';
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn: topic, Subject: "a manual test", Message }));
  expect(cloud.sns.inbox()).toMatchObject([{ id: MessageId, subject: "a manual test", message: Message }]);
  await expect(sns.send(new PublishCommand({ TopicArn: `${topic}-none`, Message }))).rejects.toMatchObject({
    ...{ name: "NotFoundException", message: "Topic does not exist" },
  });
});

it("ECR describes and deletes images by digest and tag, and says what is not there", async () => {
  const ecr = new ECRClient(sdkSettings(cloud));
  const imageDigest = `sha256:${"ab12".repeat(16)}`;
  const pushedAt = "2026-07-28T13:00:00.000Z";
  const document = { region, repository: "order-queue", tag: "r1", digest: imageDigest, pushedAt };
  cloud.store.write("image", `${region}/order-queue@${imageDigest}`, document);
  const describe = (...imageIds: { imageDigest?: string; imageTag?: string }[]) =>
    ecr.send(new DescribeImagesCommand({ repositoryName: "order-queue", imageIds }));
  expect((await describe({ imageTag: "r1" })).imageDetails).toEqual([
    {
      ...{ registryId: account, repositoryName: "order-queue", imageDigest, imageTags: ["r1"] },
      imagePushedAt: new Date(pushedAt),
    },
  ]);
  await expect(describe({ imageDigest }, { imageTag: "r2" })).rejects.toMatchObject({ name: "ImageNotFoundException" });
  const deletion = new BatchDeleteImageCommand({
    repositoryName: "order-queue",
    imageIds: [{ imageDigest }, { imageTag: "r2" }],
  });
  expect(await ecr.send(deletion)).toMatchObject({
    imageIds: [{ imageDigest, imageTag: "r1" }],
    failures: [{ imageId: { imageTag: "r2" }, failureCode: "ImageNotFound" }],
  });
  expect(cloud.store.readAll("image")).toEqual([]);
  const other = new DescribeImagesCommand({ repositoryName: "none" });
  await expect(ecr.send(other)).rejects.toMatchObject({ name: "RepositoryNotFoundException" });
  ecr.destroy();
});

it("an action that is not modelled is refused by name, over each protocol", async () => {
  const acm = new ACMClient(sdkSettings(cloud));
  await expect(acm.send(new DeleteCertificateCommand({ CertificateArn: "arn:aws:acm:a" }))).rejects.toMatchObject({
    name: "UnknownOperationException",
    message:
      "The action DeleteCertificate of acm is not modelled; there are DescribeCertificate, GetCertificate, ListCertificates.",
  });
  const route53 = new Route53Client(sdkSettings(cloud));
  await expect(route53.send(new ListHealthChecksCommand({}))).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: "GET /2013-04-01/healthcheck is no operation that is modelled",
  });
  expect(await query("sns", operatorKey.id, "Action=CreateTopic&Version=2010-03-31&Name=a")).toMatch(
    /^400 .*<Code>InvalidAction<\/Code><Message>The action CreateTopic of sns is not modelled; there are GetSubscriptionAttributes, GetTopicAttributes, List/s,
  );
  expect(await query("sns", operatorKey.id, "Action=ListTopics&Version=2009-01-01")).toContain(
    "<Message>Could not find operation ListTopics for version 2009-01-01</Message>",
  );
  acm.destroy();
  route53.destroy();
});

it("a service that is not modelled is refused by name", async () => {
  expect(await query("rds", operatorKey.id, "Action=DescribeDBInstances")).toMatch(
    /^400 .*<Code>UnknownOperationException<.Code><Message>The service rds is not modelled\.</s,
  );
});

it("the access key identifies the caller, and an unknown key is refused", async () => {
  expect(await query("sts", operatorKey.id, identity)).toContain(
    `<Arn>arn:aws:iam::${account}:user/operator</Arn><UserId>AIDATWINTWINTWINTWIN</UserId><Account>${account}</Account>`,
  );
  expect(await query("sts", "AKIANOBODY", identity)).toMatch(/^403 .*<Code>InvalidClientTokenId<\/Code>/s);
  const acm = new ACMClient({
    ...sdkSettings(cloud),
    credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "x" },
  });
  await expect(acm.send(new ListCertificatesCommand({}))).rejects.toMatchObject({
    name: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
  });
  acm.destroy();
});

it("a task is known by its role, and may do nothing that needs a permission", async () => {
  image(cloud, test.directory, keyPrinter);
  const serviceArn = service(cloud, withRole(taskDefinition(cloud, 1, { portMappings: [] })));
  await cloud.ecs.steady(serviceArn, 20_000);
  const [task] = cloud.ecs.tasks(serviceArn);
  const accessKey = await eventually(
    () => readLog(task?.containers[0]?.logFile ?? "")[0]?.text,
    "the container's look at its key",
  );
  const arn = `arn:aws:sts::${account}:assumed-role/app/${task?.id}`;
  expect(await query("sts", accessKey, identity)).toContain(`<Arn>${arn}</Arn>`);
  expect(await query("sns", accessKey, "Action=ListTopics&Version=2010-03-31")).toMatch(
    new RegExp(
      `^403 .*<Code>AccessDenied</Code><Message>User: ${arn} is not authorized to perform: sns:ListTopics`,
      "s",
    ),
  );
});

/** Prints the access key that its task's role has. */
const keyPrinter = `
const response = await fetch(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI);
console.log((await response.json()).AccessKeyId);
setInterval(() => {}, 1000);
`;

function withRole(definition: string): string {
  const type = "aws:ecs/taskDefinition:TaskDefinition";
  const outputs = cloud.store.get(type, definition, region)?.outputs;
  return put(cloud, type, definition, { ...outputs, taskRoleArn: `arn:aws:iam::${account}:role/app` });
}

it("what cannot be read is the caller's fault, not the twin's", async () => {
  const post = async (headers: Record<string, string>, body: string) =>
    (await fetch(cloud.awsUrl, { method: "POST", headers, body })).status;
  expect(await post({}, "")).toBe(403);
  const scope = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=${operatorKey.id}/20260728/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const target = { authorization: scope("ecs"), "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks" };
  expect(await post(target, "{")).toBe(400);
  expect(await post(target, "[]")).toBe(400);
  const xml = await fetch(`${cloud.awsUrl}/2013-04-01/hostedzone/${cloud.zones[0]?.zoneId}/rrset`, {
    method: "POST",
    headers: { authorization: scope("route53") },
    body: "<ChangeResourceRecordSetsRequest><ChangeBatch></ChangeResourceRecordSetsRequest>",
  });
  expect([xml.status, await xml.text()]).toEqual([400, expect.stringContaining("<Code>MalformedInput</Code>")]);
});
