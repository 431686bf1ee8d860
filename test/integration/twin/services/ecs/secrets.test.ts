import type { Cloud } from "../../../../../twin/cloud.ts";
import type { Properties } from "../../../../../twin/core/store.ts";
import { makeCertificate } from "../../../service/certificate.ts";
import {
  account,
  alias,
  ec2,
  eventually,
  executionStatements,
  forwardTo,
  image,
  listener,
  loadBalancer,
  region,
  role,
  service,
  startTestCloud,
  targetGroup,
  taskDefinition,
  zone,
} from "../../cloud.ts";
import { fetchThrough } from "../../connections.ts";

/** Speaks HTTPS alone, with the key and certificate that it was given, and answers with its other secret. */
const program = `
import https from "node:https";
const server = https.createServer({ key: process.env.TLS_KEY, cert: process.env.TLS_CERT }, (request, response) =>
  response.end(request.socket.getProtocol() + " " + process.env.PHRASE));
server.listen(process.env.PORT ?? 8080);
process.on("SIGTERM", () => { server.close(() => process.exit(0)); server.closeAllConnections(); });
`;

let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let group: string;
let tls: string;
let phrase: string;
let first: string;
let revision = 0;

beforeAll(async () => {
  test = await startTestCloud({ secrets: [{ region, name: "by/hand", value: "created manually" }] });
  cloud = test.cloud;
  mayFetch("*");
  image(cloud, test.directory, program);
  group = targetGroup(cloud, "ingest", {
    protocol: "HTTPS",
    healthCheck: { protocol: "HTTPS", path: "/", interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
  });
  listener(cloud, loadBalancer(cloud), 80, { defaultActions: forwardTo(group) });
  alias(cloud, zone);
  const { key, cert } = await makeCertificate("ingest.internal");
  tls = cloud.secrets.create("tls", region);
  cloud.secrets.put(tls, region, JSON.stringify({ key, cert, pin: 7 }));
  phrase = cloud.secrets.create("phrase", region);
  first = cloud.secrets.put(phrase, region, "the first");
  cloud.secrets.put(phrase, region, "the second");
});

afterAll(() => test.close());

const attached = () => ({ loadBalancers: [{ targetGroupArn: group, containerName: "app", containerPort: 8080 }] });

function definition(phraseFrom: string): string {
  revision++;
  const from: Properties = { TLS_KEY: `${tls}:key::`, TLS_CERT: `${tls}:cert::`, PHRASE: phraseFrom };
  const secrets = Object.entries(from).map(([name, valueFrom]) => ({ name, valueFrom }));
  return taskDefinition(cloud, revision, { environment: [], secrets });
}

/** What the execution role may fetch. */
const mayFetch = (Resource: string) =>
  role(cloud, "execution", [
    ...executionStatements,
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource },
  ]);

const answer = async () => (await fetchThrough(cloud, `http://${zone}/`)).body;

it("a container behind HTTPS targets gets its keys, and the load balancer does not verify who signed its certificate", async () => {
  await cloud.ecs.steady(service(cloud, definition(phrase), attached()), 30_000);
  expect(await answer()).toBe("TLSv1.3 the second");
});

it("a version that is named is the one that a container gets, also when it is no longer the current one", async () => {
  await cloud.ecs.steady(service(cloud, definition(`${phrase}:::${first}`), attached()), 30_000);
  expect(await answer()).toBe("TLSv1.3 the first");
});

it("a secret that was created manually is found by its name's ARN", async () => {
  const arn = cloud.secrets.describe("by/hand", region)?.arn ?? "";
  expect(arn).toMatch(/^arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:by\/hand-[0-9a-f]{6}$/);
  await cloud.ecs.steady(service(cloud, definition(arn), attached()), 30_000);
  expect(await answer()).toBe("TLSv1.3 created manually");
});

const unable =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
  "unable to retrieve secret from asm: service call has been retried 1 time(s): ";
const failed = (arn: string, message: string) =>
  `${unable}failed to fetch secret ${arn} from secrets manager: operation error Secrets Manager: GetSecretValue, ` +
  `https response error StatusCode: 400, RequestID: ID, ${message}`;
const missing = `arn:aws:secretsmanager:${region}:123456789012:secret:missing-123456`;

it.each<[string, () => string, () => string]>([
  [
    "the secret is not there",
    () => missing,
    () => failed(missing, "ResourceNotFoundException: Secrets Manager can't find the specified secret."),
  ],
  [
    "it has no such version",
    () => `${phrase}:::none`,
    () =>
      failed(
        phrase,
        "ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: none",
      ),
  ],
  [
    "no version has the label",
    () => `${phrase}::AWSPENDING:`,
    () =>
      failed(
        phrase,
        "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
      ),
  ],
  [
    "it has no such key",
    () => `${tls}:chain::`,
    () => `${unable}retrieved secret from Secrets Manager did not contain json key chain`,
  ],
  ["it is no JSON", () => `${phrase}:key::`, () => `${unable}invalid character 't' looking for beginning of value`],
])("a task does not start where %s, and says so as ECS does", async (_, from, expected) => {
  expect((await refused(from())).reason).toBe(expected());
});

it("a task does not start where its execution role may not fetch its secret", async () => {
  mayFetch(phrase);
  const { reason, task } = await refused(phrase);
  const user = `arn:aws:sts::${account}:assumed-role/execution/${task}`;
  expect(reason).toBe(
    failed(
      tls,
      `api error AccessDeniedException: User: ${user} is not authorized to perform: secretsmanager:GetSecretValue on ` +
        `resource: ${tls} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    ),
  );
  mayFetch("*");
});

it("a task does not start where no packet of it reaches Secrets Manager", async () => {
  ec2(cloud, "VpcEndpoint", "vpce-secrets", {
    ...{ vpcId: "vpc-1", serviceName: `com.amazonaws.${region}.secretsmanager`, vpcEndpointType: "Interface" },
    ...{ subnetIds: ["subnet-private-a"], privateDnsEnabled: true, securityGroupIds: ["sg-default"] },
  });
  expect((await refused(phrase)).reason).toBe(
    "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: There is a " +
      "connection issue between the task and AWS Secrets Manager. Check your task network configuration. failed to fetch " +
      `secret ${tls} from secrets manager: operation error Secrets Manager: GetSecretValue, https response error ` +
      "StatusCode: 0, RequestID: , canceled, context deadline exceeded",
  );
});

/** What a task says that gets its phrase from there; request ids, which are random, are left out. */
async function refused(from: string): Promise<{ reason: string; task: string }> {
  const arn = service(cloud, definition(from), attached());
  const stopped = await eventually(
    () => cloud.ecs.tasks(arn).find((t) => t.taskDefinitionArn.endsWith(`:${revision}`) && t.lastStatus === "STOPPED"),
    "the end of the task",
  );
  expect(stopped).toMatchObject({ stopCode: "TaskFailedToStart", containers: [] });
  const reason = stopped.stoppedReason?.replace(/RequestID: [0-9a-f-]{36}/, "RequestID: ID") ?? "";
  return { reason, task: stopped.id };
}
