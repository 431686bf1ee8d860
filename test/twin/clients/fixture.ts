/** A twin with one region's resources, made as the provider makes them, without a Pulumi engine. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../../twin/cloud.ts";
import type { Properties } from "../../../twin/core/store.ts";
import type { ResourceCall, ResourceType } from "../../../twin/pulumi/define.ts";
import { check } from "../../../twin/pulumi/plan.ts";
import { aws } from "../../../twin/services/resources.ts";
import {
  account,
  certificate,
  document,
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
} from "../../integration/twin/cloud.ts";
import { cluster, logGroup, logTo } from "../../integration/twin/sdk.ts";

/** Logs three lines of JSON, and serves what the load balancer's health check asks. */
const program = `
import http from "node:http";
for (const [level, status] of [["info", 200], ["error", 500], ["error", 409]])
  console.log(JSON.stringify({ level, status, order: { id: "A-" + status } }));
http.createServer((request, response) => response.end("ok")).listen(process.env.PORT ?? 8080);
`;

const backlog = {
  ...{ id: "waiting", returnData: true },
  metricStat: {
    metric: {
      ...{ namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible" },
      dimensions: [{ name: "QueueName", value: "orders" }],
    },
    stat: "Maximum",
  },
};

const tags = { stack: "clients" };

/** Makes one resource of the twin's capability list; its id and outputs. */
async function make(cloud: Cloud, token: string, name: string, news: Properties): Promise<Properties> {
  const type = aws.types.get(token) as ResourceType<never> | undefined;
  if (!type) throw new Error(`the twin does not model ${token}`);
  const of = type.scope === "global" ? "global" : region;
  const own: ResourceCall = { store: cloud.store, region: of, account, defaultTags: tags, name, urn: name };
  const call = { ...cloud, ...own } as never;
  const { inputs, problems } = check(type, news, {}, new Uint8Array(), call);
  if (problems.length > 0) throw new Error(`${token} ${name}: ${JSON.stringify(problems)}`);
  const { id, outputs } = await type.create(inputs, call);
  const all = { ...inputs, ...outputs };
  cloud.store.put({ type: token, id: type.key?.(all) ?? id, region: of, inputs, outputs: all });
  return { ...all, id };
}

/** What the calls name, by the name that they use for it. */
export interface Fixture {
  cloud: Cloud;
  names: Record<string, string>;
  close(): Promise<void>;
}

export async function startFixture(): Promise<Fixture> {
  const { cloud, directory, close } = await startTestCloud({ keys: [{ region, alias: "alias/state" }] });
  try {
    return { cloud, names: await fill(cloud, directory), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(cloud: Cloud, directory: string): Promise<Fixture["names"]> {
  // What the test's region has of it was put there without inputs, by which the real ones are compared.
  for (const nat of cloud.store.list("aws:ec2/natGateway:NatGateway")) cloud.store.put({ ...nat, inputs: nat.outputs });
  const of = (token: string, name: string, inputs: Properties) => make(cloud, token, name, inputs);
  const vpc = await of("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.9.0.0/16" });
  const subnets = await Promise.all(
    ["a", "b"].map((letter, index) =>
      of("aws:ec2/subnet:Subnet", `subnet-${letter}`, {
        ...{ vpcId: vpc.id, cidrBlock: `10.9.${index}.0/24`, availabilityZone: `${region}${letter}` },
      }),
    ),
  );
  const gateway = await of("aws:ec2/internetGateway:InternetGateway", "igw", { vpcId: vpc.id });
  const address = await of("aws:ec2/eip:Eip", "eip", { domain: "vpc" });
  const nat = await of("aws:ec2/natGateway:NatGateway", "nat", { subnetId: subnets[0]?.id, allocationId: address.id });
  const table = await of("aws:ec2/routeTable:RouteTable", "rtb", { vpcId: vpc.id });
  await of("aws:ec2/route:Route", "route", {
    ...{ routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
  });
  await of("aws:ec2/routeTableAssociation:RouteTableAssociation", "assoc", {
    ...{ routeTableId: table.id, subnetId: subnets[0]?.id },
  });
  const group = await of("aws:ec2/securityGroup:SecurityGroup", "front", { vpcId: vpc.id, name: "front" });
  await of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "https", {
    ...{ securityGroupId: group.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
  });
  const [, digest] = image(cloud, directory, program).split("@");
  cloud.store.write("image", `${region}/order-queue@${digest}`, { region, repository: "order-queue", digest });
  cluster(cloud);
  logGroup(cloud, "app");
  const own = await certificate(cloud, zone);
  const balancer = loadBalancer(cloud, "front", { tagsAll: tags });
  const targets = targetGroup(cloud, "ingest");
  const https = listener(cloud, balancer, 443, { certificateArn: own, defaultActions: forwardTo(targets) });
  role(cloud, "execution", [{ Effect: "Allow", Action: "*", Resource: "*" }]);
  const definition = taskDefinition(cloud, 1, logTo("app"));
  const loadBalancers = [{ targetGroupArn: targets, containerName: "app", containerPort: 8080 }];
  const app = service(cloud, definition, { loadBalancers });
  await cloud.ecs.steady(app, 20_000);
  const taskRole = await of("aws:iam/role:Role", "dispatch", {
    ...{ name: "dispatch" },
    assumeRolePolicy: document([
      { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]),
  });
  await of("aws:iam/rolePolicy:RolePolicy", "receive", {
    ...{ name: "receive", role: taskRole.id },
    policy: document([{ Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" }]),
  });
  const topic = await of("aws:sns/topic:Topic", "alarms", { name: "alarms" });
  const queue = await of("aws:sqs/queue:Queue", "orders", { name: "orders" });
  const subscription = await of("aws:sns/topicSubscription:TopicSubscription", "orders", {
    ...{ topic: topic.id, protocol: "sqs", endpoint: queue.arn },
  });
  await of("aws:cloudwatch/eventRule:EventRule", "stopped", {
    ...{ name: "stopped", eventPattern: JSON.stringify({ source: ["aws.ecs"] }) },
  });
  await of("aws:cloudwatch/eventTarget:EventTarget", "stopped", { rule: "stopped", targetId: "topic", arn: topic.id });
  await of("aws:cloudwatch/dashboard:Dashboard", "region", {
    ...{ dashboardName: "region", dashboardBody: JSON.stringify({ widgets: [] }) },
  });
  await of("aws:secretsmanager/secret:Secret", "erp", { name: "erp" });
  await of("aws:ecr/repository:Repository", "order-queue", { name: "order-queue" });
  const resourceId = "service/main/app";
  const scaled = { serviceNamespace: "ecs", scalableDimension: "ecs:service:DesiredCount", resourceId };
  await of("aws:appautoscaling/target:Target", "app", { ...scaled, minCapacity: 1, maxCapacity: 4 });
  await of("aws:appautoscaling/policy:Policy", "backlog", {
    ...{ ...scaled, name: "backlog", policyType: "TargetTrackingScaling" },
    targetTrackingScalingPolicyConfiguration: {
      targetValue: 10,
      customizedMetricSpecification: { metrics: [backlog] },
    },
  });
  await of("aws:cloudwatch/metricAlarm:MetricAlarm", "waiting", {
    ...{ name: "waiting", namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible" },
    ...{ dimensions: { QueueName: "orders" }, statistic: "Maximum", period: 60, evaluationPeriods: 1, threshold: 100 },
    ...{ comparisonOperator: "GreaterThanThreshold", treatMissingData: "notBreaching", alarmActions: [topic.id] },
  });
  await of("aws:cloudwatch/logMetricFilter:LogMetricFilter", "errors", {
    ...{ name: "errors", logGroupName: "app", pattern: '{ $.level = "error" }' },
    metricTransformation: { namespace: "OrderQueue", name: "Errors", value: "1" },
  });
  await of("aws:s3/bucket:Bucket", "logs", { bucket: "clients-logs" });
  const folder = join(directory, "s3/clients-logs/front/AWSLogs");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "one.log"), "one line\n");
  cloud.alarms.tick();
  cloud.metrics.collect(Date.now());
  const [task] = cloud.ecs.tasks(app);
  return {
    ...{ vpc: vpc.id, subnet: subnets[0]?.id, nat: nat.id, table: table.id, group: group.id, certificate: own },
    ...{ balancer, targets, topic: topic.id, task: task?.id ?? "", zone: cloud.zones[0]?.zoneId ?? "", host: zone },
    ...{ listener: https, subscription: subscription.id, definition, digest: digest ?? "" },
    ...{ account, region, role: taskRole.arn, queue: `https://sqs.${region}.amazonaws.com/${account}/orders` },
  };
}
