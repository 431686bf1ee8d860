/**
 * Who is told, and of what: containers below their number, containers that stopped, deployments that failed, orders that
 * wait or were given up.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Containers } from "./containers.ts";
import type { Queue } from "./queue.ts";

export interface MonitoringArgs {
  readonly account: string;
  readonly region: string;
  readonly containers: Containers;
  readonly queue: Queue;
  /** Containers that should run, by service. */
  readonly counts: { readonly ingest: number; readonly dispatch: number };
  /** Age in seconds of the oldest order above which somebody is told. */
  readonly oldestOrderSeconds: number;
  readonly alarmEmail: string;
}

export class Monitoring extends pulumi.ComponentResource {
  /** ARN of the topic to which every alarm and event goes. */
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Monitoring", name, {}, opts);

    const topic = createTopic(name, args, this);
    tellOfStoppedContainers(name, args, topic, this);
    tellOfFailedDeployments(name, args, topic, this);
    alarmWhenBelowDesired(name, "ingest", args, topic, this);
    alarmWhenBelowDesired(name, "dispatch", args, topic, this);
    alarmOnDeadLetters(name, args, topic, this);
    alarmOnOldOrders(name, args, topic, this);

    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

/** Alarms and events of this account may publish, nobody else. */
function createTopic(name: string, args: MonitoringArgs, parent: Monitoring): aws.sns.Topic {
  const topic = new aws.sns.Topic(`${name}-alarms`, {}, { parent });
  new aws.sns.TopicPolicy(
    `${name}-alarms`,
    {
      arn: topic.arn,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
            Action: "sns:Publish",
            Resource: topic.arn,
            Condition: { StringEquals: { "aws:SourceAccount": args.account } },
          },
        ],
      }),
    },
    { parent },
  );
  new aws.sns.TopicSubscription(
    `${name}-alarms-email`,
    { topic: topic.arn, protocol: "email", endpoint: args.alarmEmail },
    { parent },
  );
  return topic;
}

/** Every container that stopped, with ECS's reason; also the orderly stops of a deployment. */
function tellOfStoppedContainers(name: string, args: MonitoringArgs, topic: aws.sns.Topic, parent: Monitoring): void {
  tell(
    `${name}-container-stopped`,
    "A container of this cluster stopped; stoppedReason says why",
    {
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: { clusterArn: [args.containers.cluster.arn], lastStatus: ["STOPPED"] },
    },
    {
      inputPaths: { service: "$.detail.group", reason: "$.detail.stoppedReason", task: "$.detail.taskArn" },
      inputTemplate: `"${name}: a container of <service> stopped: <reason>. Task <task>."`,
    },
    topic,
    parent,
  );
}

/** Sent only because the services have a circuit breaker. The event names its service's ARN, not its cluster. */
function tellOfFailedDeployments(name: string, args: MonitoringArgs, topic: aws.sns.Topic, parent: Monitoring): void {
  const services = pulumi.interpolate`arn:aws:ecs:${args.region}:${args.account}:service/${args.containers.cluster.name}/`;
  tell(
    `${name}-deployment-failed`,
    "A deployment in this cluster failed and ECS went back to the one before",
    {
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [{ prefix: services }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    },
    {
      inputPaths: { service: "$.resources[0]", reason: "$.detail.reason" },
      inputTemplate: `"${name}: a deployment of <service> failed: <reason>."`,
    },
    topic,
    parent,
  );
}

/** One sentence that a person can read at night, instead of the event's JSON. */
function tell(
  name: string,
  description: string,
  pattern: object,
  inputTransformer: { inputPaths: Record<string, string>; inputTemplate: string },
  topic: aws.sns.Topic,
  parent: Monitoring,
): void {
  const rule = new aws.cloudwatch.EventRule(
    name,
    { description, eventPattern: pulumi.jsonStringify(pattern) },
    { parent },
  );
  new aws.cloudwatch.EventTarget(name, { rule: rule.name, arn: topic.arn, inputTransformer }, { parent });
}

/** No data is no containers: a cluster that reports nothing is just what nobody must fail to hear of. */
function alarmWhenBelowDesired(
  name: string,
  role: "ingest" | "dispatch",
  { containers, counts }: MonitoringArgs,
  topic: aws.sns.Topic,
  parent: Monitoring,
): void {
  alarm(
    `${name}-${role}-below-desired`,
    {
      alarmDescription:
        `Fewer than ${counts[role]} ${role} containers run. ` +
        "Runbook: read stoppedReason in the stopped-container messages before this one; " +
        `if the last update did it, npx order-queue rollback ${name}.`,
      namespace: "ECS/ContainerInsights",
      metricName: "RunningTaskCount",
      dimensions: { ClusterName: containers.cluster.name, ServiceName: containers[role].name },
      statistic: "Minimum",
      comparisonOperator: "LessThanThreshold",
      threshold: counts[role],
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: "breaching",
    },
    topic,
    parent,
  );
}

/** SQS reports nothing for a queue that nobody has touched for six hours: that is no dead letter. */
function alarmOnDeadLetters(name: string, { queue }: MonitoringArgs, topic: aws.sns.Topic, parent: Monitoring): void {
  alarm(
    `${name}-dead-letters`,
    {
      alarmDescription:
        "Orders were given up after their last attempt. " +
        "Runbook: find the store in the messages, see that its ERP answers, then redrive the dead-letter queue.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.deadLetter.name },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
    },
    topic,
    parent,
  );
}

function alarmOnOldOrders(name: string, args: MonitoringArgs, topic: aws.sns.Topic, parent: Monitoring): void {
  alarm(
    `${name}-old-orders`,
    {
      alarmDescription:
        `An order has waited longer than ${args.oldestOrderSeconds} s. ` +
        "Runbook: see that dispatch runs and takes orders (its log), then which store's ERP does not answer.",
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: args.queue.orders.name },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: args.oldestOrderSeconds,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
    },
    topic,
    parent,
  );
}

/** Looked at every minute; the topic hears of the beginning and of the end. */
function alarm(name: string, args: aws.cloudwatch.MetricAlarmArgs, topic: aws.sns.Topic, parent: Monitoring): void {
  new aws.cloudwatch.MetricAlarm(
    name,
    { ...args, period: 60, alarmActions: [topic.arn], okActions: [topic.arn] },
    { parent },
  );
}
