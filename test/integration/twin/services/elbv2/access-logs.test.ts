import { readFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { gunzipSync } from "node:zlib";
import type { Properties } from "../../../../../twin/core/store.ts";
import type { ResourceType } from "../../../../../twin/pulumi/define.ts";
import { check } from "../../../../../twin/pulumi/plan.ts";
import { loadBalancer as loadBalancerType } from "../../../../../twin/services/elbv2/load-balancer.ts";
import type { AwsCall } from "../../../../../twin/services/resources.ts";
import { bucket as bucketType, s3 } from "../../../../../twin/services/s3/resources.ts";
import {
  account,
  alias,
  certificate,
  eventually,
  forwardTo,
  image,
  listener,
  loadBalancer,
  put,
  region,
  service,
  startTestCloud,
  targetGroup,
  taskDefinition,
  webContainers,
  webProgram,
  zone,
} from "../../cloud.ts";
import { fetchThrough, tunnel } from "../../connections.ts";

const interval = 5 * 60_000;
const begin = Date.parse("2026-07-28T10:00:00Z");
let now = begin;
let test: Awaited<ReturnType<typeof startTestCloud>>;
let call: AwsCall;
const seed = new Uint8Array([1]);

const start = (settings = {}) => startTestCloud({ now: () => now, ...webContainers(), ...settings });

beforeAll(async () => {
  test = await start();
});
beforeEach(() => {
  now = begin;
  call = { ...test.cloud, region, account, defaultTags: {}, name: "logs", urn: "urn" };
});
afterEach(async () => {
  for (const { token } of s3)
    for (const { id, region: own } of test.store.list(token)) {
      if (token === bucketType.token) await bucketType.delete?.(id, { forceDestroy: true }, { ...call, region: own });
      test.store.remove(token, id, own);
    }
});
afterAll(() => test.close());

async function create(type: ResourceType<AwsCall>, given: Properties): Promise<Properties> {
  const { inputs, problems } = check(type, given, {}, seed, call);
  expect(problems).toEqual([]);
  const { id, outputs } = await type.create(inputs, call);
  const all: Properties = { ...inputs, ...outputs, id };
  test.store.put({ type: type.token, id, region, inputs, outputs: all });
  return all;
}

const setting = (name: string) => s3.find(({ token }) => token.endsWith(`:Bucket${name}`)) as ResourceType<AwsCall>;
const allow = (further: object = {}) => ({
  Effect: "Allow",
  Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: `arn:aws:s3:::logs/front/AWSLogs/${account}/*`,
  ...further,
});
const tlsOnly = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const accessLogs = { enabled: true, bucket: "logs", prefix: "front" };

async function bucketWith(...statements: object[]): Promise<void> {
  await create(bucketType, { bucket: "logs" });
  await create(setting("Policy"), { bucket: "logs", policy: policyOf(...statements) });
}

/** What ELB says to a load balancer with these logs. */
async function tried(logs: object = accessLogs): Promise<string> {
  try {
    await loadBalancerType.settle?.("arn:front", { accessLogs: logs }, call);
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
}
const denied =
  "modifying ELBv2 Load Balancer (arn:front) attributes: api error InvalidConfigurationRequest: " +
  "Access Denied for bucket: logs. Please check S3bucket permission";

describe("ELB takes a bucket for its logs", () => {
  it("that its policy lets it write to, over TLS, and leaves a test file there", async () => {
    await bucketWith(allow(), tlsOnly);
    expect(await tried()).toBe("taken");
    expect(test.cloud.s3.keys("logs")).toEqual([`front/AWSLogs/${account}/ELBAccessLogTestFile`]);
  });

  it.each<[string, object[]]>([
    ["that lets no principal write", [tlsOnly]],
    ["for another prefix", [allow({ Resource: `arn:aws:s3:::logs/other/AWSLogs/${account}/*` })]],
    ["for another account", [allow({ Resource: "arn:aws:s3:::logs/front/AWSLogs/000000000000/*" })]],
    ["for another service", [allow({ Principal: { Service: "delivery.logs.amazonaws.com" } })]],
    ["to read alone", [allow({ Action: ["s3:GetObject"] })]],
    ["on a condition that does not hold", [allow({ Condition: { Bool: { "aws:SecureTransport": "false" } } })]],
    [
      "on a condition of which ELB says nothing",
      [allow({ Condition: { StringEquals: { "s3:x-amz-acl": "private" } } })],
    ],
    ["and denies it again", [allow(), { ...tlsOnly, Condition: { Bool: { "aws:SecureTransport": "true" } } }]],
  ])("never with a policy %s", async (_what, statements) => {
    await bucketWith(...statements);
    expect(await tried()).toBe(denied);
  });

  it("never one without a policy, one that is not there, or one with a key of KMS", async () => {
    expect(await tried()).toBe(denied);
    await create(bucketType, { bucket: "logs" });
    expect(await tried()).toBe(denied);
    await create(setting("Policy"), { bucket: "logs", policy: policyOf(allow()) });
    const rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }];
    await create(setting("ServerSideEncryptionConfiguration"), { bucket: "logs", rules });
    expect(await tried()).toBe(denied);
  });
});

describe("a bucket", () => {
  it("has a name that no other region's has", async () => {
    await create(bucketType, { bucket: "logs" });
    call = { ...call, region: "eu-west-1" };
    await expect(create(bucketType, { bucket: "logs" })).rejects.toThrow("BucketAlreadyOwnedByYou");
  });

  it("is deleted with what is in it only where it was configured so before", async () => {
    await bucketWith(allow());
    expect(await tried()).toBe("taken");
    expect(() => bucketType.delete?.("logs", { forceDestroy: false }, call)).toThrow(
      "deleting S3 Bucket (logs): api error BucketNotEmpty: The bucket you tried to delete is not empty",
    );
    await bucketType.delete?.("logs", { forceDestroy: true }, call);
    expect(test.cloud.s3.keys("logs")).toEqual([]);
  });

  it("that blocks public policies takes none", async () => {
    await create(bucketType, { bucket: "logs" });
    await create(setting("PublicAccessBlock"), { bucket: "logs", blockPublicPolicy: true });
    const open = policyOf(allow({ Principal: "*" }));
    await expect(create(setting("Policy"), { bucket: "logs", policy: open })).rejects.toThrow(
      /AccessDenied: .* because public policies are prevented by the BlockPublicPolicy setting/,
    );
  });

  it("is there before anything is set on it", async () => {
    await expect(create(setting("Policy"), { bucket: "logs", policy: policyOf(allow()) })).rejects.toThrow(
      "creating S3 BucketPolicy (logs): api error NoSuchBucket: The specified bucket does not exist",
    );
  });
});

describe("a load balancer's access log", () => {
  let group: string;
  let cert: string;

  beforeEach(async () => {
    // Its counters and its files count from nothing.
    await test.close();
    test = await start();
    call = { ...call, ...test.cloud };
    await bucketWith(allow());
    image(test.cloud, test.directory, webProgram);
    const balancer = loadBalancer(test.cloud, "front", { accessLogs });
    group = targetGroup(test.cloud, "ingest");
    cert = await certificate(test.cloud, zone, `*.${zone}`);
    const https = listener(test.cloud, balancer, 443, {
      certificateArn: cert,
      defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }],
    });
    listener(test.cloud, balancer, 80, {
      defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
    });
    put(test.cloud, "aws:lb/listenerRule:ListenerRule", "rule", {
      ...{ listenerArn: https, priority: 7, actions: forwardTo(group) },
      conditions: [{ hostHeader: { values: [`acme.${zone}`] } }],
    });
    alias(test.cloud, zone);
    alias(test.cloud, `acme.${zone}`);
    const arn = service(test.cloud, taskDefinition(test.cloud, 1), {
      loadBalancers: [{ targetGroupArn: group, containerName: "app", containerPort: 8080 }],
    });
    await test.cloud.ecs.steady(arn, 20_000);
  });

  /** Fields of each line, quotes taken off. */
  async function lines(count: number): Promise<string[][]> {
    const written = () => {
      now += interval;
      test.cloud.accessLogs.tick();
      return test.cloud.s3
        .keys("logs")
        .flatMap((key) =>
          gunzipSync(readFileSync(join(test.directory, "s3", "logs", key)))
            .toString()
            .split("\n"),
        )
        .filter((line) => line !== "");
    };
    const all = await eventually(() => {
      const found = written();
      return found.length === count ? found : undefined;
    }, `${count} lines`);
    return all.map((line) => (line.match(/"(?:\\.|[^"])*"|\S+/g) ?? []).map((field) => field.replace(/^"|"$/g, "")));
  }

  it("has a line for each request, in AWS's format, in a file of its five minutes", async () => {
    const host = `acme.${zone}`;
    await fetchThrough(test.cloud, `https://${host}/orders?x=1`, { method: "POST", body: "{}" });
    const [fields = []] = await lines(1);
    expect(test.cloud.s3.keys("logs")).toEqual([
      expect.stringMatching(
        new RegExp(
          `^front/AWSLogs/${account}/elasticloadbalancing/${region}/2026/07/28/` +
            `${account}_elasticloadbalancing_${region}_app\\.front\\.1_20260728T1\\d\\d[05]Z_127\\.0\\.0\\.1_\\w+\\.log\\.gz$`,
        ),
      ),
    ]);
    const [target] = test.cloud.targets.list();
    const at = `${target?.address}:${target?.port}`;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const seconds = expect.stringMatching(/^\d+\.\d{3}$/);
    expect(fields).toEqual([
      ...["https", time, "app/front/1", expect.stringMatching(/^127\.0\.0\.1:\d+$/), at],
      ...[seconds, seconds, seconds, "200", "200"],
      ...[expect.stringMatching(/^[1-9]\d+$/), expect.stringMatching(/^[1-9]\d+$/)],
      ...[`POST https://${host}:443/orders?x=1 HTTP/1.1`, "-", "TLS_AES_256_GCM_SHA384", "TLSv1.3", group],
      ...[expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/), host, cert, "7", time, "forward", "-", "-"],
      ...[at, "200", "-", "-", expect.stringMatching(/^TID_[0-9a-f]{32}$/)],
    ]);
  });

  it("says what the load balancer answered by itself, and why", async () => {
    await fetchThrough(test.cloud, `https://${zone}/`);
    await fetchThrough(test.cloud, `http://${zone}/a`, { headers: { "user-agent": 'a "store"' } });
    const all = await lines(2);
    const told = (line: string[] = []) => [
      line[0],
      line[4],
      ...line.slice(5, 10),
      line[12],
      line[13],
      ...line.slice(20),
    ];
    expect([...all].map(told)).toEqual([
      [
        ...["https", "-", "-1", "-1", "-1", "404", "-", `GET https://${zone}:443/ HTTP/1.1`, "-", "0"],
        ...[expect.anything(), "fixed-response", "-", "-", "-", "-", "-", "-", expect.anything()],
      ],
      [
        ...["http", "-", "-1", "-1", "-1", "301", "-", `GET http://${zone}:80/a HTTP/1.1`, 'a \\"store\\"', "0"],
        ...[expect.anything(), "redirect", `https://${zone}:443/a`, "-", "-", "-", "-", "-", expect.anything()],
      ],
    ]);
  });

  it("has the connection of a client that went before it was answered", async () => {
    const host = `acme.${zone}`;
    const connection = tls.connect({
      ...{ socket: await tunnel(test.cloud, `${host}:443`), servername: host },
      ca: test.cloud.authority.certificate,
    });
    connection.on("error", () => {});
    connection.write(`GET /slow HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const requests = () => [...test.cloud.front.counters.values()].some((counted) => counted.requests > 0);
    await eventually(() => requests() || undefined, "the request");
    connection.destroy();
    const [fields = []] = await lines(1);
    expect([fields[0], fields[8], fields[12]]).toEqual(["https", "460", `GET https://${host}:443/slow HTTP/1.1`]);
    expect(fields.slice(14, 16)).toEqual(["TLS_AES_256_GCM_SHA384", "TLSv1.3"]);
    expect(fields[19]).toBe(cert);
  });

  it("is written to the end when the twin ends", async () => {
    const { directory, cloud } = test;
    await fetchThrough(test.cloud, `https://${zone}/`);
    await test.close(true);
    expect(cloud.s3.keys("logs")).toHaveLength(1);
    test = await start({ directory });
  });
});
