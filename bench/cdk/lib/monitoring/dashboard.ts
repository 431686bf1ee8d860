import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { HttpCodeElb, HttpCodeTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import * as cdk from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { containerMetric, type Watched } from "./alarms";

const { AVERAGE, MINIMUM, MAXIMUM, SUM } = cloudwatch.Stats;
const period = cdk.Duration.minutes(1);

export function createDashboard(
  scope: Construct,
  id: string,
  watched: Watched,
  alarms: cloudwatch.IAlarm[],
): cloudwatch.Dashboard {
  const graphs = [...containerGraphs(watched), ...queueGraphs(watched), ...balancerGraphs(watched), certificateGraph()];
  return new cloudwatch.Dashboard(scope, id, {
    dashboardName: `order-queue-${cdk.Stack.of(scope).stackName}`,
    widgets: [[new cloudwatch.AlarmStatusWidget({ title: "Alarms", alarms, width: 24, height: 3 })], graphs],
  });
}

function graph(title: string, left: cloudwatch.IMetric[], line?: number): cloudwatch.GraphWidget {
  const leftAnnotations = line === undefined ? [] : [{ label: "Alarm", value: line }];
  return new cloudwatch.GraphWidget({ title, left, leftAnnotations, period, width: 8, height: 6 });
}

function containerGraphs(watched: Watched): cloudwatch.GraphWidget[] {
  const counts = ["DesiredTaskCount", "RunningTaskCount", "PendingTaskCount"];
  return (["ingest", "dispatch"] as const).map((role) =>
    graph(
      `Containers: ${role}`,
      counts.map((metric) => containerMetric(watched, role, metric, AVERAGE)),
    ),
  );
}

function queueGraphs({ orders, deadLetter, settings }: Watched): cloudwatch.GraphWidget[] {
  const most = { statistic: MAXIMUM, period };
  return [
    graph(
      "Age of the oldest order (s)",
      [orders.metricApproximateAgeOfOldestMessage(most)],
      settings.oldestOrderSeconds,
    ),
    graph("Orders waiting and in flight", [
      orders.metricApproximateNumberOfMessagesVisible(most),
      orders.metricApproximateNumberOfMessagesNotVisible(most),
    ]),
    graph("Dead letters", [deadLetter.metricApproximateNumberOfMessagesVisible(most)], 0),
  ];
}

function balancerGraphs({ balancer, targets }: Watched): cloudwatch.GraphWidget[] {
  const least = { statistic: MINIMUM, period };
  const sum = { statistic: SUM, period };
  return [
    graph("Healthy and unhealthy targets", [
      targets.metrics.healthyHostCount(least),
      targets.metrics.unhealthyHostCount(least),
    ]),
    graph("Requests", [balancer.metrics.requestCount(sum)]),
    graph("5xx and failed TLS handshakes", [
      balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
      balancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
      balancer.metrics.clientTlsNegotiationErrorCount(sum),
    ]),
  ];
}

function certificateGraph(): cloudwatch.GraphWidget {
  const search = new cloudwatch.SearchExpression({
    expression: `SEARCH('{AWS/CertificateManager,CertificateArn} MetricName="DaysToExpiry"', 'Minimum', 86400)`,
    period: cdk.Duration.days(1),
  });
  return graph("Certificates: days left", [search], 30);
}
