/** Metrics that dispatch writes into its log, in CloudWatch's embedded metric format (service/dispatch-metrics.ts). Pure. */

/** A metric of the whole region, as alarms and scaling name it. */
export function dispatchMetric(
  metricName: "OrdersHeldBack" | "OrderAge" | "FreeCapacity" | "EventLoopDelay",
  domain: string,
) {
  return { namespace: "OrderQueue", metricName, dimensions: { Domain: domain } };
}
