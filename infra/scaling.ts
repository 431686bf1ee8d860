/**
 * How many containers of a service run, between the settings' `count` and `max`. Application Auto Scaling owns the
 * number; raising `count` raises it at once (RegisterScalableTarget brings the capacity into the new range).
 *
 * Neither service scales on CPU: both wait for others most of their time, and a dispatch that idles on a slow ERP would
 * be taken away in the middle of its orders.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dispatchMetric } from "./dispatch-metrics.ts";
import { type LoadBalancer, loadBalancerName } from "./load-balancer.ts";

/** Least and most containers. */
export interface Range {
  readonly count: number;
  readonly max: number;
}

export interface Scaled {
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
  readonly range: Range;
}

/** Requests a minute for one ingest container: 17 a second, far below what 256 CPU units take in. */
const requestsPerContainer = 1_000;
/**
 * Orders that may wait for one dispatch container, which has 50 of one store under way at a time (service/settings.ts):
 * where its ERP takes the whole 25 s that the settings allow it, they are done in 250 s, before they count as old (300 s).
 */
const ordersPerContainer = 500;

/** Seconds from one addition to the next: a container is up within a minute. */
const scaleOutCooldown = 60;
/** Seconds from one removal to the next: longer than the 120 s that a dispatch may take to stop. */
const scaleInCooldown = 300;

/**
 * Ingest: as many containers as the requests need. A policy knows one load balancer, so each has its own; the one that
 * asks for the most containers decides, and all have to agree before any is taken away (Application Auto Scaling user
 * guide, "Target tracking scaling policies", multiple policies).
 */
export function scaleOnRequests(
  region: string,
  scaled: Scaled,
  loadBalancers: readonly LoadBalancer[],
  parent: pulumi.Resource,
): void {
  const target = createTarget(`${region}-ingest`, scaled, parent);
  for (const [index, { arnSuffix, targetGroupArnSuffix }] of loadBalancers.entries()) {
    const predefinedMetricSpecification = {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: pulumi.interpolate`${arnSuffix}/${targetGroupArnSuffix}`,
    };
    const name = `${loadBalancerName(region, index + 1)}-ingest`;
    track(name, target, { predefinedMetricSpecification, targetValue: requestsPerContainer }, parent);
  }
}

/**
 * Dispatch: as many containers as the orders that wait need: those that are visible, and those that a container holds or makes
 * invisible until their store has a slot. An order that is invisible for a later attempt does not count: an ERP that is down adds no
 * containers. Each container reports its own, so the average is what one has.
 *
 * Source: Application Auto Scaling user guide, "Amazon SQS queue backlog per task".
 */
export function scaleOnBacklog(
  name: string,
  scaled: Scaled,
  { orders, domain }: { readonly orders: aws.sqs.Queue; readonly domain: string },
  parent: pulumi.Resource,
): void {
  const { cluster, service } = scaled;
  const waiting = {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: [{ name: "QueueName", value: orders.name }],
  };
  const { namespace, metricName, dimensions } = dispatchMetric("OrdersHeldBack", domain);
  const held = { namespace, metricName, dimensions: [{ name: "Domain", value: dimensions.Domain }] };
  const running = {
    namespace: "ECS/ContainerInsights",
    metricName: "RunningTaskCount",
    dimensions: [
      { name: "ClusterName", value: cluster.name },
      { name: "ServiceName", value: service.name },
    ],
  };
  const customizedMetricSpecification = {
    metrics: [
      { id: "waiting", metricStat: { metric: waiting, stat: "Average" }, returnData: false },
      { id: "running", metricStat: { metric: running, stat: "Average" }, returnData: false },
      { id: "held", metricStat: { metric: held, stat: "Average" }, returnData: false },
      {
        id: "backlog",
        label: "Orders waiting per container",
        expression: "waiting / running + held",
        returnData: true,
      },
    ],
  };
  const target = createTarget(name, scaled, parent);
  track(name, target, { customizedMetricSpecification, targetValue: ordersPerContainer }, parent);
}

type Tracking = aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration;

/** The policy names its target and the target its service, so that each is deleted before what it stands on. */
function createTarget(
  name: string,
  { cluster, service, range }: Scaled,
  parent: pulumi.Resource,
): aws.appautoscaling.Target {
  return new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      minCapacity: range.count,
      maxCapacity: range.max,
    },
    { parent },
  );
}

function track(
  name: string,
  target: aws.appautoscaling.Target,
  tracking: Pick<Tracking, "predefinedMetricSpecification" | "customizedMetricSpecification" | "targetValue">,
  parent: pulumi.Resource,
): void {
  new aws.appautoscaling.Policy(
    name,
    {
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: { ...tracking, scaleOutCooldown, scaleInCooldown },
    },
    { parent },
  );
}
