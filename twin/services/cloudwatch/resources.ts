/**
 * CloudWatch metric alarms and dashboards. Alarms are evaluated by alarms.ts; dashboards are kept, not drawn. Not modelled:
 * composite alarms, anomaly detection.
 * Sources: terraform-provider-aws internal/service/cloudwatch; CloudWatch API reference.
 */
import { z } from "zod";
import { arn } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { isJson } from "../../pulumi/values.ts";

const period = z
  .number()
  .int()
  .refine(
    (s) => [10, 20, 30].includes(s) || (s > 0 && s % 60 === 0),
    "expected 10, 20, 30 or a multiple of 60 (seconds)",
  );
const dimensions = z.record(z.string(), z.string()).optional();
const statistic = z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]);

export const metricAlarm: ResourceType = {
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    alarmDescription: z.string().optional(),
    actionsEnabled: z.boolean(),
    namespace: z.string().optional(),
    metricName: z.string().optional(),
    dimensions,
    statistic: statistic.optional(),
    period: period.optional(),
    evaluationPeriods: z.number().int(),
    datapointsToAlarm: z.number().int().optional(),
    threshold: z.number(),
    comparisonOperator: z.enum([
      "GreaterThanOrEqualToThreshold",
      "GreaterThanThreshold",
      "LessThanThreshold",
      "LessThanOrEqualToThreshold",
    ]),
    treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]),
    alarmActions: z.array(z.string()).optional(),
    okActions: z.array(z.string()).optional(),
    insufficientDataActions: z.array(z.string()).optional(),
    metricQueries: z
      .array(
        z
          .strictObject({
            id: z.string(),
            expression: z.string().max(1024).optional(),
            label: z.string().optional(),
            returnData: z.boolean().optional(),
            metric: z
              .strictObject({ namespace: z.string(), metricName: z.string(), dimensions, stat: statistic, period })
              .optional(),
          })
          .refine(
            ({ expression, metric }) => (expression === undefined) !== (metric === undefined),
            "expected either expression or metric",
          ),
      )
      .optional(),
  }),
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  autoname: { property: "name", max: 255 },
  sets: ["alarmActions", "okActions", "insufficientDataActions"],
  computed: ["arn", "tagsAll"],
  replaces: ["name"],
  check: (inputs) => {
    if (inputs.metricQueries && (inputs.metricName || inputs.namespace || inputs.period || inputs.statistic))
      return [{ property: "metricQueries", reason: "conflicts with metricName, namespace, period and statistic" }];
    if (!inputs.metricQueries && !(inputs.metricName && inputs.namespace && inputs.period && inputs.statistic))
      return [
        { property: "metricName", reason: "expected metricQueries, or metricName, namespace, period and statistic" },
      ];
    if (inputs.datapointsToAlarm > inputs.evaluationPeriods)
      return [
        { property: "datapointsToAlarm", reason: `expected at most evaluationPeriods (${inputs.evaluationPeriods})` },
      ];
    return [];
  },
  create: (inputs, call) => ({
    id: inputs.name,
    outputs: { arn: arn("cloudwatch", call, `alarm:${inputs.name}`), ...tagsAll(inputs, call) },
  }),
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
};

const widgetTypes = ["alarm", "explorer", "log", "metric", "text", "custom"];

export const dashboard: ResourceType = {
  token: "aws:cloudwatch/dashboard:Dashboard",
  scope: "regional",
  inputs: regional({
    dashboardName: z.string(),
    dashboardBody: z.string().refine(isJson, "expected JSON"),
  }),
  json: ["dashboardBody"],
  computed: ["dashboardArn"],
  replaces: ["dashboardName"],
  // PutDashboard overwrites one that is there already.
  create: ({ dashboardName, dashboardBody }, call) => {
    refuseBody(dashboardName, dashboardBody);
    // Dashboards belong to the account, not to a region: their ARN names none.
    return {
      id: dashboardName,
      outputs: { dashboardArn: arn("cloudwatch", { ...call, region: "" }, `dashboard/${dashboardName}`) },
    };
  },
  update: (id, _state, { dashboardBody }) => {
    refuseBody(id, dashboardBody);
    return {};
  },
};

/** What CloudWatch checks of a body; each message begins with where in it. */
function refuseBody(name: string, body: string): void {
  const { widgets } = JSON.parse(body);
  const problems = Array.isArray(widgets) ? widgets.flatMap(problemsOfWidget) : ["/widgets: expected a list"];
  if (problems.length > 0)
    throw new Error(
      `putting CloudWatch Dashboard (${name}): api error InvalidParameterInput: The dashboard body is invalid, ` +
        `there are ${problems.length} validation errors: ${problems.join("; ")}`,
    );
}

function problemsOfWidget({ type, properties }: Properties, index: number): string[] {
  const at = `/widgets/${index}`;
  if (!widgetTypes.includes(type)) return [`${at}/type: expected one of ${widgetTypes.join(", ")}`];
  if (!properties) return [`${at}/properties: is missing`];
  if (type === "alarm" && !(Array.isArray(properties.alarms) && properties.alarms.length <= 100))
    return [`${at}/properties/alarms: expected at most 100 ARNs`];
  if (type !== "metric") return [];
  const problems = properties.region ? [] : [`${at}/properties/region: is missing`];
  if (!properties.metrics && !properties.annotations) problems.push(`${at}/properties/metrics: is missing`);
  return problems;
}

export const cloudwatch: readonly ResourceType[] = [metricAlarm, dashboard];
