import { z } from "zod";
import { type ApiCall, action, instant, truth, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import { compute } from "./expression.ts";
import type { Metrics } from "./metrics.ts";
import type { Series } from "./series.ts";

export type MetricsApiCall = ApiCall & { metrics: Metrics };

const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]);
const period = whole(60, 86_400).refine((seconds) => seconds % 60 === 0, "expected a multiple of 60 (seconds)");
const statistic = z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]);

/** A metric over whole periods of the clock: the time of each period's begin, and its value if there was any. */
function read(call: MetricsApiCall, metric: Properties, stat: string, seconds: number, from: Date, to: Date) {
  const step = seconds * 1000;
  const begin = Math.floor(from.getTime() / step) * step;
  const end = Math.ceil(to.getTime() / step) * step;
  const periods = (end - begin) / step;
  if (periods < 1) throw new AwsError("InvalidParameterValue", "StartTime must be less than EndTime.");
  if (periods > 100_800) throw new AwsError("InvalidParameterValue", "More datapoints asked for than are answered.");
  const series = call.metrics.series(
    {
      region: call.region,
      namespace: metric.Namespace,
      name: metric.MetricName,
      dimensions: Object.fromEntries(metric.Dimensions.map(({ Name, Value }: Properties) => [Name, Value])),
    },
    stat,
    seconds,
    periods,
    end,
  );
  return { series, times: series.map((_, index) => new Date(begin + index * step)) };
}

export const getMetricStatistics = action(
  {
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: dimensions,
    StartTime: instant,
    EndTime: instant,
    Period: period,
    Statistics: z.array(statistic).min(1).max(5),
  },
  ({ StartTime, EndTime, Period, Statistics, ...metric }, call: MetricsApiCall) => {
    const columns = Statistics.map((stat) => ({ stat, ...read(call, metric, stat, Period, StartTime, EndTime) }));
    const times = columns[0]?.times ?? [];
    return {
      Label: metric.MetricName,
      Datapoints: times.flatMap((Timestamp, index) => {
        const values = columns.map(({ stat, series }) => [stat, series[index]] as const);
        return values[0]?.[1] === undefined ? [] : [{ Timestamp, ...Object.fromEntries(values) }];
      }),
    };
  },
);

const metricQuery = z.strictObject({
  Id: z.string().regex(/^[a-z]\w*$/),
  Label: z.string().optional(),
  ReturnData: truth.default(true),
  Expression: z.string().optional(),
  Period: period.optional(),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions }),
      Period: period,
      Stat: statistic,
    })
    .optional(),
});

export const getMetricData = action(
  {
    MetricDataQueries: z.array(metricQuery).min(1).max(500),
    StartTime: instant,
    EndTime: instant,
    ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  },
  ({ MetricDataQueries, StartTime, EndTime, ScanBy }, call: MetricsApiCall) => {
    const known: Record<string, Series> = {};
    let times: Date[] = [];
    for (const { Id, MetricStat } of MetricDataQueries) {
      if (!MetricStat) continue;
      const { Metric, Stat, Period } = MetricStat;
      if (Period !== MetricDataQueries.find((one) => one.MetricStat)?.MetricStat?.Period)
        throw new AwsError("InvalidParameterValue", "Metrics of different periods in one call are not modelled");
      const column = read(call, Metric, Stat, Period, StartTime, EndTime);
      known[Id] = column.series;
      times = column.times;
    }
    for (const { Id, Expression } of MetricDataQueries)
      if (Expression) known[Id] = expression(Expression, known, times.length);
    return {
      MetricDataResults: MetricDataQueries.filter(({ ReturnData }) => ReturnData).map(({ Id, Label, MetricStat }) => {
        const points = times.flatMap((time, index) => {
          const value = known[Id]?.[index];
          return value === undefined ? [] : [{ time, value }];
        });
        if (ScanBy === "TimestampDescending") points.reverse();
        return {
          Id,
          Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
          StatusCode: "Complete",
          Timestamps: points.map(({ time }) => time),
          Values: points.map(({ value }) => value),
        };
      }),
    };
  },
);

/** Expressions see the metrics and the expressions before them. */
function expression(text: string, known: Record<string, Series>, length: number): Series {
  try {
    return compute(text, known, length);
  } catch (error) {
    throw new AwsError("ValidationError", (error as Error).message);
  }
}
