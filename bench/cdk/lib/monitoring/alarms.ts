import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import * as cdk from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Settings } from "../settings";
import { type AlarmProps, createAlarm } from "./alarm";

export interface Watched {
  readonly settings: Settings;
  readonly cluster: ecs.Cluster;
  readonly ingest: ecs.FargateService;
  readonly dispatch: ecs.FargateService;
  readonly orders: sqs.Queue;
  readonly deadLetter: sqs.Queue;
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;
}

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } =
  cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
const { MINIMUM, MAXIMUM, SUM } = cloudwatch.Stats;
const period = cdk.Duration.minutes(1);

const errors = {
  comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 5,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: NOT_BREACHING,
};

export class Alarms extends Construct {
  readonly all: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, watched: Watched, topic: sns.ITopic) {
    super(scope, id);
    const alarms: Record<string, AlarmProps> = {
      IngestBelowDesired: this.belowDesired("ingest", watched),
      DispatchBelowDesired: this.belowDesired("dispatch", watched),
      NoHealthyTarget: this.noHealthyTarget(watched),
      LoadBalancer5xx: this.loadBalancerErrors(watched),
      Target5xx: this.targetErrors(watched),
      OldOrders: this.oldOrders(watched),
      DeadLetters: this.deadLetters(watched),
    };
    this.all = Object.entries(alarms).map(([alarm, props]) => createAlarm(this, alarm, props, topic));
  }

  private belowDesired(role: "ingest" | "dispatch", watched: Watched): AlarmProps {
    const { count } = watched.settings[role];
    return {
      means: `Fewer ${role} containers run than should.`,
      runbook:
        "read stoppedReason in the stopped-container messages before this one; " +
        `if the last update did it, roll ${cdk.Stack.of(this).stackName} back.`,
      metric: new cloudwatch.MathExpression({
        label: `${role} containers beyond what should run`,
        expression: `running - IF(desired > ${count}, desired, ${count})`,
        usingMetrics: {
          desired: containerMetric(watched, role, "DesiredTaskCount", MAXIMUM),
          running: containerMetric(watched, role, "RunningTaskCount", MINIMUM),
        },
        period,
      }),
      comparisonOperator: LESS_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: BREACHING,
    };
  }

  private noHealthyTarget({ targets }: Watched): AlarmProps {
    return {
      means: "No ingest container is healthy at the load balancer: stores get 502 or 503.",
      runbook:
        "see why the targets are unhealthy (target group, Targets), then the ingest containers' log and their " +
        "stopped-container messages; network and security groups if the containers themselves are well.",
      metric: targets.metrics.healthyHostCount({ statistic: MINIMUM, period }),
      comparisonOperator: LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: BREACHING,
    };
  }

  private loadBalancerErrors({ balancer }: Watched): AlarmProps {
    return {
      ...errors,
      means: "The load balancer answers stores with 5xx of its own: it reaches no ingest container in time.",
      runbook:
        "502 and 504 mean containers that break off or hang (their log), 503 that there are none (target health).",
      metric: balancer.metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT, { statistic: SUM, period }),
    };
  }

  private targetErrors({ balancer }: Watched): AlarmProps {
    return {
      ...errors,
      means: "Ingest answers stores with 5xx: orders are not taken, and stores try again.",
      runbook:
        "503 means that SQS refuses (ingest's log says why: permission, endpoint, throttling); " +
        `anything else is a fault in ingest: roll ${cdk.Stack.of(this).stackName} back if the last update did it.`,
      metric: balancer.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { statistic: SUM, period }),
    };
  }

  private oldOrders({ orders, settings: { oldestOrderSeconds } }: Watched): AlarmProps {
    return {
      means: `An order has waited longer than ${oldestOrderSeconds} s.`,
      runbook: "see that dispatch runs and takes orders (its log), then which store's ERP does not answer.",
      metric: orders.metricApproximateAgeOfOldestMessage({ statistic: MAXIMUM, period }),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      threshold: oldestOrderSeconds,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: NOT_BREACHING,
    };
  }

  private deadLetters({ deadLetter }: Watched): AlarmProps {
    return {
      means: "Orders were given up after their last attempt.",
      runbook: "find the store in the messages, see that its ERP answers, then redrive the dead-letter queue.",
      metric: deadLetter.metricApproximateNumberOfMessagesVisible({ statistic: MAXIMUM, period }),
      comparisonOperator: GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: NOT_BREACHING,
    };
  }
}

/** Of Container Insights, for which the service has no metric of its own. */
export function containerMetric(
  { cluster, ...services }: Watched,
  role: "ingest" | "dispatch",
  metricName: string,
  statistic: string,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: "ECS/ContainerInsights",
    metricName,
    dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: services[role].serviceName },
    statistic,
    period,
  });
}
