import { rmSync } from "node:fs";
import { DescribeServiceDeploymentsCommand, ECSClient, ListServiceDeploymentsCommand } from "@aws-sdk/client-ecs";
import type { Cloud } from "../../../../../twin/cloud.ts";
import { wayOut } from "../../../../../twin/services/ec2/way-out.ts";
import {
  alias,
  containers,
  forwardTo,
  image,
  listener,
  loadBalancer,
  privateSubnets,
  put,
  region,
  service,
  startTimedCloud,
  targetGroup,
  taskDefinition,
  topic,
  touch,
  webProgram,
  zone,
} from "../../cloud.ts";
import { fetchThrough } from "../../connections.ts";
import { cluster, sdkSettings } from "../../sdk.ts";

let test: Awaited<ReturnType<typeof startTimedCloud>>;
let cloud: Cloud;
let group: string;

beforeAll(async () => {
  test = await startTimedCloud();
  cloud = test.cloud;
  image(cloud, test.directory, webProgram);
  cluster(cloud);
  group = targetGroup(cloud, "ingest");
  listener(cloud, loadBalancer(cloud), 80, { defaultActions: forwardTo(group) });
  alias(cloud, zone);
  const watchers = topic(cloud, "watch");
  const pattern = { source: ["aws.ecs"], "detail-type": ["ECS Deployment State Change"] };
  put(cloud, "aws:cloudwatch/eventRule:EventRule", `arn:aws:events:${region}:123456789012:rule/watch`, {
    ...{ name: "watch", eventPattern: JSON.stringify({ ...pattern, detail: { eventType: [{ prefix: "" }] } }) },
  });
  const inputTransformer = {
    inputPaths: { name: "$.detail.eventName", why: "$.detail.reason" },
    inputTemplate: '"<name>: <why>"',
  };
  put(cloud, "aws:cloudwatch/eventTarget:EventTarget", "watch-target", {
    ...{ arn: watchers, rule: "watch", inputTransformer },
  });
});

afterAll(() => test.close());

const attached = () => ({ loadBalancers: [{ targetGroupArn: group, containerName: "app", containerPort: 8080 }] });
const env = (release: string, more: Record<string, string> = {}) => ({
  environment: Object.entries({ RELEASE: release, ...more }).map(([name, value]) => ({ name, value })),
});
const answers = async () => JSON.parse((await fetchThrough(cloud, `http://${zone}/`)).body).release;

it("rolls from one release to the next without a failed request", async () => {
  const arn = service(cloud, taskDefinition(cloud, 1), attached());
  await test.during(cloud.ecs.steady(arn, 20_000));
  expect(await answers()).toBe("r1");
  const [first] = cloud.ecs.tasks(arn);

  service(cloud, taskDefinition(cloud, 2), attached());
  const slow = fetchThrough(cloud, `http://${zone}/slow`);
  const statuses: number[] = [];
  let rolling = true;
  const asking = (async () => {
    while (rolling) statuses.push((await fetchThrough(cloud, `http://${zone}/`)).status);
  })();
  await test.during(cloud.ecs.steady(arn, 20_000));
  rolling = false;
  await asking;
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect((await test.during(slow)).status).toBe(200);
  expect(await answers()).toBe("r2");
  const stopped = cloud.ecs.tasks(arn).find((task) => task.id === first?.id);
  const deployment = cloud.ecs.describe(arn)?.deployments[0];
  expect(stopped).toMatchObject({
    stoppedReason: `Scaling activity initiated by (deployment ${deployment?.id})`,
    containers: [{ exitCode: 0 }],
  });
  expect(deployment).toMatchObject({
    rolloutState: "COMPLETED",
    rolloutStateReason: `ECS deployment ${deployment?.id} completed.`,
  });
});

it("trips the circuit breaker after three tasks that fail to start, and rolls back to the last completed deployment", async () => {
  const arn = service(cloud, taskDefinition(cloud, 3, { command: ["-e", "process.exit(4)"] }), attached());
  const before = cloud.ecs.describe(arn)?.lastCompleted;
  await expect(test.during(cloud.ecs.steady(arn, 20_000))).rejects.toThrow(
    "ECS deployment circuit breaker: tasks failed to start. It was rolled back to arn:",
  );
  const after = cloud.ecs.describe(arn);
  expect(after?.deployments).toHaveLength(1);
  expect(after?.deployments[0]).toMatchObject({
    rolloutState: "COMPLETED",
    taskDefinitionArn: before?.taskDefinitionArn,
  });
  const failed = cloud.ecs.tasks(arn).filter((task) => task.taskDefinitionArn.endsWith(":3"));
  expect(failed).toHaveLength(3);
  expect(failed.map((task) => task.containers[0]?.exitCode)).toEqual([4, 4, 4]);
  expect(await answers()).toBe("r2");
  const told = "SERVICE_DEPLOYMENT_FAILED: ECS deployment circuit breaker: tasks failed to start.";
  await test.eventually(() => cloud.sns.inbox().find(({ message }) => message === told), "the message");
});

it("lists the result of each deployment, the newest first", async () => {
  const ecs = new ECSClient(sdkSettings(cloud));
  const { serviceDeployments = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({ service: "app", cluster: "main" }),
  );
  expect(serviceDeployments.map(({ status }) => status)).toEqual(["ROLLBACK_SUCCESSFUL", "SUCCESSFUL", "SUCCESSFUL"]);
  const [newest, before] = serviceDeployments;
  const arns = [
    newest?.serviceDeploymentArn ?? "",
    "arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/app/none",
  ];
  const found = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }));
  expect(found.failures).toEqual([{ arn: arns[1], reason: "MISSING" }]);
  expect(found.serviceDeployments).toMatchObject([
    {
      statusReason: "ECS deployment circuit breaker: tasks failed to start.",
      targetServiceRevision: { arn: newest?.targetServiceRevisionArn, requestedTaskCount: 0, runningTaskCount: 0 },
      sourceServiceRevisions: [{ arn: before?.targetServiceRevisionArn, requestedTaskCount: 1, runningTaskCount: 1 }],
      rollback: {
        reason: "ECS deployment circuit breaker: tasks failed to start.",
        serviceRevisionArn: before?.targetServiceRevisionArn,
      },
      deploymentCircuitBreaker: { status: "TRIGGERED", threshold: 3 },
      finishedAt: expect.any(Date),
    },
  ]);
  const only = new ListServiceDeploymentsCommand({
    service: `arn:aws:ecs:${region}:123456789012:service/main/app`,
    status: ["SUCCESSFUL"],
    maxResults: 1,
  });
  expect((await ecs.send(only)).serviceDeployments).toMatchObject([
    { status: "SUCCESSFUL", finishedAt: expect.any(Date) },
  ]);
  await expect(ecs.send(new ListServiceDeploymentsCommand({ service: "none", cluster: "main" }))).rejects.toMatchObject(
    { name: "ServiceNotFoundException" },
  );
  ecs.destroy();
});

it("stops tasks that fail the load balancer's checks, in AWS's words", async () => {
  const arn = service(cloud, taskDefinition(cloud, 4, env("sick", { SICK: "yes" })), attached());
  const sick = await test.eventually(
    () => cloud.ecs.tasks(arn).find((task) => task.taskDefinitionArn.endsWith(":4") && task.lastStatus === "STOPPED"),
    "the end of the sick task",
    20_000,
  );
  expect(sick.stoppedReason).toBe(`Task failed ELB health checks in (target-group ${group})`);
  expect(await answers()).toBe("r2");
});

it("says why an image cannot be pulled", async () => {
  const missing = `123456789012.dkr.ecr.${region}.amazonaws.com/order-queue@sha256:${"0".repeat(64)}`;
  const arn = service(cloud, taskDefinition(cloud, 5, { image: missing }), attached());
  const task = await test.eventually(
    () => cloud.ecs.tasks(arn).find((one) => one.taskDefinitionArn.endsWith(":5") && one.lastStatus === "STOPPED"),
    "the end of the task without an image",
  );
  expect(task).toMatchObject({ stopCode: "TaskFailedToStart" });
  expect(task.stoppedReason).toContain(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${missing}`,
  );
});

it("replaces a container that fails its own health check", async () => {
  const healthCheck = { command: ["CMD-SHELL", "test ! -e $MARK"], interval: 5, retries: 1 };
  const mark = containers === "docker" ? "/tmp/mark" : `${test.directory}/mark`;
  const definition = taskDefinition(cloud, 6, { ...env("checked", { MARK: mark }), portMappings: [], healthCheck });
  const arn = service(cloud, definition);
  await test.during(cloud.ecs.steady(arn, 20_000));
  const healthy = cloud.ecs.tasks(arn).find((task) => task.lastStatus === "RUNNING");
  expect(healthy?.healthStatus).toBe("HEALTHY");
  touch(`order-queue-${healthy?.id}-app`, mark);
  const task = await test.eventually(
    () => cloud.ecs.tasks(arn).find((one) => one.stoppedReason === "Task failed container health checks"),
    "the end of the unhealthy task",
  );
  rmSync(mark, { force: true });
  expect(task).toMatchObject({ id: healthy?.id, healthStatus: "UNHEALTHY" });
  await test.eventually(
    () => cloud.ecs.tasks(arn).find((one) => one.healthStatus === "HEALTHY" && one.desiredStatus === "RUNNING"),
    "its replacement",
  );
});

it("stops everything when the service goes, and forgets it", async () => {
  const [{ outputs } = { outputs: { arn: "" } }] = test.store.list("aws:ecs/service:Service");
  test.store.remove("aws:ecs/service:Service", outputs.arn, region);
  await test.during(cloud.ecs.drained(outputs.arn, 10_000));
  await test.eventually(() => (cloud.ecs.describe(outputs.arn) === undefined ? true : undefined), "its end");
  expect(cloud.targets.list()).toEqual([]);
});

it("a lost zone takes its containers, its way out and its load balancer's node along; others start in the other zone", async () => {
  const arn = service(cloud, taskDefinition(cloud, 9), { ...attached(), desiredCount: 4 });
  await test.during(cloud.ecs.steady(arn, 20_000));
  const zonesOf = () =>
    cloud.ecs
      .tasks(arn)
      .filter(({ lastStatus }) => lastStatus === "RUNNING")
      .map(({ availabilityZone }) => availabilityZone)
      .sort();
  const before = zonesOf().filter((zoneName) => zoneName === `${region}a`).length;
  expect(before).toBeGreaterThan(0);
  const [lost, other] = privateSubnets;
  const way = (subnetId: string) => wayOut(cloud.store, subnetId, false);
  const mark = { method: "PUT", body: JSON.stringify({ lost: true }) };
  await fetch(`${cloud.apiUrl}/zones/${region}a`, mark);
  const elsewhere = String(Array(4).fill(`${region}b`));
  await test.eventually(() => (String(zonesOf()) === elsewhere ? true : undefined), "four in the other zone");
  const stopped = await test.eventually(() => {
    const lostOnes = cloud.ecs.tasks(arn).filter(({ stoppedReason }) => stoppedReason?.includes("is lost"));
    return lostOnes.every(({ lastStatus }) => lastStatus === "STOPPED") ? lostOnes : undefined;
  }, "the end of those that were there");
  expect(stopped.map(({ availabilityZone, containers: [app] }) => [availabilityZone, app?.exitCode])).toEqual(
    Array(before).fill([`${region}a`, 137]),
  );
  expect(way(lost ?? "")).toMatchObject({ passes: false, at: `${region}a` });
  expect(way(other ?? "")).toEqual({ passes: true });
  for (let n = 0; n < 4; n++) expect(await answers()).toBe("r9");

  await fetch(`${cloud.apiUrl}/zones/${region}a`, { ...mark, body: JSON.stringify({ lost: false }) });
  expect(way(lost ?? "")).toEqual({ passes: true });
  const nowhere = await fetch(`${cloud.apiUrl}/zones/eu-west-1a`, mark);
  expect([nowhere.status, await nowhere.json()]).toEqual([404, { error: "No subnet is in a zone eu-west-1a" }]);
}, 60_000);
