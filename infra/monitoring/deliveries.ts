/**
 * A metric of what dispatch writes into its log (service/dispatch.ts): one line for each order that its ERP did not take, in
 * as many attempts as one receive makes.
 *
 * Dispatch's lines name no stack, and staging shares its AWS region with a production stack: the metric's name does.
 */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The metric as alarms name it. */
export function undeliveredMetric(name: string) {
  return { namespace: "OrderQueue", metricName: `${name}-orders-not-delivered` };
}

/** The metric filter that counts undelivered orders in the log of dispatch. */
export function createDeliveryMetric(name: string, logGroupName: pulumi.Input<string>, parent: pulumi.Resource): void {
  const { namespace, metricName } = undeliveredMetric(name);
  new aws.cloudwatch.LogMetricFilter(
    metricName,
    {
      logGroupName,
      pattern: '{ $.msg = "order not delivered" }',
      metricTransformation: { namespace, name: metricName, value: "1" },
    },
    { parent },
  );
}
