import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import { EventField, type EventPattern, Match, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import * as cdk from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Settings } from "./settings";

export interface MonitoringProps {
  readonly settings: Settings;
  readonly cluster: ecs.Cluster;
  readonly ingest: ecs.FargateService;
  readonly dispatch: ecs.FargateService;
  readonly orders: sqs.Queue;
  readonly deadLetter: sqs.Queue;
}

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
const period = cdk.Duration.minutes(1);

export class Monitoring extends Construct {
  private readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.topic = this.createTopic(props.settings);
    this.tellOfStoppedContainers(props);
    this.tellOfFailedDeployments(props);
    this.alarmWhenBelowDesired("ingest", props);
    this.alarmWhenBelowDesired("dispatch", props);
    this.alarmOnDeadLetters(props);
    this.alarmOnOldOrders(props);
  }

  private createTopic({ account, alarmEmail }: Settings): sns.Topic {
    const topic = new sns.Topic(this, "Alarms");
    topic.addSubscription(new EmailSubscription(alarmEmail));
    const conditions = { StringEquals: { "aws:SourceAccount": account } };
    topic.grantPublish(new iam.ServicePrincipal("cloudwatch.amazonaws.com", { conditions }));
    return topic;
  }

  private tellOfStoppedContainers({ cluster }: MonitoringProps): void {
    const [service, reason, task] = ["group", "stoppedReason", "taskArn"].map((key) =>
      EventField.fromPath(`$.detail.${key}`),
    );
    this.tell(
      "ContainerStopped",
      "A container of this cluster stopped; stoppedReason says why",
      {
        source: ["aws.ecs"],
        detailType: ["ECS Task State Change"],
        detail: { clusterArn: [cluster.clusterArn], lastStatus: ["STOPPED"] },
      },
      `${this.node.scope?.node.id}: a container of ${service} stopped: ${reason}. Task ${task}.`,
    );
  }

  private tellOfFailedDeployments({ settings, cluster }: MonitoringProps): void {
    const services = `arn:aws:ecs:${settings.region}:${settings.account}:service/${cluster.clusterName}/`;
    const [service, reason] = ["$.resources[0]", "$.detail.reason"].map((path) => EventField.fromPath(path));
    this.tell(
      "DeploymentFailed",
      "A deployment in this cluster failed and ECS went back to the one before",
      {
        source: ["aws.ecs"],
        detailType: ["ECS Deployment State Change"],
        resources: Match.prefix(services),
        detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
      },
      `${this.node.scope?.node.id}: a deployment of ${service} failed: ${reason}.`,
    );
  }

  /** The text, having fields of the event in it, becomes an input transformer. */
  private tell(id: string, description: string, eventPattern: EventPattern, text: string): void {
    const message = RuleTargetInput.fromText(text);
    new Rule(this, id, { description, eventPattern, targets: [new SnsTopic(this.topic, { message })] });
  }

  private alarmWhenBelowDesired(role: "ingest" | "dispatch", props: MonitoringProps): void {
    const { count } = props.settings[role];
    this.alarm(`${role}BelowDesired`, {
      alarmDescription:
        `Fewer than ${count} ${role} containers run. ` +
        "Runbook: read stoppedReason in the stopped-container messages before this one.",
      metric: new cloudwatch.Metric({
        namespace: "ECS/ContainerInsights",
        metricName: "RunningTaskCount",
        dimensionsMap: { ClusterName: props.cluster.clusterName, ServiceName: props[role].serviceName },
        statistic: "Minimum",
        period,
      }),
      comparisonOperator: LESS_THAN_THRESHOLD,
      threshold: count,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: BREACHING,
    });
  }

  private alarmOnDeadLetters({ deadLetter }: MonitoringProps): void {
    this.alarm("DeadLetters", {
      alarmDescription:
        "Orders were given up after their last attempt. " +
        "Runbook: find the store in the messages, see that its ERP answers, then redrive the dead-letter queue.",
      metric: deadLetter.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period }),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  private alarmOnOldOrders({ orders, settings: { oldestOrderSeconds } }: MonitoringProps): void {
    this.alarm("OldOrders", {
      alarmDescription:
        `An order has waited longer than ${oldestOrderSeconds} s. ` +
        "Runbook: see that dispatch runs and takes orders (its log), then which store's ERP does not answer.",
      metric: orders.metricApproximateAgeOfOldestMessage({ statistic: "Maximum", period }),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      threshold: oldestOrderSeconds,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: NOT_BREACHING,
    });
  }

  /** The topic hears of the beginning and of the end. */
  private alarm(id: string, props: cloudwatch.AlarmProps): void {
    const alarm = new cloudwatch.Alarm(this, id, props);
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }
}
