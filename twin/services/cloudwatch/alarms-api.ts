import { z } from "zod";
import { type ApiCall, action, date, instant, page, texts, whole } from "../../api/service.ts";
import type { Properties } from "../../core/store.ts";
import type { AlarmDocument, Alarms } from "./alarms.ts";

export type AlarmsApiCall = ApiCall & { alarms: Alarms };

const paged = { MaxRecords: whole(1, 100).default(50), NextToken: z.string().optional() };
const state = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]);

export const describeAlarms = action(
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
    call: AlarmsApiCall,
  ) => {
    if (AlarmTypes && !AlarmTypes.includes("MetricAlarm")) return { MetricAlarms: [], CompositeAlarms: [] };
    const shapes = alarmShapes(call)
      .filter(({ AlarmName }) => AlarmName.startsWith(AlarmNamePrefix) && (AlarmNames?.includes(AlarmName) ?? true))
      .filter(({ StateValue: value }) => StateValue === undefined || value === StateValue)
      .filter(({ AlarmActions }) => !ActionPrefix || AlarmActions.some((arn: string) => arn.startsWith(ActionPrefix)))
      .sort((a, b) => (a.AlarmName < b.AlarmName ? -1 : 1));
    const { items, next } = page(shapes, MaxRecords, NextToken);
    return { MetricAlarms: items, CompositeAlarms: [], NextToken: next };
  },
);

/** Alarms on that metric alone: those of an expression that uses it are not among them (API reference). */
export const describeAlarmsForMetric = action(
  {
    MetricName: z.string(),
    Namespace: z.string(),
    Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
    Statistic: z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]).optional(),
    Period: whole(1, Number.MAX_SAFE_INTEGER).optional(),
  },
  ({ MetricName, Namespace, Dimensions, Statistic, Period }, call: AlarmsApiCall) => {
    const wanted = dimensionKey(Dimensions);
    return {
      MetricAlarms: alarmShapes(call)
        .filter((alarm) => alarm.MetricName === MetricName && alarm.Namespace === Namespace)
        .filter((alarm) => dimensionKey(alarm.Dimensions) === wanted)
        .filter((alarm) => Statistic === undefined || alarm.Statistic === Statistic)
        .filter((alarm) => Period === undefined || alarm.Period === Period),
    };
  },
);

const dimensionKey = (dimensions: { Name: string; Value: string }[]): string =>
  JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort());

function alarmShapes({ alarms, store, region }: AlarmsApiCall): Properties[] {
  const documents = new Map(alarms.list().map((document) => [document.arn, document]));
  return store.list("aws:cloudwatch/metricAlarm:MetricAlarm", region).flatMap(({ outputs }) => {
    const document = documents.get(outputs.arn);
    return document ? [alarmShape(outputs, document)] : [];
  });
}

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

export const describeAlarmHistory = action(
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
    { alarms, region }: AlarmsApiCall,
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
