/**
 * The metrics that alarms, scaling and dashboards may name, with what each can show. A metric that does not exist is no
 * error at AWS: it has no data, for ever. Sources: CloudWatch metrics of each service ("Available CloudWatch metrics for
 * Amazon SQS", "CloudWatch metrics for your Application Load Balancer", "Container Insights metrics for Amazon ECS",
 * EventBridge "Monitoring", ACM "Supported CloudWatch metrics", "AWS WAF core metrics and dimensions"); service/dispatch-metrics.ts for the stack's own.
 */
import { strangers } from "../fargate/alarms.ts";
import { ifResolved, type Report, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import { parse } from "../types.ts";

interface Known {
  /** Names of the dimensions, sorted, that it is reported with. */
  readonly dimensions: readonly string[];
  /** Statistics that say something: of a count of events the others are 1 (ELB user guide). */
  readonly statistics: readonly string[];
  /** Which values are bad; undefined for one that no alarm watches alone. */
  readonly bad?: "high" | "low";
  /** What no data means. */
  readonly silence?: "breaching" | "notBreaching" | "ignore";
  /** Seconds from one report to the next: an alarm with a shorter period has gaps. */
  readonly every: number;
}

const level = ["Average", "Maximum", "Minimum"] as const;
const count = ["Sum"] as const;
const minute = 60;
const day = 86_400;

function row(
  namespace: string,
  names: readonly string[],
  dimensions: readonly string[],
  known: Omit<Known, "dimensions">,
) {
  return names.map((name) => [`${namespace} ${name}`, { dimensions: dimensions.toSorted(), ...known }] as const);
}

const counted = { statistics: count, every: minute } as const;
const rare = { ...counted, bad: "high", silence: "notBreaching" } as const;
const leveled = { statistics: level, every: minute } as const;
const tasks = ["DesiredTaskCount", "RunningTaskCount", "PendingTaskCount"];
const ofDispatch = ["OrdersHeldBack", "FreeCapacity", "EventLoopDelay"];

/** By namespace and name; one entry for each set of dimensions that is used. */
const known: readonly (readonly [string, Known])[] = [
  ...row("AWS/SQS", ["ApproximateNumberOfMessagesNotVisible"], ["QueueName"], leveled),
  ...row("AWS/SQS", ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"], ["QueueName"], {
    ...{ ...leveled, bad: "high", silence: "notBreaching" },
  }),
  ...row("ECS/ContainerInsights", tasks, ["ClusterName", "ServiceName"], leveled),
  ...row("AWS/ApplicationELB", ["HTTPCode_ELB_5XX_Count"], ["LoadBalancer"], rare),
  ...row("AWS/ApplicationELB", ["HTTPCode_Target_5XX_Count"], ["LoadBalancer"], rare),
  ...row("AWS/ApplicationELB", ["RequestCount", "ClientTLSNegotiationErrorCount"], ["LoadBalancer"], counted),
  ...row("AWS/ApplicationELB", ["UnHealthyHostCount"], ["LoadBalancer", "TargetGroup"], leveled),
  ...row("AWS/ApplicationELB", ["HealthyHostCount"], ["LoadBalancer", "TargetGroup"], {
    ...{ ...leveled, bad: "low", silence: "breaching" },
  }),
  ...row("AWS/WAFV2", ["BlockedRequests"], ["Region", "Rule", "WebACL"], rare),
  ...row("AWS/Events", ["FailedInvocations"], ["RuleName"], counted),
  ...row("AWS/CertificateManager", ["DaysToExpiry"], ["CertificateArn"], {
    ...{ statistics: level, every: day, bad: "low", silence: "ignore" },
  }),
  ...row("OrderQueue", ofDispatch, ["Domain"], leveled),
  ...row("OrderQueue", ["OrderAge"], ["Domain"], { ...leveled, bad: "high", silence: "notBreaching" }),
];

interface Named {
  readonly namespace?: string | undefined;
  readonly metricName?: string | undefined;
  /** Names of the dimensions. */
  readonly dimensions: readonly string[];
  readonly statistic?: string | undefined;
}

/** What the stack's own metric filters report of each matching line of a log. */
function filtered(stack: Stack): [string, Known][] {
  return stack.all("aws:cloudwatch/logMetricFilter:LogMetricFilter").flatMap(({ props: { metricTransformation } }) => {
    const { namespace, name, value, dimensions = {} } = metricTransformation ?? {};
    const isCount = value === "1";
    const of = { dimensions: Object.keys(dimensions).toSorted(), every: minute };
    return [[`${namespace} ${name}`, { ...of, statistics: isCount ? count : level }]];
  });
}

function find({ namespace, metricName, dimensions }: Named, stack: Stack): Known | undefined {
  const wanted = dimensions.toSorted().join();
  const all = [...known, ...filtered(stack)];
  return all.find(([name, of]) => name === `${namespace} ${metricName}` && of.dimensions.join() === wanted)?.[1];
}

function check(named: Named, report: Report, stack: Stack, where = ""): Known | undefined {
  const { namespace, metricName, dimensions, statistic = "" } = named;
  const found = find(named, stack);
  const title = `${where}${namespace} ${metricName}`;
  if (!found)
    report(`${title} with the dimensions ${dimensions.join(", ") || "none"} does not exist: it never has data`);
  else if (!found.statistics.includes(statistic))
    report(`${title}: ${statistic || "no statistic"} says nothing of it; expected ${found.statistics.join(", ")}`);
  return found;
}

function domainsOf(stack: Stack): (string | undefined)[] {
  return stack.all("order-queue:infra:Region").map(({ props }) => props.domain);
}

/** Names of the queues whose messages are retried and then dead-lettered. */
function ordersQueues(stack: Stack): (string | undefined)[] {
  return stack
    .all("aws:sqs/queue:Queue")
    .filter((one) => one.refersTo("redrivePolicy", "aws:sqs/queue:Queue").length > 0)
    .map(({ props }) => props.name);
}

const keysOf = (dimensions: object | undefined): string[] => Object.keys(dimensions ?? {});

export const alarmMetricExists = stackRule({
  name: "alarm-metric-exists",
  description: "An alarm watches a metric that exists with its dimensions, by a statistic that says something of it.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: ({ props }, report, stack) => {
    const { namespace, metricName, dimensions, statistic, metricQueries = [] } = props;
    if (metricQueries.length === 0)
      check({ namespace, metricName, dimensions: keysOf(dimensions), statistic }, report, stack);
    for (const { id, metric, expression } of metricQueries) {
      if (metric)
        check({ ...metric, dimensions: keysOf(metric.dimensions), statistic: metric.stat }, report, stack, `${id}: `);
      else if (!expression) report(`${id} has neither metric nor expression`);
    }
    const { Domain } = (dimensions ?? {}) as { Domain?: string };
    if (Domain !== undefined && !domainsOf(stack).includes(Domain)) report(`no Domain of this stack is ${Domain}`);
    const names = new Set(metricQueries.map(({ id }) => id));
    for (const { expression = "" } of metricQueries)
      for (const [name] of expression.matchAll(/\b[a-z]\w*\b/g))
        if (!names.has(name)) report(`its expression names ${name}, which is no metric of it`);
    const used = metricQueries.map(({ expression = "" }) => expression).join(" ");
    for (const { id, metric } of metricQueries)
      if (metric && !new RegExp(`\\b${id}\\b`).test(used)) report(`no expression uses its metric ${id}`);
    const services = new Set(metricQueries.flatMap(({ metric }) => metric?.dimensions?.ServiceName ?? []));
    if (services.size > 1) report(`compares ${[...services].join(" with ")}. Fix: metrics of one service`);
    if (metricName === "ApproximateAgeOfOldestMessage" && !ordersQueues(stack).includes(dimensions?.QueueName))
      report(
        `watches ${dimensions?.QueueName}, which is no queue of orders. Fix: take the name from the queue of orders`,
      );
    if (metricQueries.length > 0 && metricQueries.filter(({ returnData }) => returnData).length !== 1)
      report("exactly one of its metric queries returns data");
  },
});

export const alarmCanFire = stackRule({
  name: "alarm-can-fire",
  description:
    "An alarm fires on the bad values of its metric, can reach its threshold, and reads silence as the metric does.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: ({ props }, report, stack) => {
    const { namespace, metricName, dimensions, comparisonOperator = "", threshold = 0, treatMissingData } = props;
    const { metricQueries = [], period = 0 } = props;
    if (treatMissingData === undefined || treatMissingData === "missing")
      report("treatMissingData is not set. Fix: say what no data means");
    const isLow = comparisonOperator.startsWith("LessThan");
    for (const { metric } of metricQueries)
      if (metric && (metric.period ?? 0) < minute)
        report(`a period of ${metric.period} s has gaps; expected ${minute} or more`);
    if (metricQueries.length > 0) return;
    const found = find({ namespace, metricName, dimensions: keysOf(dimensions) }, stack);
    const every = found?.every ?? minute;
    if (period < every) report(`a period of ${period} s has gaps: the metric comes every ${every} s`);
    if (isLow && threshold <= 0) report(`${metricName} is never below ${threshold}: the alarm cannot fire`);
    if (comparisonOperator === "GreaterThanOrEqualToThreshold" && threshold <= 0)
      report(`${metricName} is always ${threshold} or more: the alarm never ends`);
    if (found?.bad && (found.bad === "low") !== isLow)
      report(`high values of ${metricName} are ${found.bad === "low" ? "good" : "bad"}`);
    if (found?.silence && treatMissingData !== found.silence)
      report(`treatMissingData is ${treatMissingData ?? "not set"}; expected ${found.silence} for ${metricName}`);
  },
});

export const alarmEndIsNotified = stackRule({
  name: "alarm-end-is-notified",
  description: "The topic that is notified of an alarm is notified of its end too.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: ({ props: { alarmActions = [], okActions = [] } }, report) => {
    if (alarmActions.toSorted().join() !== okActions.toSorted().join()) report("set okActions to alarmActions");
  },
});

export const scalingMetricExists = stackRule({
  name: "service-scaling-metric-exists",
  description: "Autoscaling goes by a metric that exists: without data the number of containers never changes.",
  on: "aws:appautoscaling/policy:Policy",
  check: (policy, report, stack) => {
    const { targetTrackingScalingPolicyConfiguration: tracking } = policy.props;
    const {
      customizedMetricSpecification: own,
      predefinedMetricSpecification: predefined,
      targetValue = 0,
    } = tracking ?? {};
    if (targetValue <= 0) report(`targetValue is ${targetValue}; expected more than 0`);
    if (predefined && !/^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/.test(predefined.resourceLabel ?? ""))
      report(`resourceLabel is ${predefined.resourceLabel}; expected app/NAME/ID/targetgroup/NAME/ID`);
    const metrics = own?.metrics ?? [];
    for (const { id, metricStat, expression } of metrics) {
      const { metric, stat } = metricStat ?? {};
      const dimensions = (metric?.dimensions ?? []).map(({ name }) => name);
      if (metric) check({ ...metric, dimensions, statistic: stat }, report, stack, `${id}: `);
      else if (!expression) report(`${id} has neither metric nor expression`);
      const values = Object.fromEntries((metric?.dimensions ?? []).map(({ name, value }) => [name, value]));
      for (const problem of strangers(values, stack)) report(`${id}: ${problem}`);
      if (values.Domain !== undefined && !domainsOf(stack).includes(values.Domain))
        report(`${id}: no Domain of this stack is ${values.Domain}`);
      if (values.QueueName !== undefined && !ordersQueues(stack).includes(values.QueueName))
        report(`${id}: ${values.QueueName} is no queue of orders`);
    }
    const { resourceId } = policy.props;
    for (const { name, value } of metrics.flatMap(({ metricStat }) => metricStat?.metric.dimensions ?? []))
      if (name === "ServiceName" && resourceId !== undefined && !resourceId.endsWith(`/${value}`))
        report(`goes by the containers of ${value}, and scales ${resourceId}. Fix: one service`);
    if (metrics.length > 0 && metrics.filter(({ returnData }) => returnData).length !== 1)
      report("exactly one of its metrics returns data");
    const names = metrics.map(({ id }) => id);
    for (const { expression = "" } of metrics)
      for (const [name] of expression.matchAll(/[a-z]\w*/g))
        if (!names.includes(name)) report(`its expression names ${name}, which is no metric of it`);
    if (
      policy.props.resourceId !== undefined &&
      policy.refersTo("resourceId", "aws:appautoscaling/target:Target").length === 0
    )
      report("its resourceId is of no target. Fix: take it from the target");
  },
});

interface Widget {
  readonly type?: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly properties?: {
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly (string | { readonly expression?: string; readonly id?: string })[])[];
    readonly region?: string;
    readonly stat?: string;
    readonly view?: string;
  };
}

/** CloudWatch user guide, "CloudWatch search expression syntax". */
const search = /^SEARCH\('\{[\w/]+(,\w+)+\} MetricName="\w+"( \w+="[^"]+")*', '(Average|Maximum|Minimum|Sum)', \d+\)$/;

/** CloudWatch user guide, "Dashboard Body Structure and Syntax": a page is 24 units wide. */
const pageWidth = 24;

export const dashboardShowsWhatExists = stackRule({
  name: "dashboard-shows-what-exists",
  description: "A dashboard shows every alarm of its stack and metrics that exist, each in a place of its own.",
  on: "aws:cloudwatch/dashboard:Dashboard",
  check: ({ props: { dashboardBody } }, report, stack) => {
    const { widgets = [] } = parse<{ widgets?: Widget[] }>(dashboardBody ?? "{}");
    const shown = widgets.flatMap(({ properties }) => properties?.alarms ?? []);
    for (const alarm of stack.all("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      const arn = ifResolved(() => (alarm.props as { arn?: string }).arn);
      const isOfStore = alarm.props.metricName === "DaysToExpiry";
      if (arn !== undefined && !isOfStore && !shown.includes(arn)) report(`does not show the alarm ${alarm.name}`);
    }
    const region = shown[0]?.split(":")[3];
    for (const [index, widget] of widgets.entries()) {
      checkWidget(index, widget, report, stack);
      const { region: own } = widget.properties ?? {};
      if (widget.type === "metric" && region !== undefined && own !== region)
        report(`widget ${index}: is of ${own}; expected ${region}`);
    }
    const places = widgets.map(({ x, y }) => `${x},${y}`);
    if (new Set(places).size < places.length) report("has two widgets in one place");
  },
});

function checkWidget(
  index: number,
  { type, x = -1, y = -1, width = 0, height = 0, properties = {} }: Widget,
  report: Report,
  stack: Stack,
) {
  const where = `widget ${index}: `;
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > pageWidth)
    report(`${where}x ${x}, y ${y}, width ${width}, height ${height} is not on the page, which is ${pageWidth} wide`);
  if (type === "alarm") return;
  const { metrics = [], region, stat, view } = properties;
  if (type !== "metric" || !region || view !== "timeSeries" || metrics.length === 0)
    report(`${where}is no graph of a region's metrics over time`);
  for (const line of metrics) {
    const [first] = line;
    if (typeof first === "object") {
      if (!search.test(first.expression ?? ""))
        report(`${where}${first.expression} is no search for a metric by its dimensions`);
      if (!/^[a-z]\w*$/.test(first.id ?? "")) report(`${where}its id is ${first.id}; expected a name in lower case`);
      continue;
    }
    const [namespace, metricName, ...rest] = line.map(String);
    const dimensions = rest.filter((_, at) => at % 2 === 0);
    check({ namespace, metricName, dimensions, statistic: stat }, report, stack, where);
    const values = Object.fromEntries(dimensions.map((name, at) => [name, rest[2 * at + 1]]));
    for (const problem of strangers(values, stack)) report(`${where}${problem}`);
    if (values.Domain !== undefined && !domainsOf(stack).includes(values.Domain))
      report(`${where}no Domain of this stack is ${values.Domain}`);
  }
}
