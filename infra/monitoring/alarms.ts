/**
 * What of a region is an alarm, from when on, and what to do then. The days a certificate has left are watched where
 * the certificate is made.
 */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Containers } from "../containers.ts";
import { dispatchMetric } from "../dispatch-metrics.ts";
import { type LoadBalancer, loadBalancerName } from "../load-balancer.ts";
import type { Queue } from "../queue.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { undeliveredMetric } from "./deliveries.ts";
import { syntheticMetric } from "./synthetic.ts";

export interface Watched {
  /** The region's own domain. */
  readonly domain: string;
  readonly containers: Containers;
  readonly queue: Queue;
  readonly loadBalancers: readonly LoadBalancer[];
  /** Fewest containers that may run, by service. */
  readonly counts: { readonly ingest: number; readonly dispatch: number; readonly canary: number };
  /** Age in seconds of the oldest order above which a notification is sent. */
  readonly oldestOrderSeconds: number;
}

/** @param topicArn where notifications are sent */
export function createAlarms(
  name: string,
  args: Watched,
  topicArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm[] {
  const alarms: Record<string, Alarm> = {
    [`${name}-ingest-below-desired`]: belowDesired(name, "ingest", args),
    [`${name}-dispatch-below-desired`]: belowDesired(name, "dispatch", args),
    [`${name}-canary-below-desired`]: belowDesired(name, "canary", args),
    [`${name}-synthetic-order`]: syntheticOrder(name, args),
    ...Object.assign({}, ...args.loadBalancers.map((balancer, index) => loadBalancerAlarms(name, balancer, index + 1))),
    [`${name}-orders-not-delivered`]: notDelivered(name),
    [`${name}-old-orders`]: oldOrders(args),
    [`${name}-late-orders`]: lateOrders(args),
    [`${name}-dead-letters`]: deadLetteredMessages(name, args),
  };
  return Object.entries(alarms).map(([alarmName, alarm]) => createAlarm(alarmName, alarm, topicArn, parent));
}

function loadBalancerAlarms(region: string, balancer: LoadBalancer, number: number): Record<string, Alarm> {
  const name = loadBalancerName(region, number);
  return {
    [`${name}-no-healthy-target`]: noHealthyTarget(balancer),
    [`${name}-load-balancer-5xx`]: loadBalancerErrors(balancer),
    [`${name}-target-5xx`]: targetErrors(region, balancer),
  };
}

/** Seconds between two looks, as often as AWS reports all that is watched here. */
const period = 60;

/**
 * Below what ECS is asked for, which autoscaling changes, or below the settings' number, should somebody ask ECS for
 * fewer. No data is no containers: a cluster that reports nothing is just what nobody must fail to hear of.
 */
function belowDesired(name: string, role: keyof Watched["counts"], { containers, counts }: Watched): Alarm {
  const dimensions = { ClusterName: containers.cluster.name, ServiceName: containers[role].name };
  const insight = (metricName: string, stat: string) => ({
    namespace: "ECS/ContainerInsights",
    metricName,
    dimensions,
    period,
    stat,
  });
  return {
    means: `Fewer ${role} containers run than should.`,
    runbook:
      "read stoppedReason in the stopped-container messages before this one; " +
      `if the last update did it, npx order-queue rollback ${name}.`,
    metricQueries: [
      { id: "desired", metric: insight("DesiredTaskCount", "Maximum") },
      { id: "running", metric: insight("RunningTaskCount", "Minimum") },
      {
        id: "spare",
        label: `${role} containers beyond what should run`,
        expression: `running - IF(desired > ${counts[role]}, desired, ${counts[role]})`,
        returnData: true,
      },
    ],
    comparisonOperator: "LessThanThreshold",
    threshold: 0,
    // A container takes a minute or two to start: scaling out, or a replaced one, is over by the third.
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: "breaching",
  };
}

/** Counted only where one came back: without data none did, or nobody sends any. */
function syntheticOrder(name: string, { domain }: Watched): Alarm {
  return {
    means:
      "No synthetic order has come back for three minutes: what stores post may not be taken, or not be delivered.",
    runbook:
      "read the reason in the canary's log; no line there means that the canary itself does not run. A refused or " +
      "unanswered order is the load balancer's or ingest's, one without a receipt the queue's or dispatch's; " +
      `if the last update did it, npx order-queue rollback ${name}.`,
    ...syntheticMetric("SyntheticOrdersBack", domain),
    statistic: "Sum",
    period,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    // The canary sends one a minute: one or two may be lost to a deployment.
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: "breaching",
  };
}

/** Reported while any target is registered: without data there is none at all. */
function noHealthyTarget(loadBalancer: LoadBalancer): Alarm {
  return {
    means: "No ingest container is healthy at the load balancer: stores get 502 or 503.",
    runbook:
      "see why the targets are unhealthy (target group, Targets), then the ingest containers' log and their " +
      "stopped-container messages; network and security groups if the containers themselves are well.",
    namespace: "AWS/ApplicationELB",
    metricName: "HealthyHostCount",
    dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup: loadBalancer.targetGroupArnSuffix },
    statistic: "Minimum",
    period,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    // A node that the load balancer adds knows of no healthy target until it has checked them itself.
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: "breaching",
  };
}

/**
 * Errors in a minute. Stores try again, so a few during a change harm nobody: five, in three minutes of five, are no
 * accident.
 */
const errors = {
  namespace: "AWS/ApplicationELB",
  statistic: "Sum",
  period,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 5,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  // Not reported in a minute without any.
  treatMissingData: "notBreaching",
} as const;

function loadBalancerErrors(loadBalancer: LoadBalancer): Alarm {
  return {
    ...errors,
    means: "The load balancer answers stores with 5xx of its own: it reaches no ingest container in time.",
    runbook: "502 and 504 mean containers that break off or hang (their log), 503 that there are none (target health).",
    metricName: "HTTPCode_ELB_5XX_Count",
    dimensions: { LoadBalancer: loadBalancer.arnSuffix },
  };
}

function targetErrors(name: string, loadBalancer: LoadBalancer): Alarm {
  return {
    ...errors,
    means: "Ingest answers stores with 5xx: orders are not taken, and stores try again.",
    runbook:
      "503 means that SQS refuses (ingest's log says why: permission, endpoint, throttling); " +
      `anything else is a fault in ingest: npx order-queue rollback ${name} if the last update did it.`,
    metricName: "HTTPCode_Target_5XX_Count",
    dimensions: { LoadBalancer: loadBalancer.arnSuffix },
  };
}

/** Each line is several attempts at an ERP, some seconds apart: what one fails with is over by the third minute. */
function notDelivered(name: string): Alarm {
  return {
    means: "Orders are not delivered: an ERP refuses them or does not answer.",
    runbook:
      "dispatch's log names store, order and reason (order not delivered): tell that store's team. Orders that its ERP refuses " +
      "are given up within two minutes, those of an ERP that is down wait on the queue for 48 hours.",
    ...undeliveredMetric(name),
    statistic: "Sum",
    period,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    // Counted only where there is such a line.
    treatMissingData: "notBreaching",
  };
}

/** SQS reports nothing for a queue that nobody has touched for six hours: that is no order waiting. */
function oldOrders({ queue, oldestOrderSeconds }: Watched): Alarm {
  return {
    means: `An order has waited longer than ${oldestOrderSeconds} s.`,
    runbook: "see that dispatch runs and takes orders (its log), then which store's ERP does not answer.",
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: queue.orders.name },
    statistic: "Maximum",
    period,
    comparisonOperator: "GreaterThanThreshold",
    threshold: oldestOrderSeconds,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
  };
}

/** From acceptance to the ERP's answer, as dispatch reports it of each order that is delivered: no data is no order. */
function lateOrders({ domain, oldestOrderSeconds }: Watched): Alarm {
  return {
    means: `Orders reach their ERPs more than ${oldestOrderSeconds} s after they were accepted.`,
    runbook:
      "the dashboard shows age, wait and circuit breaker by store. One store: its ERP was down or is slow, tell its team. " +
      "All stores: see that dispatch has free capacity, else raise dispatch.max.",
    ...dispatchMetric("OrderAge", domain),
    statistic: "Average",
    period,
    comparisonOperator: "GreaterThanThreshold",
    threshold: oldestOrderSeconds,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    treatMissingData: "notBreaching",
  };
}

/** What SQS moves there is in no count of messages sent, only in how many lie there. */
function deadLetteredMessages(name: string, { queue }: Watched): Alarm {
  return {
    means: "Orders were given up: each is in the dead-letter queue with its reason, those behind it continue.",
    runbook:
      `npx order-queue redrive ${name} names stores, orders and reasons; see that the store's ERP takes orders, ` +
      "then call it with --store and --yes.",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queue.deadLetter.name },
    statistic: "Maximum",
    period,
    comparisonOperator: "GreaterThanThreshold",
    // One is an order that its ERP does not have.
    threshold: 0,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
  };
}
