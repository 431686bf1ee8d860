/**
 * Amazon CloudWatch: alarms with their history, and the metrics that the twin has (metrics.ts). Not modelled:
 * composite alarms, anomaly detection, extended statistics but percentiles, PutMetricData, sort orders; of an alarm's history
 * only changes of state are kept.
 * Sources: CloudWatch API reference, also for the sizes of pages; periods are aligned to the clock
 * (AmazonCloudWatch/latest/APIReference/API_MetricStat.html, Period).
 */
import { json10Compatible } from "../../api/protocols/json.ts";
import { query } from "../../api/protocols/query.ts";
import type { Service } from "../../api/service.ts";
import { type AlarmsApiCall, describeAlarmHistory, describeAlarms, describeAlarmsForMetric } from "./alarms-api.ts";
import { getDashboard, listDashboards } from "./dashboards-api.ts";
import { getMetricData, getMetricStatistics, listMetrics, type MetricsApiCall } from "./metrics-api.ts";

export type WatchApiCall = AlarmsApiCall & MetricsApiCall;

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
    DescribeAlarmsForMetric: describeAlarmsForMetric,
    GetDashboard: getDashboard,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
    ListDashboards: listDashboards,
    ListMetrics: listMetrics,
  },
};
