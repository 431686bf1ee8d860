/** How target tracking decides, without effects. */
import { evaluate } from "../cloudwatch/evaluate.ts";
import type { Series } from "../cloudwatch/series.ts";

/** Periods of a minute for which the metric must be above its target before containers are added. */
export const outPeriods = 3;
/** Periods for which it must be below 90 % of it before any is taken away. */
export const inPeriods = 15;

export interface Situation {
  capacity: number;
  target: number;
  /** One value a minute, the oldest first; undefined where nothing was reported. */
  series: Series;
  /** Minutes since the policy is watched: time without a twin is not missing data. */
  watchedMinutes: number;
}

/**
 * The capacity that a policy asks for; undefined when the metric is near its target or says too little. As AWS makes the
 * two alarms of a policy: 3 datapoints above the target, 15 below 90 % of it (seen in what PutScalingPolicy creates,
 * promised nowhere). Missing data never scales in (ECS developer guide, target tracking considerations).
 */
export function wanted({ capacity, target, series, watchedMinutes }: Situation): number | undefined {
  const last = series.findLast((value) => value !== undefined);
  if (last === undefined) return undefined;
  const asked = Math.ceil((capacity * last) / target);
  const holds = (comparisonOperator: string, threshold: number, evaluationPeriods: number) =>
    watchedMinutes >= evaluationPeriods &&
    evaluate(
      {
        comparisonOperator,
        threshold,
        evaluationPeriods,
        datapointsToAlarm: evaluationPeriods,
        treatMissingData: "missing",
      },
      series,
      "OK",
    ) === "ALARM";
  if (holds("GreaterThanThreshold", target, outPeriods)) return Math.max(asked, capacity);
  if (holds("LessThanThreshold", 0.9 * target, inPeriods)) return Math.min(asked, capacity);
  return undefined;
}
