/**
 * Amazon CloudWatch: alarms with their history, and the metrics that the twin has (metrics/metrics.ts). Not modelled:
 * composite alarms, anomaly detection, percentiles, metrics that somebody puts, sort orders; of an alarm's history
 * only changes of state are kept.
 * Sources: CloudWatch API reference, also for the sizes of pages; periods are aligned to the clock
 * (AmazonCloudWatch/latest/APIReference/API_MetricStat.html, Period).
 */
import { z } from "zod";
import { json10Compatible } from "../../api/protocols/json.ts";
import { query } from "../../api/protocols/query.ts";
import { type ApiCall, action, date, instant, page, type Service, texts, truth, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { AlarmDocument, Alarms } from "./alarms.ts";
import { compute } from "./expression.ts";
import type { Metrics } from "./metrics.ts";
import type { Series } from "./series.ts";

export type WatchApiCall = ApiCall & { alarms: Alarms; metrics: Metrics };

const paged = { MaxRecords: whole(1, 100).default(50), NextToken: z.string().optional() };
const state = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]);

const describeAlarms = action(
  {
    ...paged,
    AlarmNames: texts.max(100).optional(),
    AlarmNamePrefix: z.string().optional(),
    AlarmTypes: z.array(z.enum(["MetricAlarm", "CompositeAlarm"])).optional(),
    StateValue: state.optional(),
    ActionPrefix: z.string().optional(),
  },
  (
    { AlarmNames, AlarmNamePrefix = "", AlarmTypes, StateValue, ActionPrefix, MaxRecords, NextToken },
    call: WatchApiCall,
  ) => {
    if (AlarmTypes && !AlarmTypes.includes("MetricAlarm")) return { MetricAlarms: [], CompositeAlarms: [] };
    const documents = new Map(call.alarms.list().map((document) => [document.arn, document]));
    const shapes = call.store
      .list("aws:cloudwatch/metricAlarm:MetricAlarm", call.region)
      .flatMap(({ outputs }) => {
        const document = documents.get(outputs.arn);
        return document ? [alarmShape(outputs, document)] : [];
      })
      .filter(({ AlarmName }) => AlarmName.startsWith(AlarmNamePrefix) && (AlarmNames?.includes(AlarmName) ?? true))
      .filter(({ StateValue: value }) => StateValue === undefined || value === StateValue)
      .filter(({ AlarmActions }) => !ActionPrefix || AlarmActions.some((arn: string) => arn.startsWith(ActionPrefix)))
      .sort((a, b) => (a.AlarmName < b.AlarmName ? -1 : 1));
    const { items, next } = page(shapes, MaxRecords, NextToken);
    return { MetricAlarms: items, CompositeAlarms: [], NextToken: next };
  },
);

const dimensionList = (dimensions: Record<string, string> = {}) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

function alarmShape(outputs: Properties, document: AlarmDocument): Properties {
  return {
    AlarmName: outputs.name,
    AlarmArn: outputs.arn,
    AlarmDescription: outputs.alarmDescription,
    ActionsEnabled: outputs.actionsEnabled ?? true,
    OKActions: outputs.okActions ?? [],
    AlarmActions: outputs.alarmActions ?? [],
    InsufficientDataActions: outputs.insufficientDataActions ?? [],
    StateValue: document.state,
    StateReason: document.reason,
    StateUpdatedTimestamp: date(document.updatedAt),
    StateTransitionedTimestamp: date(document.updatedAt),
    MetricName: outputs.metricName,
    Namespace: outputs.namespace,
    Statistic: outputs.statistic,
    Dimensions: dimensionList(outputs.dimensions),
    Period: outputs.period,
    EvaluationPeriods: outputs.evaluationPeriods,
    DatapointsToAlarm: outputs.datapointsToAlarm,
    Threshold: outputs.threshold,
    ComparisonOperator: outputs.comparisonOperator,
    TreatMissingData: outputs.treatMissingData,
    Metrics: outputs.metricQueries?.map(({ id, expression, label, returnData, metric }: Properties) => ({
      ...{ Id: id, Expression: expression, Label: label, ReturnData: returnData ?? true },
      MetricStat: metric && {
        Metric: {
          Namespace: metric.namespace,
          MetricName: metric.metricName,
          Dimensions: dimensionList(metric.dimensions),
        },
        Period: metric.period,
        Stat: metric.stat,
      },
    })),
  };
}

const describeAlarmHistory = action(
  {
    ...paged,
    AlarmName: z.string().optional(),
    AlarmTypes: texts.optional(),
    HistoryItemType: z.enum(["ConfigurationUpdate", "StateUpdate", "Action"]).optional(),
    StartDate: instant.optional(),
    EndDate: instant.optional(),
    ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  },
  (
    { AlarmName, HistoryItemType, StartDate, EndDate, ScanBy, MaxRecords, NextToken },
    { alarms, region }: WatchApiCall,
  ) => {
    const found = alarms
      .history()
      .filter((change) => change.region === region && (AlarmName === undefined || change.name === AlarmName))
      .filter(() => HistoryItemType === undefined || HistoryItemType === "StateUpdate")
      .filter(({ at }) => !StartDate || Date.parse(at) >= StartDate.getTime())
      .filter(({ at }) => !EndDate || Date.parse(at) <= EndDate.getTime());
    if (ScanBy === "TimestampDescending") found.reverse();
    const { items, next } = page(found, MaxRecords, NextToken);
    return {
      AlarmHistoryItems: items.map(({ name, at, from, to, reason }) => ({
        AlarmName: name,
        AlarmType: "MetricAlarm",
        Timestamp: date(at),
        HistoryItemType: "StateUpdate",
        HistorySummary: `Alarm updated from ${from} to ${to}`,
        HistoryData: JSON.stringify({
          version: "1.0",
          oldState: { stateValue: from },
          newState: { stateValue: to, stateReason: reason },
        }),
      })),
      NextToken: next,
    };
  },
);

const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]);
const period = whole(60, 86_400).refine((seconds) => seconds % 60 === 0, "expected a multiple of 60 (seconds)");
const statistic = z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]);

/** A metric over whole periods of the clock: the time of each period's begin, and its value if there was any. */
function read(call: WatchApiCall, metric: Properties, stat: string, seconds: number, from: Date, to: Date) {
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

const getMetricStatistics = action(
  {
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: dimensions,
    StartTime: instant,
    EndTime: instant,
    Period: period,
    Statistics: z.array(statistic).min(1).max(5),
  },
  ({ StartTime, EndTime, Period, Statistics, ...metric }, call: WatchApiCall) => {
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

const getMetricData = action(
  {
    MetricDataQueries: z.array(metricQuery).min(1).max(500),
    StartTime: instant,
    EndTime: instant,
    ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  },
  ({ MetricDataQueries, StartTime, EndTime, ScanBy }, call: WatchApiCall) => {
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

export const cloudwatch: Service<WatchApiCall> = {
  name: "monitoring",
  protocols: [json10Compatible, query],
  target: "GraniteServiceVersion20100801",
  namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
  version: "2010-08-01",
  invalid: "InvalidParameterValue",
  actions: {
    DescribeAlarmHistory: describeAlarmHistory,
    DescribeAlarms: describeAlarms,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
  },
};
