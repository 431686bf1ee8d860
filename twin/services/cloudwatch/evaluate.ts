/** How an alarm is judged, without effects. */
import type { Series } from "./series.ts";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

export interface Rule {
  comparisonOperator: string;
  threshold: number;
  /** N of "M out of N". */
  evaluationPeriods: number;
  /** M of "M out of N". */
  datapointsToAlarm: number;
  treatMissingData: MissingData;
}

/** CloudWatch looks at more periods than it judges, so that a late datapoint counts; in its examples at two more. */
export const extraPeriods = 2;

const comparisons: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The state that follows from the last `evaluationPeriods + extraPeriods` periods
 * (AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, "How alarm state is evaluated when data is
 * missing"): the newest N datapoints count; only what lacks to N is filled in as `treatMissingData` says.
 * @throws Error for a comparison that is not modelled (anomaly detection)
 */
export function evaluate(rule: Rule, series: Series, current: AlarmState): AlarmState {
  const breaches = comparisons[rule.comparisonOperator];
  if (!breaches) throw new Error(`The comparison ${rule.comparisonOperator} is not modelled`);
  const range = series.slice(-(rule.evaluationPeriods + extraPeriods));
  const reported = range.filter((value) => value !== undefined).slice(-rule.evaluationPeriods);
  const bad = reported.filter((value) => breaches(value, rule.threshold)).length;
  const good = reported.length - bad;
  const missing = rule.evaluationPeriods - reported.length;
  if (bad >= rule.datapointsToAlarm) return "ALARM";
  if (missing === 0) return "OK";
  switch (rule.treatMissingData) {
    case "breaching":
      return bad + missing >= rule.datapointsToAlarm ? "ALARM" : "OK";
    case "notBreaching":
      return "OK";
    case "ignore":
      return good > 0 ? "OK" : current;
    case "missing":
      if (good > 0) return "OK";
      return bad > 0 ? "ALARM" : "INSUFFICIENT_DATA";
  }
}
