/**
 * Metrics as log lines in CloudWatch's embedded metric format; CloudWatch Logs reads them out of what containers write
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html). Pure.
 */

const NAMESPACE = "OrderQueue";
/** Values of one metric in one line (the same page, "Target members"). */
export const MOST_VALUES = 100;

export interface Metric {
  unit: "Count" | "Seconds" | "Milliseconds" | "None";
  value: number | readonly number[];
}

/**
 * One line's fields. The metrics are of all the dimensions together, and where there are several, of the first alone too:
 * that is the region's own series.
 */
export function embedded(now: number, dimensions: Record<string, string>, metrics: Record<string, Metric>): object {
  const names = Object.keys(dimensions);
  const sets = names.length > 1 ? [names.slice(0, 1), names] : [names];
  const Metrics = Object.entries(metrics).map(([Name, { unit }]) => ({ Name, Unit: unit }));
  const values = Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
  const directive = { Namespace: NAMESPACE, Dimensions: sets, Metrics };
  return { _aws: { Timestamp: Math.round(now), CloudWatchMetrics: [directive] }, ...dimensions, ...values };
}
