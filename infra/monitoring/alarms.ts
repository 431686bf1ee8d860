/**
 * What of a region is an alarm, from when on, and what to do then. The days a certificate has left are watched where
 * the certificate is made.
 */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Containers } from "../containers.ts";
import { dispatchMetric } from "../dispatch-metrics.ts";
import type { Firewall } from "../firewall.ts";
import { type LoadBalancer, loadBalancerName } from "../load-balancer.ts";
import type { Queue } from "../queue.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { undeliveredMetric } from "./deliveries.ts";
import type { Events } from "./events.ts";
import { syntheticMetric } from "./synthetic.ts";

export interface Watched {
  /** The region's own domain. */
  readonly domain: string;
  readonly containers: Containers;
  readonly queue: Queue;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly firewall: Firewall;
  /** AWS region. */
  readonly region: string;
  /** Fewest containers that may run, by service. */
  readonly counts: { readonly ingest: number; readonly dispatch: number; readonly canary: number };
  /** Age in seconds of the oldest order above which a notification is sent. */
  readonly oldestOrderSeconds: number;
}

/**
 * @param events whose notifications have to be sent
 * @param topicArn where notifications are sent
 */
export function createAlarms(
  name: string,
  args: Watched,
  events: Events,
  topicArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm[] {
  const alarms: Record<string, Alarm> = {
    [`${name}-ingest-below-desired`]: belowDesired(name, "ingest", args),
    [`${name}-dispatch-below-desired`]: belowDesired(name, "dispatch", args),
    [`${name}-canary-below-desired`]: belowDesired(name, "canary", args),
    [`${name}-synthetic-order`]: syntheticOrder(name, args),
    ...Object.assign(
      {},
      ...args.loadBalancers.map((balancer, index) => loadBalancerAlarms(name, args, balancer, index + 1)),
    ),
    [`${name}-firewall-blocks`]: firewallBlocks(args),
    [`${name}-orders-not-delivered`]: notDelivered(name),
    [`${name}-old-orders`]: oldOrders(args),
    [`${name}-late-orders`]: lateOrders(args),
    [`${name}-dead-letters`]: deadLetteredMessages(name, args),
    [`${name}-unsent-events`]: unsentEvents(events),
    [`${name}-events-not-delivered`]: failedInvocations(events),
  };
  return Object.entries(alarms).map(([alarmName, alarm]) => createAlarm(alarmName, alarm, topicArn, parent));
}

function loadBalancerAlarms(
  region: string,
  { containers }: Watched,
  balancer: LoadBalancer,
  number: number,
): Record<string, Alarm> {
  const name = loadBalancerName(region, number);
  return {
    [`${name}-no-healthy-target`]: noHealthyTarget(balancer, containers),
    [`${name}-load-balancer-5xx`]: loadBalancerErrors(balancer),
    [`${name}-target-5xx`]: targetErrors(region, balancer),
  };
}

/** Seconds between two looks, as often as AWS reports all that is watched here. */
const period = 60;

/**
 * Below what ECS is asked for, which autoscaling changes, or below the settings' number, should ECS be asked
 * manually for fewer. No data is no containers: a cluster that reports nothing must raise the alarm.
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
    judgesRelease: true,
    means: `Fewer ${role} containers run than desired.`,
    runbook:
      "read stoppedReason in the stopped-container messages before this one; " +
      `if the last update caused it, npx order-queue rollback ${name}.`,
    metricQueries: [
      { id: "desired", metric: insight("DesiredTaskCount", "Maximum") },
      { id: "running", metric: insight("RunningTaskCount", "Minimum") },
      {
        id: "spare",
        label: `${role} containers beyond the desired count`,
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

/** Counted only where one came back: without data none did, or none was sent. */
function syntheticOrder(name: string, { domain, containers }: Watched): Alarm {
  return {
    judgesRelease: true,
    means: "No synthetic order has returned for three minutes: orders of stores may not be accepted, or not delivered.",
    runbook:
      "read the reason in the canary's log; no line there means that the canary itself does not run. A refused or " +
      "unanswered order points to the load balancer or ingest, one without a receipt to the queue or dispatch; " +
      `if the last update caused it, npx order-queue rollback ${name}.`,
    // Steady: it has sent its first orders.
    after: containers.canary,
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

/** An attack, or a store whose orders the firewall takes for one. A few refused requests are no reason to wake anyone. */
function firewallBlocks({ firewall, region }: Watched): Alarm {
  return {
    means: "The firewall blocks requests: 100 in five minutes. An attack, or the orders of a store.",
    runbook:
      "read in the metrics of AWS/WAFV2 which rule blocks; a store that gets 403 or 429 is named by the load balancer's " +
      "access logs. If orders are blocked, set firewall.mode to count and update (docs/firewall.md).",
    namespace: "AWS/WAFV2",
    metricName: "BlockedRequests",
    dimensions: { WebACL: firewall.metricName, Region: region, Rule: "ALL" },
    statistic: "Sum",
    period: 5 * period,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 100,
    evaluationPeriods: 1,
    // Not reported without any.
    treatMissingData: "notBreaching",
  };
}

/** Reported while any target is registered: without data there is none at all. */
function noHealthyTarget(loadBalancer: LoadBalancer, { ingest }: Containers): Alarm {
  return {
    after: ingest,
    judgesRelease: true,
    means: "No ingest container is healthy at the load balancer: stores get 502 or 503.",
    runbook:
      "check why the targets are unhealthy (target group, Targets), then the ingest containers' log and their " +
      "stopped-container messages; network and security groups if the containers themselves are healthy.",
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
 * Errors in a minute. Stores try again, so a few during a change do no harm: five, in three minutes of five, are no
 * accident.
 */
const errors = {
  judgesRelease: true,
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
    runbook:
      "502 and 504 mean containers that close connections or hang (their log), 503 that there are none (target health).",
    metricName: "HTTPCode_ELB_5XX_Count",
    dimensions: { LoadBalancer: loadBalancer.arnSuffix },
  };
}

function targetErrors(name: string, loadBalancer: LoadBalancer): Alarm {
  return {
    ...errors,
    means: "Ingest answers stores with 5xx: orders are not accepted, and stores retry.",
    runbook:
      "503 means that SQS refuses (ingest's log says why: permission, endpoint, throttling); " +
      `anything else is a fault in ingest: npx order-queue rollback ${name} if the last update caused it.`,
    metricName: "HTTPCode_Target_5XX_Count",
    dimensions: { LoadBalancer: loadBalancer.arnSuffix },
  };
}

/** Each line is several attempts at an ERP, some seconds apart: what one fails with is over by the third minute. */
function notDelivered(name: string): Alarm {
  return {
    means: "Orders are not delivered: an ERP refuses them or does not answer.",
    runbook:
      "dispatch's log names store, order and reason (order not delivered): notify that store's team. Refused orders are " +
      "dead-lettered within two minutes; those of an ERP that is down stay on the queue for 48 hours.",
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

/** SQS reports nothing for a queue without a call for six hours: no order is waiting. */
function oldOrders({ queue, oldestOrderSeconds }: Watched): Alarm {
  return {
    means: `An order has waited longer than ${oldestOrderSeconds} s.`,
    runbook: "check that dispatch runs and receives orders (its log), then which store's ERP does not answer.",
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
      "the dashboard shows age, wait and circuit breaker by store. One store: its ERP was down or is slow, notify its team. " +
      "All stores: check that dispatch has free capacity, else raise dispatch.max.",
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

/** What a service moves to a queue is in no count of messages sent, only in how many lie there. */
function anyMessageIn(queueName: pulumi.Input<string>): Omit<Alarm, "means" | "runbook"> {
  return {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queueName },
    statistic: "Maximum",
    period,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
  };
}

function deadLetteredMessages(name: string, { queue }: Watched): Alarm {
  return {
    means: "Orders were dead-lettered: each is in the dead-letter queue with its reason, those behind it continue.",
    runbook:
      `npx order-queue redrive ${name} lists stores, orders and reasons; check that the store's ERP accepts orders, ` +
      "then call it with --store and --yes.",
    // One is an order that its ERP does not have.
    ...anyMessageIn(queue.deadLetter.name),
  };
}

/** What reads it is this alarm's notification, which does not go by EventBridge. */
function unsentEvents({ unsentQueueName }: Events): Alarm {
  return {
    means: "Notifications of events were not sent: a container may have stopped unnoticed.",
    runbook:
      "read the messages of the queue (ERROR_CODE and ERROR_MESSAGE among their attributes), then the topic's policy " +
      "and the rule's input transformer; purge the queue when they are read.",
    ...anyMessageIn(unsentQueueName),
  };
}

/** Counted where an event reached neither the topic nor the queue (EventBridge user guide, "Monitoring"). */
function failedInvocations({ ruleNames }: Events): Alarm {
  const failed = ruleNames.map((RuleName, index) => ({
    id: `rule${index}`,
    metric: {
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName },
      period,
      stat: "Sum",
    },
  }));
  return {
    means: "Events were lost: neither the alarm topic nor the queue of unsent events has them.",
    runbook: "see the policies of the topic and of the queue of unsent events; both must let events.amazonaws.com in.",
    metricQueries: [
      ...failed,
      {
        id: "lost",
        label: "events that were lost",
        // Reported only for a rule that has some.
        expression: failed.map(({ id }) => `FILL(${id}, 0)`).join(" + "),
        returnData: true,
      },
    ],
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
  };
}
