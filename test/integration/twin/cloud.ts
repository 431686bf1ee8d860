import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, type CloudSettings, startCloud } from "../../../twin/cloud.ts";
import { chooseRuntime } from "../../../twin/containers/choose.ts";
import { type Properties, Store } from "../../../twin/core/store.ts";
import { until } from "../../../twin/core/wait.ts";
import { ManualClock } from "../../manual-clock.ts";
import { inProcessContainers } from "./in-process-containers.ts";

export const account = "123456789012";
export const zone = "au.orderhub.example";
export const region = "ap-southeast-2";

/** How containers run in these tests: `TWIN_CONTAINERS=docker` puts the same to a Docker Engine. */
export const containers = process.env.TWIN_CONTAINERS === "docker" ? "docker" : "processes";

/** A cloud of its own for one test file, in a folder that goes away with it. */
export async function startTestCloud(settings: Partial<CloudSettings> & { directory?: string } = {}) {
  const directory = settings.directory ?? mkdtempSync(join(tmpdir(), "twin-"));
  const runtime = await chooseRuntime(directory, containers, () => {});
  const store = new Store(directory);
  const cloud = await startCloud({
    ...{ store, directory, account, zones: [zone], runtime, log: () => {}, graceMs: 2000, dropMs: 300 },
    ...settings,
  });
  network(cloud);
  roles(cloud);
  const close = async (keep = false) => {
    await cloud.close();
    store.close();
    if (!keep) rmSync(directory, { recursive: true, force: true });
  };
  return { cloud, store, directory, close };
}

/** Containers inside the test's process where they would be processes, for tests of a cloud in real time. */
export const webContainers = (): Partial<CloudSettings> =>
  containers === "docker" ? {} : { runtime: inProcessContainers(new ManualClock()) };

/**
 * A cloud whose tasks, health checks and queues go by a clock that the test advances, and whose containers are inside the
 * test's process; in Docker its containers are real, and so is its time.
 */
export async function startTimedCloud(settings: Partial<CloudSettings> = {}) {
  if (containers === "docker") {
    const test = await startTestCloud(settings);
    return { ...test, during: <T>(promise: Promise<T>) => promise, eventually };
  }
  const clock = new ManualClock();
  const test = await startTestCloud({ ...settings, time: clock, runtime: inProcessContainers(clock) });
  const close = () => clock.during(test.close());
  return {
    ...test,
    close,
    /** Lets time pass until the promise is settled. */
    during: <T>(promise: Promise<T>) => clock.during(promise),
    /** Lets time pass until `probe` answers something defined. */
    eventually: <T>(probe: () => T | undefined, what: string, within = 15_000) => clock.until(what, probe, { within }),
  };
}

const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;

/** Puts a resource as the provider side does; its ARN is its id. */
export function put(cloud: Cloud, type: string, id: string, outputs: Properties): string {
  cloud.store.put({ type, id, region, inputs: {}, outputs: { arn: id, ...outputs } });
  return id;
}

/** As the provider side keeps EC2's resources: by an id that is no ARN. */
export const ec2 = (cloud: Cloud, type: string, id: string, outputs: Properties): string =>
  put(cloud, `aws:ec2/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`, id, outputs);

const zones = ["a", "b"];
export const publicSubnets = zones.map((letter) => `subnet-public-${letter}`);
export const privateSubnets = zones.map((letter) => `subnet-private-${letter}`);

/** TCP between a group and something else, as a rule of its own. */
export function rule(
  cloud: Cloud,
  direction: "Ingress" | "Egress",
  group: string,
  port: number,
  peer: Properties,
): string {
  const id = `${direction} ${group} ${port} ${Object.values(peer)}`;
  const outputs = { securityGroupId: group, ipProtocol: "tcp", fromPort: port, toPort: port, ...peer };
  return put(cloud, `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, id, outputs);
}

/** Two zones with a public and a private subnet each, NAT in each, and groups that let through what an app needs. */
function network(cloud: Cloud): void {
  const vpc = { defaultSecurityGroupId: "sg-default", mainRouteTableId: "rtb-main", enableDnsSupport: true };
  ec2(cloud, "Vpc", "vpc-1", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true, ...vpc });
  ec2(cloud, "InternetGateway", "igw-1", { vpcId: "vpc-1" });
  const route = (table: string, to: Properties) =>
    ec2(cloud, "Route", `r-${table}`, { routeTableId: table, destinationCidrBlock: "0.0.0.0/0", ...to });
  const subnet = (id: string, letter: string, cidrBlock: string, routeTableId: string) => {
    ec2(cloud, "Subnet", id, { vpcId: "vpc-1", cidrBlock, availabilityZone: `${region}${letter}` });
    ec2(cloud, "RouteTableAssociation", `rtbassoc-${id}`, { subnetId: id, routeTableId });
  };
  route("rtb-public", { gatewayId: "igw-1" });
  zones.forEach((letter, index) => {
    subnet(`subnet-public-${letter}`, letter, `10.0.${index}.0/24`, "rtb-public");
    subnet(`subnet-private-${letter}`, letter, `10.0.${10 + index}.0/24`, `rtb-private-${letter}`);
    ec2(cloud, "NatGateway", `nat-${letter}`, { subnetId: `subnet-public-${letter}` });
    route(`rtb-private-${letter}`, { natGatewayId: `nat-${letter}` });
  });
  for (const port of [80, 443]) rule(cloud, "Ingress", "sg-front", port, { cidrIpv4: "0.0.0.0/0" });
  rule(cloud, "Egress", "sg-front", 8080, { referencedSecurityGroupId: "sg-app" });
  rule(cloud, "Ingress", "sg-app", 8080, { referencedSecurityGroupId: "sg-front" });
  rule(cloud, "Egress", "sg-app", 443, { cidrIpv4: "0.0.0.0/0" });
}

/** A topic to which event rules and alarms may publish. */
export function topic(cloud: Cloud, name: string): string {
  const id = put(cloud, "aws:sns/topic:Topic", arn("sns", name), {});
  const publish = { Effect: "Allow", Action: "sns:Publish", Resource: id };
  const services = ["events.amazonaws.com", "cloudwatch.amazonaws.com"];
  const policy = document(services.map((Service) => ({ ...publish, Principal: { Service } })));
  put(cloud, "aws:sns/topicPolicy:TopicPolicy", id, { policy });
  return id;
}

/** A role that ECS may take, with one inline policy. */
export function role(
  cloud: Cloud,
  name: string,
  statements: Properties[],
  service = "ecs-tasks.amazonaws.com",
): string {
  const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const made = { uniqueId: "AROA0123456789ABCDEF", createDate: "2026-07-28T00:00:00.000Z" };
  put(cloud, "aws:iam/role:Role", name, { arn, name, ...made, assumeRolePolicy: document([trust]) });
  put(cloud, "aws:iam/rolePolicy:RolePolicy", `${name}:own`, { name: "own", role: name, policy: document(statements) });
  return arn;
}

export const document = (Statement: Properties[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

export const executionStatements: Properties[] = [
  {
    ...{ Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    Condition: { StringEquals: { "aws:RequestedRegion": region } },
  },
  {
    ...{ Effect: "Allow", Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    Resource: `arn:aws:ecr:${region}:${account}:repository/order-queue`,
  },
];

function roles(cloud: Cloud): void {
  role(cloud, "execution", executionStatements);
  role(cloud, "app", [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }]);
}

export const loadBalancer = (cloud: Cloud, name = "front", outputs: Properties = {}) =>
  put(cloud, "aws:lb/loadBalancer:LoadBalancer", arn("elasticloadbalancing", `loadbalancer/app/${name}/1`), {
    ...{ name, dnsName: `${name}-1.${region}.elb.amazonaws.com`, arnSuffix: `app/${name}/1` },
    ...{ internal: false, subnets: publicSubnets, securityGroups: ["sg-front"] },
    ...outputs,
  });

export const targetGroup = (cloud: Cloud, name: string, outputs: Properties = {}) =>
  put(cloud, "aws:lb/targetGroup:TargetGroup", arn("elasticloadbalancing", `targetgroup/${name}/1`), {
    ...{ name, arnSuffix: `targetgroup/${name}/1`, protocol: "HTTP", deregistrationDelay: 5 },
    healthCheck: { path: "/health", interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
    ...outputs,
  });

export const listener = (cloud: Cloud, loadBalancerArn: string, port: number, outputs: Properties) =>
  put(cloud, "aws:lb/listener:Listener", `${loadBalancerArn.replace("loadbalancer", "listener")}/${port}`, {
    ...{ loadBalancerArn, port, protocol: port === 443 ? "HTTPS" : "HTTP" },
    ...(port === 443 && { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" }),
    ...outputs,
  });

export const forwardTo = (targetGroupArn: string) => [{ type: "forward", targetGroupArn }];

export function record(cloud: Cloud, name: string, type: string, outputs: Properties): string {
  const [hosted] = cloud.zones;
  const id = `${hosted?.zoneId}_${name}_${type}`;
  cloud.store.put({
    type: "aws:route53/record:Record",
    ...{ id, region: "global", inputs: {}, outputs: { zoneId: hosted?.zoneId, name, type, ...outputs } },
  });
  return id;
}

export const alias = (cloud: Cloud, name: string, dnsName = `front-1.${region}.elb.amazonaws.com`) =>
  record(cloud, name, "A", { aliases: [{ name: dnsName, evaluateTargetHealth: true }] });

/** A certificate whose validation records are in the zone; resolves when it is issued. */
export async function certificate(cloud: Cloud, ...names: [string, ...string[]]): Promise<string> {
  const [domainName, ...subjectAlternativeNames] = names;
  const inputs = { domainName, subjectAlternativeNames, validationMethod: "DNS", keyAlgorithm: "EC_prime256v1" };
  const requested = cloud.acm.request(inputs, region);
  for (const option of requested.domainValidationOptions)
    record(cloud, option.resourceRecordName, "CNAME", { records: [option.resourceRecordValue] });
  await cloud.acm.issued(requested.arn, 5000);
  return requested.arn;
}

const digest = `sha256:${"ab12".repeat(16)}`;
export const imageName = `${account}.dkr.ecr.${region}.amazonaws.com/order-queue@${digest}`;

/** An image whose program is `source`, in the registry of the region. */
export function image(cloud: Cloud, directory: string, source: string): string {
  const files = join(directory, "images", digest.replace(":", "-"));
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, "main.mjs"), source);
  if (!existsSync(join(files, "node_modules"))) symlinkSync(join(root, "node_modules"), join(files, "node_modules"));
  const config = { entrypoint: ["node"], cmd: ["main.mjs"], env: { A: "b" } };
  const engineId = containers === "docker" ? dockerBuild(files) : undefined;
  writeFileSync(join(files, "image.json"), JSON.stringify({ ...config, engineId }));
  cloud.store.write("image", `${region}/order-queue@${digest}`, { digest });
  return imageName;
}

const root = join(import.meta.dirname, "../../..");
const docker = (...args: string[]): string => execFileSync("docker", args, { encoding: "utf8" }).trim();

/** The service's own image with another program in it: its base, user and packages. */
function dockerBuild(files: string): string {
  const standIn = "order-queue/node:24";
  const base = docker("images", "--quiet", standIn) ? ["--build-arg", `NODE_IMAGE=${standIn}`] : [];
  const service = docker("build", "--quiet", "--network", "host", ...base, join(root, "service"));
  const lines = [`FROM ${service}`, "COPY main.mjs .", "ENV A=b", 'ENTRYPOINT ["node"]', 'CMD ["main.mjs"]'];
  writeFileSync(join(files, "Dockerfile"), lines.join("\n"));
  return docker("build", "--quiet", files);
}

/** Makes a file where a running container sees it. */
export function touch(container: string, file: string): void {
  if (containers === "docker") docker("exec", container, "touch", file);
  else writeFileSync(file, "");
}

/** Answers 200 with its release and environment, 500 on /health when SICK is set; /slow takes 1.5 s. */
export const webProgram = `
import http from "node:http";
import os from "node:os";
const server = http.createServer((request, response) => {
  if (request.url === "/health") return response.writeHead(process.env.SICK ? 500 : 200).end();
  if (request.url === "/exit") process.exit(7);
  const body = JSON.stringify({ release: process.env.RELEASE, runsAs: os.hostname() + " " + process.pid, url: request.url, headers: request.headers });
  setTimeout(() => response.end(body), request.url === "/slow" ? 1500 : 0);
});
server.keepAliveTimeout = 65000;
server.listen(process.env.PORT ?? 8080, () => console.log("listening"));
process.on("SIGTERM", () => { console.log("draining"); server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

/** One container, and others beside it. */
export function taskDefinition(
  cloud: Cloud,
  revision: number,
  container: Properties = {},
  ...sidecars: Properties[]
): string {
  const definition = {
    ...{ name: "app", image: imageName, essential: true, stopTimeout: 5 },
    portMappings: [{ containerPort: 8080 }],
    environment: [{ name: "RELEASE", value: `r${revision}` }],
    ...container,
  };
  return put(cloud, "aws:ecs/taskDefinition:TaskDefinition", arn("ecs", `task-definition/app:${revision}`), {
    ...{
      family: "app",
      revision,
      cpu: "256",
      memory: "512",
      containerDefinitions: JSON.stringify([definition, ...sidecars]),
    },
    executionRoleArn: `arn:aws:iam::${account}:role/execution`,
  });
}

export const service = (cloud: Cloud, taskDefinitionArn: string, outputs: Properties = {}) =>
  put(cloud, "aws:ecs/service:Service", arn("ecs", "service/main/app"), {
    ...{ name: "app", cluster: arn("ecs", "cluster/main"), desiredCount: 1, taskDefinition: taskDefinitionArn },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    networkConfiguration: { subnets: privateSubnets, securityGroups: ["sg-app"] },
    ...outputs,
  });

/** Waits until `probe` answers something defined. */
export const eventually = <T>(probe: () => T | undefined, what: string, timeoutMs = 45_000): Promise<T> =>
  until(probe, timeoutMs, () => `${what} did not happen within ${timeoutMs} ms`);
