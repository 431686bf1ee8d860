import { z } from "zod";
import { type ApiCall, action, instant, page, truth, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import { compute } from "./expression.ts";
import type { Metrics } from "./metrics.ts";
import { isSearch, labelOf, searchOf } from "./search.ts";
import type { Series } from "./series.ts";

export type MetricsApiCall = ApiCall & { metrics: Metrics };

const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]);
const period = whole(60, 86_400).refine((seconds) => seconds % 60 === 0, "expected a multiple of 60 (seconds)");
const statistic = z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]);
const percentile = z
  .string()
  .regex(/^p(\d{1,2}(\.\d{1,10})?|100)$/, "of extended statistics percentiles alone are modelled, p0 to p100");

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
    Statistics: z.array(statistic).max(5).default([]),
    ExtendedStatistics: z.array(percentile).max(10).default([]),
  },
  ({ StartTime, EndTime, Period, Statistics, ExtendedStatistics, ...metric }, call: MetricsApiCall) => {
    const asked = [...Statistics, ...ExtendedStatistics];
    // API_GetMetricStatistics: one of them, not both.
    if (Statistics.length > 0 === ExtendedStatistics.length > 0)
      throw new AwsError("InvalidParameterCombination", "Specify either Statistics or ExtendedStatistics, not both.");
    const columns = asked.map((stat) => ({ stat, ...read(call, metric, stat, Period, StartTime, EndTime) }));
    const times = columns[0]?.times ?? [];
    return {
      Label: metric.MetricName,
      Datapoints: times.flatMap((Timestamp, index) => {
        const values = columns.map(({ stat, series }) => [stat, series[index]] as const);
        if (values[0]?.[1] === undefined) return [];
        const plain = values.filter(([stat]) => !stat.startsWith("p"));
        const extended = values.filter(([stat]) => stat.startsWith("p"));
        return [
          {
            Timestamp,
            ...Object.fromEntries(plain),
            ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
          },
        ];
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
      Stat: z.union([statistic, percentile]),
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
    const ascending = ScanBy === "TimestampAscending";
    const results = MetricDataQueries.flatMap(({ Id, Label, MetricStat, Expression, ReturnData }) => {
      if (Expression && isSearch(Expression)) {
        const found = search(Expression, call, StartTime, EndTime);
        return ReturnData ? found.map((one) => result(Id, one.label, one.series, one.times, ascending)) : [];
      }
      if (Expression) known[Id] = expression(Expression, known, times.length);
      const label = Label ?? MetricStat?.Metric.MetricName ?? Id;
      return ReturnData ? [result(Id, label, known[Id] ?? [], times, ascending)] : [];
    });
    return { MetricDataResults: results };
  },
);

function result(Id: string, Label: string, series: Series, times: Date[], ascending: boolean): Properties {
  const points = times.flatMap((time, index) => {
    const value = series[index];
    return value === undefined ? [] : [{ time, value }];
  });
  if (!ascending) points.reverse();
  return {
    ...{ Id, Label, StatusCode: "Complete" },
    Timestamps: points.map(({ time }) => time),
    Values: points.map(({ value }) => value),
  };
}

/** A time series for each metric that a search finds, by its label. */
function search(text: string, call: MetricsApiCall, from: Date, to: Date) {
  const { matches, stat, period: seconds } = searchOf(text);
  return call.metrics
    .list(call.region)
    .filter(matches)
    .map((metric) => {
      const Dimensions = Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
      const asked = { Namespace: metric.namespace, MetricName: metric.name, Dimensions };
      return { label: labelOf(metric), ...read(call, asked, stat, seconds, from, to) };
    });
}

export const listMetrics = action(
  {
    Namespace: z.string().optional(),
    MetricName: z.string().optional(),
    Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string().optional() })).default([]),
    RecentlyActive: z.literal("PT3H").optional(),
    NextToken: z.string().optional(),
  },
  ({ Namespace, MetricName, Dimensions, NextToken }, call: MetricsApiCall) => {
    const found = call.metrics
      .list(call.region)
      .filter(({ namespace, name }) => (Namespace ?? namespace) === namespace && (MetricName ?? name) === name)
      .filter(({ dimensions }) =>
        Dimensions.every(
          ({ Name, Value }) => dimensions[Name] !== undefined && (Value ?? dimensions[Name]) === dimensions[Name],
        ),
      );
    const { items, next } = page(found, 500, NextToken);
    return {
      Metrics: items.map(({ namespace, name, dimensions }) => ({
        ...{ Namespace: namespace, MetricName: name },
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
      NextToken: next,
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
