import { policyOf } from "../../../../../infra/endpoints.ts";
import type { Cloud } from "../../../../../twin/cloud.ts";
import { readLog } from "../../../../../twin/containers/log.ts";
import type { Properties } from "../../../../../twin/core/store.ts";
import { makePolicyByHand } from "../../../../../twin/services/iam/managed.ts";
import {
  account,
  alias,
  document,
  ec2,
  eventually,
  forwardTo,
  image,
  listener,
  loadBalancer,
  put,
  region,
  role,
  rule,
  service,
  startTestCloud,
  targetGroup,
  taskDefinition,
  zone,
} from "../../cloud.ts";
import { fetchThrough } from "../../connections.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let group: string;
let taskId: string;
let queueUrl: string;

/** Calls SQS or an ERP when asked to over HTTP, with the unmodified SDK and the task's own credentials and proxy. */
const program = `
import http from "node:http";
import { text } from "node:stream/consumers";
import { createRequire } from "node:module";
const require = createRequire(process.cwd() + "/package.json");
const sqs = require("@aws-sdk/client-sqs");
const requestHandler = { requestTimeout: 5_000, throwOnRequestTimeout: true };
const { SecretsManagerClient, GetSecretValueCommand } = require("@aws-sdk/client-secrets-manager");
const client = new sqs.SQSClient({ useQueueUrlAsEndpoint: false, maxAttempts: 1, requestHandler });
const secrets = new SecretsManagerClient({ maxAttempts: 1, requestHandler });
const call = async ({ command, input, timeout, url, secret }) => {
  if (secret) return { value: (await secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString };
  if (url) return { status: (await fetch(url, { signal: AbortSignal.timeout(timeout) })).status };
  const { $metadata, ...answer } = await client.send(new sqs[command](input), { requestTimeout: timeout });
  return answer;
};
const server = http.createServer(async (request, response) => {
  if (request.url !== "/call") return response.end("ok");
  const failure = ({ name, message, Code, cause, $metadata }) =>
    ({ error: { name, message, code: Code, cause: cause?.message, status: $metadata?.httpStatusCode } });
  response.end(JSON.stringify(await call(JSON.parse(await text(request))).catch(failure)));
});
server.listen(process.env.PORT ?? 8080);
`;

const queue = `arn:aws:sqs:${region}:${account}:orders`;
const allow = (action: string) => ({ Effect: "Allow", Action: action, Resource: queue });
const everything = [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }];

beforeAll(async () => {
  test = await startTestCloud();
  cloud = test.cloud;
  image(cloud, test.directory, program);
  queueUrl = cloud.sqs.create("orders", region, {}).url;
  group = targetGroup(cloud, "app", {
    healthCheck: { path: "/", interval: 0.1, timeout: 0.1, healthyThreshold: 2, unhealthyThreshold: 2 },
  });
  listener(cloud, loadBalancer(cloud), 80, { defaultActions: forwardTo(group) });
  alias(cloud, zone);
  const definition = taskDefinition(cloud, 1);
  const { outputs } = cloud.store.get("aws:ecs/taskDefinition:TaskDefinition", definition, region) ?? {};
  const taskRoleArn = role(cloud, "app", everything);
  put(cloud, "aws:ecs/taskDefinition:TaskDefinition", definition, { ...outputs, taskRoleArn });
  const loadBalancers = [{ targetGroupArn: group, containerName: "app", containerPort: 8080 }];
  // Long enough for a test that makes the target unhealthy.
  const arn = service(cloud, definition, { loadBalancers, healthCheckGracePeriodSeconds: 600 });
  await cloud.ecs.steady(arn, 20_000);
  taskId = cloud.ecs.tasks(arn)[0]?.id ?? "";
});
afterAll(() => test.close());

/** What the container says of a call, asked past the load balancer. */
async function ask(request: Properties): Promise<Properties> {
  const [target] = cloud.targets.of(group);
  const body = JSON.stringify(request);
  return (
    await fetch(`http://${target?.address}:${target?.port}/call`, { method: "POST", body })
  ).json() as Promise<Properties>;
}
const send = (more: Properties = {}) =>
  ask({ command: "SendMessageCommand", input: { QueueUrl: queueUrl, MessageBody: "order" }, ...more });

const remove = (type: string, id: string) => cloud.store.remove(type, id, region);
const queuePolicy = (...statements: Properties[]) =>
  cloud.sqs.setAttributes("orders", region, { Policy: statements.length > 0 ? document(statements) : "" });
const refusal = (action: string, why: string, resource = queue) => ({
  name: "AccessDenied",
  status: 403,
  message: `User: arn:aws:sts::${account}:assumed-role/app/${taskId} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
});
const noIdentity = (action: string) => `because no identity-based policy allows the ${action} action`;

describe("IAM", () => {
  afterEach(() => {
    role(cloud, "app", everything);
    queuePolicy();
  });

  it("lets a role do what its policy says, and nothing else, from the next call on", async () => {
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
    role(cloud, "app", [allow("sqs:ReceiveMessage")]);
    expect(await send()).toMatchObject({ error: refusal("sqs:sendmessage", noIdentity("sqs:sendmessage")) });
    role(cloud, "app", [allow("sqs:SendMessage")]);
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
  });

  it.each([
    ["ReceiveMessageCommand", {}, "sqs:receivemessage"],
    ["DeleteMessageCommand", { ReceiptHandle: "x" }, "sqs:deletemessage"],
    ["ChangeMessageVisibilityCommand", { ReceiptHandle: "x", VisibilityTimeout: 0 }, "sqs:changemessagevisibility"],
    ["GetQueueAttributesCommand", { AttributeNames: ["All"] }, "sqs:getqueueattributes"],
    ["SendMessageBatchCommand", { Entries: [{ Id: "1", MessageBody: "a" }] }, "sqs:sendmessage"],
  ])("names the permission that %s lacks", async (command, input, action) => {
    role(cloud, "app", [allow("sqs:ListQueueTags")]);
    const { error } = await ask({ command, input: { QueueUrl: queueUrl, ...input } });
    expect(error).toMatchObject(refusal(action, noIdentity(action)));
  });

  it("asks for a secret by its whole name, with what AWS adds at its end, and for one that is not there by its name", async () => {
    const name = "order-queue/prod-au/acme/inbound";
    const secret = cloud.secrets.create(name, region);
    cloud.secrets.put(secret, region, "value of acme");
    const inbound = `arn:aws:secretsmanager:${region}:${account}:secret:order-queue/prod-au/*/inbound-*`;
    const get = { Effect: "Allow", Action: "secretsmanager:GetSecretValue" };
    role(cloud, "app", [{ ...get, Resource: inbound }]);
    expect(await ask({ secret: name })).toEqual({ value: "value of acme" });
    const absent = "order-queue/prod-au/gone/inbound";
    const denied = (resource: string) =>
      refusal("secretsmanager:GetSecretValue", noIdentity("secretsmanager:GetSecretValue"), resource).message;
    expect(await ask({ secret: absent })).toMatchObject({
      error: {
        name: "AccessDeniedException",
        message: denied(`arn:aws:secretsmanager:${region}:${account}:secret:${absent}`),
      },
    });
    role(cloud, "app", [{ ...get, Resource: "*" }]);
    expect(await ask({ secret: absent })).toMatchObject({ error: { name: "ResourceNotFoundException" } });
    role(cloud, "app", [{ ...get, Resource: inbound.replace("prod-au", "prod-eu") }]);
    expect(await ask({ secret: name })).toMatchObject({
      error: { name: "AccessDeniedException", message: denied(secret) },
    });
  });

  it("asks for a queue by its whole name", async () => {
    const other = cloud.sqs.create("orders-of-another", region, {});
    role(cloud, "app", [allow("sqs:SendMessage")]);
    const { error } = await send({ input: { QueueUrl: other.url, MessageBody: "order" } });
    expect(error).toMatchObject(refusal("sqs:sendmessage", noIdentity("sqs:sendmessage"), other.arn));
  });

  it("is denied by a statement that says so, before all that allow", async () => {
    role(cloud, "app", [...everything, { Effect: "Deny", Action: "sqs:Send*", Resource: "*" }]);
    const { error } = await send();
    expect(error).toMatchObject(refusal("sqs:sendmessage", "with an explicit deny in an identity-based policy"));
    role(cloud, "app", everything);
    queuePolicy({ Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: queue });
    const again = refusal("sqs:sendmessage", "with an explicit deny in a resource-based policy");
    expect((await send()).error).toMatchObject(again);
  });

  it("lets a role do no more than its boundary, whatever its own policies allow", async () => {
    const bounded = (...statements: Properties[]) => {
      makePolicyByHand(cloud.store, account, { name: "boundary", document: document(statements) });
      const { outputs = {} } = cloud.store.get("aws:iam/role:Role", "app", region) ?? {};
      put(cloud, "aws:iam/role:Role", "app", {
        ...outputs,
        permissionsBoundary: `arn:aws:iam::${account}:policy/boundary`,
      });
    };
    bounded(allow("sqs:ReceiveMessage"));
    const why = "because no permissions boundary allows the sqs:sendmessage action";
    expect((await send()).error).toMatchObject(refusal("sqs:sendmessage", why));
    bounded({ Effect: "Deny", Action: "sqs:SendMessage", Resource: "*" }, ...everything);
    const explicit = refusal("sqs:sendmessage", "with an explicit deny in a permissions boundary");
    expect((await send()).error).toMatchObject(explicit);
    bounded(allow("sqs:SendMessage"));
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
    role(cloud, "app", [allow("sqs:ReceiveMessage")]);
    expect((await send()).error).toMatchObject(refusal("sqs:sendmessage", noIdentity("sqs:sendmessage")));
  });

  it("takes the queue's own policy for the role's", async () => {
    role(cloud, "app", [allow("sqs:ReceiveMessage")]);
    const Principal = { AWS: `arn:aws:iam::${account}:role/app` };
    queuePolicy({ ...allow("sqs:SendMessage"), Principal });
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
  });
});

describe("the network", () => {
  const door = (outputs: Properties) =>
    ec2(cloud, "VpcEndpoint", "vpce-sqs", {
      ...{ vpcId: "vpc-1", serviceName: `com.amazonaws.${region}.sqs`, vpcEndpointType: "Interface" },
      ...{ subnetIds: ["subnet-private-a"], privateDnsEnabled: true },
      ...outputs,
    });

  it("hangs a call whose packets the endpoint drops, until it lets them in", async () => {
    door({ securityGroupIds: ["sg-door"] });
    expect((await send({ timeout: 100 })).error).toMatchObject({ name: "TimeoutError" });
    const opened = rule(cloud, "Ingress", "sg-door", 443, { referencedSecurityGroupId: "sg-app" });
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
    remove("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", opened);
    // With more patience than the network has, the connection is gone.
    expect((await send()).error).toMatchObject({ message: expect.stringMatching(/socket hang up|ECONNRESET/) });
    remove("aws:ec2/vpcEndpoint:VpcEndpoint", "vpce-sqs");
  });

  it("writes what a security group refuses into the log group of the VPC's flow log, once its role lets it", async () => {
    const records = () => {
      const streams = cloud.store.readAll<{ group: string; stream: string; file: string }>("log-stream");
      const own = streams.filter((stream) => stream.group === "refused");
      return own.flatMap(({ stream, file }) => readLog(file).map(({ text }) => `${stream}: ${text}`));
    };
    const group = `arn:aws:logs:${region}:${account}:log-group:refused`;
    const taken = (actions: string[]) =>
      role(
        cloud,
        "flow-logs",
        [{ Effect: "Allow", Action: actions, Resource: `${group}:*` }],
        "vpc-flow-logs.amazonaws.com",
      );
    const roleArn = taken(["logs:CreateLogStream"]);
    const log = { vpcId: "vpc-1", trafficType: "REJECT", logDestination: group, iamRoleArn: roleArn, arn: "arn:fl" };
    ec2(cloud, "FlowLog", "fl-1", log);
    door({ securityGroupIds: ["sg-door"] });
    expect((await send({ timeout: 100 })).error).toMatchObject({ name: "TimeoutError" });
    expect(records()).toEqual([]);
    const opened = rule(cloud, "Ingress", "sg-door", 443, { referencedSecurityGroupId: "sg-app" });
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
    taken(["logs:CreateLogStream", "logs:PutLogEvents"]);
    remove("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", opened);
    await send({ timeout: 100 });
    const face = `eni-${taskId.slice(0, 17)}`;
    const record = new RegExp(`^${face}-reject: 2 ${account} ${face} 10\\.[\\d.]+ - - 443 6 - - \\d+ \\d+ REJECT OK$`);
    await eventually(() => (records().length > 0 ? true : undefined), "the record");
    expect(records()).toEqual([expect.stringMatching(record)]);
    remove("aws:ec2/vpcEndpoint:VpcEndpoint", "vpce-sqs");
    remove("aws:ec2/flowLog:FlowLog", "fl-1");
  });

  it("brings a call under the policy of the endpoint that it comes through", async () => {
    const policy = document([{ Effect: "Allow", Principal: "*", Action: "sqs:ReceiveMessage", Resource: "*" }]);
    door({ securityGroupIds: ["sg-app"], policy });
    const itself = rule(cloud, "Ingress", "sg-app", 443, { referencedSecurityGroupId: "sg-app" });
    const why = "because no VPC endpoint policy allows the sqs:sendmessage action";
    expect((await send()).error).toMatchObject(refusal("sqs:sendmessage", why));
    remove("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", itself);
    remove("aws:ec2/vpcEndpoint:VpcEndpoint", "vpce-sqs");
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
  });

  it("lets this account's roles reach this account's queues alone, by the policy of the program", async () => {
    const itself = rule(cloud, "Ingress", "sg-app", 443, { referencedSecurityGroupId: "sg-app" });
    const others = "999999999999";
    const why = "because no VPC endpoint policy allows the sqs:sendmessage action";
    door({ securityGroupIds: ["sg-app"], policy: policyOf("sqs", { account, region }) });
    expect(await send()).toMatchObject({ MessageId: expect.any(String) });
    // The role may, the queue's own policy lets it, and the door does not.
    const theirs = `arn:aws:sqs:${region}:${others}:theirs`;
    const session = { roleArn: `arn:aws:iam::${account}:role/app`, name: taskId, region };
    const endpoint = cloud.store.get("aws:ec2/vpcEndpoint:VpcEndpoint", "vpce-sqs", region) as never;
    const resourcePolicy = document([{ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: theirs }]);
    role(cloud, "app", everything);
    const toTheirs = (around: object) =>
      cloud.iam.authorize(session, "sqs:SendMessage", theirs, { resourcePolicy, ...around });
    expect(await toTheirs({})).toEqual({ allowed: true });
    expect(await toTheirs({ endpoint })).toMatchObject({
      ...{ allowed: false, message: expect.stringContaining("because no VPC endpoint policy allows") },
    });
    // A role of an account whose door it is not.
    const foreign = policyOf("sqs", { account: others, region }).replaceAll(`:${others}:*`, ":*");
    door({ securityGroupIds: ["sg-app"], policy: foreign });
    expect((await send()).error).toMatchObject(refusal("sqs:sendmessage", why));
    remove("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", itself);
    remove("aws:ec2/vpcEndpoint:VpcEndpoint", "vpce-sqs");
  });

  it("lets a container reach an ERP only while its zone has a way out, also over a connection that it kept", async () => {
    const erp = { url: "https://erp.acme.example/orders", timeout: 5_000 };
    expect(await ask(erp)).toEqual({ status: 405 });
    const route = cloud.store.get("aws:ec2/route:Route", "r-rtb-private-a", region);
    remove("aws:ec2/route:Route", "r-rtb-private-a");
    // With more patience than the network has, over a connection that is cut or a new one.
    expect((await ask(erp)).error).toMatchObject({ message: "fetch failed" });
    expect((await ask({ ...erp, timeout: 100 })).error).toMatchObject({ name: "TimeoutError" });
    if (route) cloud.store.put(route);
    expect(await ask(erp)).toEqual({ status: 405 });
  });

  it("makes a target unhealthy that the load balancer cannot reach, and its requests time out", async () => {
    const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const id = "Ingress sg-app 8080 sg-front";
    const open = cloud.store.get(ingress, id, region);
    expect((await fetchThrough(cloud, `http://${zone}/`)).status).toBe(200);
    remove(ingress, id);
    expect((await fetchThrough(cloud, `http://${zone}/`)).status).toBe(504);
    const [target] = cloud.targets.of(group);
    await eventually(() => (target?.state === "unhealthy" ? true : undefined), "the target's end");
    expect(target?.reason).toBe("Target.Timeout: Request timed out");
    if (open) cloud.store.put(open);
    await eventually(() => (target?.state === "healthy" ? true : undefined), "its return");
    expect((await fetchThrough(cloud, `http://${zone}/`)).status).toBe(200);
  });

  it("drops what comes to a closed port of the load balancer", async () => {
    const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const id = "Ingress sg-front 80 0.0.0.0/0";
    const open = cloud.store.get(ingress, id, region);
    remove(ingress, id);
    expect(await fetchThrough(cloud, `http://${zone}/`)).toMatchObject({
      status: 504,
      body: `http://${zone}/: connection timed out: security group sg-front has no ingress rule for TCP port 80 from the internet (0.0.0.0/0)\n`,
    });
    if (open) cloud.store.put(open);
  });
});
