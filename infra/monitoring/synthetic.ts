/**
 * Metrics of what the canary writes into its log (service/canary.ts): one line for each synthetic order.
 *
 * A metric has no stack of its own, and staging shares its AWS region with a production stack: the dimension tells them
 * apart. Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters" (selectors as dimensions; none
 * beside a default value, so a minute in which no order came back has no data).
 */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

const namespace = "OrderQueue";

/** What is counted, and the value of each order that came back. */
const values = { SyntheticOrdersBack: "1", SyntheticOrderSeconds: "$.seconds" };

type Name = keyof typeof values;

/** A metric as alarms name it. */
export function syntheticMetric(metricName: Name, domain: string) {
  return { namespace, metricName, dimensions: { Domain: domain } };
}

/** The metric filters that count the canary's synthetic orders. */
export function createSyntheticMetrics(
  name: string,
  logGroupName: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  const filter = (suffix: string, metric: Name) =>
    new aws.cloudwatch.LogMetricFilter(
      `${name}-${suffix}`,
      {
        logGroupName,
        pattern: '{ $.outcome = "back" }',
        metricTransformation: { namespace, name: metric, value: values[metric], dimensions: { Domain: "$.domain" } },
      },
      { parent },
    );
  filter("synthetic-orders-back", "SyntheticOrdersBack");
  filter("synthetic-order-seconds", "SyntheticOrderSeconds");
}
