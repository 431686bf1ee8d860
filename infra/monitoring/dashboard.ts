/**
 * One page that shows a region: what alarms, what runs, what waits, what stores are answered, what expires.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dispatchMetric } from "../dispatch-metrics.ts";
import type { Watched } from "./alarms.ts";
import { syntheticMetric } from "./synthetic.ts";

export interface DashboardArgs extends Watched {
  readonly region: string;
}

/** A metric as a dashboard writes it: namespace, name, then dimensions by name and value. */
type Metric = readonly pulumi.Input<string>[];

/** The dashboard of a region: its alarms, then a graph for each part. */
export function createDashboard(
  name: string,
  args: DashboardArgs,
  alarms: readonly aws.cloudwatch.MetricAlarm[],
  parent: pulumi.Resource,
): aws.cloudwatch.Dashboard {
  const graphs = [
    ...containerGraphs(args),
    ...queueGraphs(args),
    ...dispatchGraphs(args),
    ...loadBalancerGraphs(args),
    ...syntheticGraphs(args),
    certificateGraph(args),
  ];
  const widgets = [
    { type: "alarm", ...full, properties: { title: "Alarms", alarms: alarms.map(({ arn }) => arn) } },
    ...graphs.map((graph, index) => ({ type: "metric", ...place(index), properties: graph })),
  ];
  // The account's dashboards share one set of names, whatever their region.
  return new aws.cloudwatch.Dashboard(
    name,
    { dashboardName: `order-queue-${name}`, dashboardBody: pulumi.jsonStringify({ widgets }) },
    { parent },
  );
}

/** The page is 24 units wide: the alarms across it, graphs three in a row below. */
const full = { x: 0, y: 0, width: 24, height: 3 };
const graphSize = { width: 8, height: 6 };

function place(index: number) {
  return {
    x: (index % 3) * graphSize.width,
    y: full.height + Math.floor(index / 3) * graphSize.height,
    ...graphSize,
  };
}

function graph(region: string, title: string, stat: string, metrics: readonly Metric[], line?: number) {
  return {
    title,
    region,
    stat,
    period: 60,
    view: "timeSeries",
    metrics,
    ...(line !== undefined && { annotations: { horizontal: [{ label: "Alarm", value: line }] } }),
  };
}

function containerGraphs({ region, containers }: DashboardArgs) {
  return (["ingest", "dispatch", "canary"] as const).map((role) => {
    const service = ["ClusterName", containers.cluster.name, "ServiceName", containers[role].name];
    const counts = ["DesiredTaskCount", "RunningTaskCount", "PendingTaskCount"];
    return graph(
      region,
      `Containers: ${role}`,
      "Average",
      counts.map((metric) => ["ECS/ContainerInsights", metric, ...service]),
    );
  });
}

function queueGraphs({ region, queue, oldestOrderSeconds }: DashboardArgs) {
  const of = (which: aws.sqs.Queue, metric: string): Metric => ["AWS/SQS", metric, "QueueName", which.name];
  const age = of(queue.orders, "ApproximateAgeOfOldestMessage");
  return [
    graph(region, "Age of the oldest order (s)", "Maximum", [age], oldestOrderSeconds),
    graph(region, "Orders waiting and in flight", "Maximum", [
      of(queue.orders, "ApproximateNumberOfMessagesVisible"),
      of(queue.orders, "ApproximateNumberOfMessagesNotVisible"),
    ]),
    graph(region, "Dead-lettered messages", "Maximum", [of(queue.deadLetter, "ApproximateNumberOfMessagesVisible")], 0),
  ];
}

/** Those of each store are searched for, so that a store more or less leaves the page as it is. */
function dispatchGraphs({ region, domain, oldestOrderSeconds }: DashboardArgs) {
  const of = (name: Parameters<typeof dispatchMetric>[0]): Metric => {
    const { namespace, metricName, dimensions } = dispatchMetric(name, domain);
    return [namespace, metricName, "Domain", dimensions.Domain];
  };
  const byStore = (title: string, metric: string, line?: number) => {
    const search = `SEARCH('{OrderQueue,Domain,Store} MetricName="${metric}" Domain="${domain}"', 'Maximum', 60)`;
    return { ...graph(region, title, "Maximum", [], line), metrics: [[{ expression: search, id: "stores" }]] };
  };
  return [
    byStore("Accepted to delivered, by store (s)", "OrderAge", oldestOrderSeconds),
    byStore("Accepted to posted, by store (s)", "OrderWait"),
    byStore("Orders that wait for a slot, by store", "OrdersWaiting"),
    byStore("Circuit breaker open, by store", "BreakerOpen"),
    graph(region, "Dispatch: free capacity of a container", "Minimum", [of("FreeCapacity")]),
    graph(region, "Dispatch: event-loop delay (ms)", "Maximum", [of("EventLoopDelay")]),
  ];
}

/** A line for each load balancer. */
function loadBalancerGraphs({ region, loadBalancers }: DashboardArgs) {
  const of = (metric: string): Metric[] =>
    loadBalancers.map(({ arnSuffix }) => ["AWS/ApplicationELB", metric, "LoadBalancer", arnSuffix]);
  const targets = (metric: string): Metric[] =>
    of(metric).map((line, index) => [...line, "TargetGroup", loadBalancers[index]?.targetGroupArnSuffix ?? ""]);
  const failures = ["HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "ClientTLSNegotiationErrorCount"];
  return [
    graph(region, "Healthy and unhealthy targets", "Minimum", [
      ...targets("HealthyHostCount"),
      ...targets("UnHealthyHostCount"),
    ]),
    graph(region, "Requests", "Sum", of("RequestCount")),
    graph(region, "5xx and failed TLS handshakes", "Sum", failures.flatMap(of)),
  ];
}

function syntheticGraphs({ region, domain }: DashboardArgs) {
  const of = (name: Parameters<typeof syntheticMetric>[0]): Metric => {
    const { namespace, metricName, dimensions } = syntheticMetric(name, domain);
    return [namespace, metricName, "Domain", dimensions.Domain];
  };
  return [
    graph(region, "Synthetic orders that came back", "Sum", [of("SyntheticOrdersBack")], 1),
    graph(region, "Synthetic orders: there and back (s)", "Maximum", [of("SyntheticOrderSeconds")]),
  ];
}

/** Searched for, so that a store more or less leaves the page as it is; of all the account's in this region. */
function certificateGraph({ region }: DashboardArgs) {
  const search = `SEARCH('{AWS/CertificateManager,CertificateArn} MetricName="DaysToExpiry"', 'Minimum', 86400)`;
  return {
    title: "Certificates: days left",
    region,
    view: "timeSeries",
    metrics: [[{ expression: search, id: "days" }]],
    annotations: { horizontal: [{ label: "Alarm", value: 30 }] },
  };
}
