import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServicesCommand,
  ListTasksCommand,
  StopTaskCommand,
  waitUntilServicesStable,
  waitUntilTasksStopped,
} from "@aws-sdk/client-ecs";
import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  waitUntilTargetInService,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Cloud } from "../../../../../twin/cloud.ts";
import {
  certificate,
  forwardTo,
  image,
  imageName,
  listener,
  loadBalancer,
  put,
  service,
  startTestCloud,
  targetGroup,
  taskDefinition,
  webProgram,
  zone,
} from "../../cloud.ts";
import { cluster, sdkSettings } from "../../sdk.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;
let serviceArn: string;
let definition: string;
let arns: { balancer: string; group: string; listener: string; own: string; beside: string };

beforeAll(async () => {
  test = await startTestCloud();
  cloud = test.cloud;
  ecs = new ECSClient(sdkSettings(cloud));
  elb = new ElasticLoadBalancingV2Client(sdkSettings(cloud));
  image(cloud, test.directory, webProgram);
  cluster(cloud);
  const own = await certificate(cloud, zone);
  const beside = await certificate(cloud, `acme.${zone}`);
  const balancer = loadBalancer(cloud);
  const group = targetGroup(cloud, "ingest");
  const https = listener(cloud, balancer, 443, { certificateArn: own, defaultActions: forwardTo(group) });
  put(cloud, "aws:lb/listenerCertificate:ListenerCertificate", `${https}_${beside}`, {
    ...{ listenerArn: https, certificateArn: beside },
  });
  put(cloud, "aws:lb/listenerRule:ListenerRule", `${https.replace(":listener/", ":listener-rule/")}/1`, {
    ...{ listenerArn: https, priority: 7, conditions: [{ hostHeader: { values: [`acme.${zone}`] } }] },
    actions: forwardTo(group),
  });
  arns = { balancer, group, listener: https, own, beside };
  definition = taskDefinition(cloud, 1);
  serviceArn = service(cloud, definition, {
    loadBalancers: [{ targetGroupArn: group, containerName: "app", containerPort: 8080 }],
    ...{ propagateTags: "SERVICE", enableEcsManagedTags: true, tagsAll: { stack: "staging" } },
  });
  await cloud.ecs.steady(serviceArn, 20_000);
});

afterAll(async () => {
  ecs.destroy();
  elb.destroy();
  await test.close();
});

const only = async () => {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: "main", serviceName: "app" }));
  expect(taskArns).toHaveLength(1);
  return taskArns[0] ?? "";
};

it("describes cluster, service, deployment and events", async () => {
  const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ["main"] }));
  expect(clusters).toMatchObject([{ clusterName: "main", runningTasksCount: 1, activeServicesCount: 1 }]);
  expect((await ecs.send(new ListServicesCommand({ cluster: "main" }))).serviceArns).toEqual([serviceArn]);
  const asked = new DescribeServicesCommand({ cluster: "main", services: ["app", "gone"] });
  const { services = [], failures } = await ecs.send(asked);
  expect(services).toMatchObject([
    {
      ...{
        serviceArn,
        status: "ACTIVE",
        desiredCount: 1,
        runningCount: 1,
        pendingCount: 0,
        taskDefinition: definition,
      },
      deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED", runningCount: 1, desiredCount: 1, failedTasks: 0 }],
    },
  ]);
  expect(services[0]?.events?.[0]).toMatchObject({
    message: "(service app) has reached a steady state.",
    createdAt: expect.any(Date),
  });
  expect(failures).toMatchObject([{ arn: expect.stringMatching(/service\/main\/gone$/), reason: "MISSING" }]);
});

it("describes the task definition that a family or a revision names", async () => {
  const ask = async (taskDefinition: string) =>
    (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
  for (const name of ["app", "app:1", definition])
    expect(await ask(name)).toMatchObject({
      ...{ taskDefinitionArn: definition, status: "ACTIVE", revision: 1, cpu: "256" },
      containerDefinitions: [{ name: "app", image: imageName }],
    });
  await expect(ask("app:9")).rejects.toMatchObject({
    name: "ClientException",
    message: "Unable to describe task definition.",
  });
});

it("shows a task's tags to whom asks for them: the service's, and ECS's own", async () => {
  const task = await only();
  const ask = async (include: "TAGS"[]) =>
    (await ecs.send(new DescribeTasksCommand({ cluster: "main", tasks: [task], include }))).tasks?.[0]?.tags;
  expect(await ask(["TAGS"])).toEqual([
    { key: "stack", value: "staging" },
    { key: "aws:ecs:clusterName", value: "main" },
    { key: "aws:ecs:serviceName", value: "app" },
  ]);
  expect(await ask([])).toBeUndefined();
});

it("stops a task for good, with the caller's reason, and the service is whole again", async () => {
  const task = await only();
  const reason = "drill: one less";
  const stopped = await ecs.send(new StopTaskCommand({ cluster: "main", task, reason }));
  expect(stopped.task).toMatchObject({ taskArn: task, desiredStatus: "STOPPED", stoppedReason: reason });
  const patience = { client: ecs, maxWaitTime: 20, minDelay: 1, maxDelay: 1 };
  await waitUntilTasksStopped(patience, { cluster: "main", tasks: [task] });
  await waitUntilServicesStable(patience, { cluster: "main", services: ["app"] });
  expect(await only()).not.toBe(task);
  const listed = new ListTasksCommand({ cluster: "main", serviceName: "app", desiredStatus: "STOPPED" });
  expect((await ecs.send(listed)).taskArns).toEqual([task]);
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: "main", tasks: [task] }));
  expect(tasks).toMatchObject([
    {
      ...{ lastStatus: "STOPPED", stopCode: "UserInitiated", stoppedReason: reason, group: "service:app" },
      containers: [{ name: "app", exitCode: 0, lastStatus: "STOPPED", image: imageName }],
    },
  ]);
  expect(tasks[0]?.stoppedAt?.getTime()).toBeGreaterThan(tasks[0]?.startedAt?.getTime() ?? Number.NaN);
});

it("describes load balancer, target group and targets", async () => {
  const balancers = await elb.send(new DescribeLoadBalancersCommand({ Names: ["front"] }));
  expect(balancers.LoadBalancers).toMatchObject([
    { LoadBalancerArn: arns.balancer, State: { Code: "active" }, Scheme: "internet-facing", Type: "application" },
  ]);
  const groups = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: arns.balancer }));
  expect(groups.TargetGroups).toMatchObject([
    {
      ...{ TargetGroupArn: arns.group, HealthCheckPath: "/health", UnhealthyThresholdCount: 2 },
      LoadBalancerArns: [arns.balancer],
    },
  ]);
  const ofGroup = { TargetGroupArn: arns.group };
  await waitUntilTargetInService({ client: elb, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, ofGroup);
  const health = await elb.send(new DescribeTargetHealthCommand(ofGroup));
  expect(health.TargetHealthDescriptions).toMatchObject([
    { Target: { Id: expect.stringMatching(/^10\.0\.1[01]\.\d+$/), Port: 8080 }, TargetHealth: { State: "healthy" } },
  ]);
  expect(health.TargetHealthDescriptions?.[0]?.TargetHealth?.Reason).toBeUndefined();
});

it("describes listeners, their certificates and rules", async () => {
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: arns.balancer }));
  expect(Listeners).toMatchObject([
    {
      ...{ ListenerArn: arns.listener, Port: 443, Protocol: "HTTPS", Certificates: [{ CertificateArn: arns.own }] },
      DefaultActions: [{ Type: "forward", TargetGroupArn: arns.group }],
    },
  ]);
  const held = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn: arns.listener }));
  expect(held.Certificates).toEqual([
    { CertificateArn: arns.own, IsDefault: true },
    { CertificateArn: arns.beside, IsDefault: false },
  ]);
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: arns.listener }));
  expect(Rules).toMatchObject([
    { Priority: "7", IsDefault: false, Conditions: [{ Field: "host-header", Values: [`acme.${zone}`] }] },
    { Priority: "default", IsDefault: true, Actions: [{ Type: "forward" }] },
  ]);
});

it("answers a wrong call with AWS's error", async () => {
  const call = (command: DescribeServicesCommand) => expect(ecs.send(command)).rejects;
  await call(new DescribeServicesCommand({ cluster: "none", services: ["app"] })).toMatchObject({
    ...{ name: "ClusterNotFoundException", message: "Cluster not found." },
  });
  await call(new DescribeServicesCommand({ cluster: "main", services: [] })).toMatchObject({
    ...{ name: "InvalidParameterException", message: "services: Services cannot be empty." },
  });
  await call(new DescribeServicesCommand({ cluster: "main", services: ["app"], include: ["TAGS"] })).toMatchObject({
    ...{ name: "InvalidParameterException", message: "include of ecs:DescribeServices is not modelled" },
  });
  await expect(elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: "arn:none" }))).rejects.toMatchObject({
    ...{ name: "TargetGroupNotFoundException", message: "One or more target groups not found" },
  });
});

it("another region has nothing of it", async () => {
  const elsewhere = new ElasticLoadBalancingV2Client(sdkSettings(cloud, "eu-west-1"));
  expect((await elsewhere.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
  elsewhere.destroy();
});
