/**
 * Patterns that match what is really sent: log lines of the service, events of AWS. A pattern that matches nothing is no
 * error anywhere; the notification is never sent.
 */
import { ifResolved, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import { parse } from "../types.ts";

/** One line of each kind that a filter may count, by the role that writes it (service/dispatch.ts, service/canary.ts). */
const lines: Readonly<Record<string, readonly Readonly<Record<string, string | number>>[]>> = {
  dispatch: [
    { level: 40, msg: "order not delivered", store: "a", orderId: "1", reason: "the ERP answered 500", hidden: 60 },
  ],
  canary: [
    { level: 30, msg: "synthetic order", outcome: "back", seconds: 1.2, domain: "orderhub.example", orderId: "1" },
  ],
};

export const filterMatchesLines = stackRule({
  name: "log-filter-matches-lines",
  description:
    "A metric filter matches a line that the service writes to that log, and takes value and dimensions from it.",
  on: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  check: (filter, report) => {
    const { pattern = "", metricTransformation, name } = filter.props;
    const [group] = filter.refersTo("logGroupName", "aws:cloudwatch/logGroup:LogGroup");
    const role = Object.keys(lines).find((one) => group?.name.endsWith(`-${one}`)) ?? "";
    const [, field = "", text] = /^\{ \$\.(\w+) = "([^"]*)" \}$/.exec(pattern) ?? [];
    const line = lines[role]?.find((one) => one[field] === text);
    if (!line) {
      report(
        `its pattern ${pattern} matches no line of ${group?.name ?? "a log group"}. Fix: take it from what the service writes`,
      );
      return;
    }
    const { value = "", dimensions = {} } = metricTransformation ?? {};
    for (const selector of [value, ...Object.values(dimensions)].filter((one) => one.startsWith("$")))
      if (!(selector.slice(2) in line))
        report(`${selector} is not in the line of ${name}. Fix: name a field of the line`);
    if (!value.startsWith("$") && value !== "1") report(`counts each line as ${value}. Fix: count it as 1`);
  },
});

export interface Event {
  readonly [key: string]: unknown;
}

/** Sources: ECS developer guide, "Task state change events", "Service deployment state change events"; ACM user guide, "EventBridge". */
export function samples(cluster: string): Event[] {
  const service = `${cluster.replace(":cluster/", ":service/")}/orders`;
  const taskArn = `${cluster.replace(":cluster/", ":task/")}/1`;
  const task = { clusterArn: cluster, lastStatus: "STOPPED", group: "service:orders", taskArn };
  const stopped = (detail: object) => ({
    source: "aws.ecs",
    "detail-type": "ECS Task State Change",
    resources: [taskArn],
    detail: { ...task, ...detail },
  });
  const deployment = (eventName: string, reason: string) => ({
    ...{ source: "aws.ecs", "detail-type": "ECS Deployment State Change", resources: [service] },
    detail: { eventName, reason },
  });
  const exited = "Essential container in task exited";
  return [
    stopped({
      stoppedReason: exited,
      containers: [{ reason: "OutOfMemoryError: Container killed due to memory usage" }],
    }),
    stopped({ containers: [{}] }),
    deployment("SERVICE_DEPLOYMENT_FAILED", "ECS deployment circuit breaker: task failed to start."),
    deployment(
      "SERVICE_DEPLOYMENT_IN_PROGRESS",
      "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.",
    ),
    ...["ACM Certificate Renewal Action Required", "ACM Certificate Expired", "ACM Certificate Revoked"].map(
      (type) => ({
        ...{ source: "aws.acm", "detail-type": type, resources: ["arn:aws:acm:eu-west-1:1:certificate/1"] },
        detail: { CommonName: "orderhub.example" },
      }),
    ),
  ];
}

/** What happens all day, and in other clusters: no notification is sent. */
export function quiet(cluster: string): Event[] {
  const other = cluster.replace(/[^/]*$/, "another");
  const task = {
    clusterArn: cluster,
    lastStatus: "STOPPED",
    group: "service:orders",
    taskArn: "arn:aws:ecs:::task/1",
    containers: [{}],
  };
  const changed = (detail: object) => ({
    source: "aws.ecs",
    "detail-type": "ECS Task State Change",
    resources: [],
    detail: { ...task, ...detail },
  });
  const deployed = (service: string, eventName: string, reason: string) => ({
    ...{
      source: "aws.ecs",
      "detail-type": "ECS Deployment State Change",
      resources: [service.replace(":cluster/", ":service/")],
    },
    detail: { eventName, reason },
  });
  return [
    changed({ stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)" }),
    changed({ lastStatus: "RUNNING" }),
    changed({ lastStatus: "RUNNING", stoppedReason: "", containers: [{ reason: "OutOfMemoryError: 1" }] }),
    changed({ clusterArn: other, stoppedReason: "Essential container in task exited" }),
    changed({ clusterArn: other }),
    changed({ clusterArn: other, stoppedReason: "1", containers: [{ reason: "OutOfMemoryError: 1" }] }),
    deployed(`${cluster}/orders`, "SERVICE_DEPLOYMENT_COMPLETED", "ECS deployment ecs-svc/1 completed."),
    deployed(`${cluster}/orders`, "SERVICE_DEPLOYMENT_IN_PROGRESS", "ECS deployment ecs-svc/1 in progress."),
    deployed(`${other}/orders`, "SERVICE_DEPLOYMENT_FAILED", "ECS deployment circuit breaker: task failed to start."),
    deployed(`${other}/orders`, "SERVICE_DEPLOYMENT_IN_PROGRESS", "ECS deployment circuit breaker: rolling back to 1."),
    { source: "aws.acm", "detail-type": "ACM Certificate Available", resources: [], detail: {} },
  ];
}

export const patternMatchesEvents = stackRule({
  name: "event-pattern-matches-events",
  description: "An event rule matches an event that AWS sends, each source and kind that it lists.",
  on: "aws:cloudwatch/eventRule:EventRule",
  check: ({ props: { eventPattern, state } }, report, stack) => {
    const pattern = parse<Event>(eventPattern ?? "{}");
    const all = stack.all("aws:ecs/cluster:Cluster").flatMap((one) => {
      const arn = ifResolved(() => (one.props as { arn?: string }).arn);
      return arn === undefined ? [] : [arn];
    });
    if (all.length === 0) return;
    const matched = all.flatMap(samples).filter((event) => matches(pattern, event));
    if (matched.length === 0)
      report("matches no event that AWS sends. Fix: take source, detail-type and detail from AWS's documentation");
    for (const key of ["source", "detail-type"])
      for (const listed of (pattern[key] as string[] | undefined) ?? [""])
        if (!matched.some((event) => event[key] === listed))
          report(`no event has the ${key} ${listed}. Fix: remove or correct it`);
    if (state !== undefined && state !== "ENABLED") report(`is ${state}. Fix: enable it`);
  },
});

export const templateFindsItsValues = stackRule({
  name: "event-template-finds-its-values",
  description:
    "A template's placeholders are in every event that the rule matches: EventBridge sends nothing otherwise.",
  on: "aws:cloudwatch/eventTarget:EventTarget",
  check: (target, report, stack) => {
    const { inputPaths = {}, inputTemplate = "" } = target.props.inputTransformer ?? {};
    const used = [...inputTemplate.matchAll(/<([\w-]+)>/g)].map(([, name = ""]) => name);
    for (const name of used) if (!inputPaths[name]) report(`<${name}> has no path. Fix: add it to inputPaths`);
    for (const name of Object.keys(inputPaths))
      if (!used.includes(name)) report(`${name} is in no template. Fix: remove it from inputPaths`);
    if (!isJsonOnceFilled(inputTemplate))
      report("its template makes no JSON: EventBridge sends nothing. Fix: correct inputTemplate");
    for (const { props } of target.refersTo("rule", "aws:cloudwatch/eventRule:EventRule"))
      for (const event of eventsOf(props.eventPattern, stack))
        for (const [name, path] of Object.entries(inputPaths))
          if (valueAt(event, path) === undefined)
            report(`${name} (${path}) is in no ${String(event["detail-type"])}. Fix: correct the path`);
  },
});

/** A placeholder is a JSON value, or a word within a text. */
function isJsonOnceFilled(template: string): boolean {
  try {
    JSON.parse(
      template.replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replace(/<[\w-]+>/g, "x")).replace(/<[\w-]+>/g, "1"),
    );
    return true;
  } catch {
    return false;
  }
}

function eventsOf(eventPattern: string | undefined, stack: Stack): Event[] {
  const pattern = parse<Event>(eventPattern ?? "{}");
  return stack
    .all("aws:ecs/cluster:Cluster")
    .flatMap((one) => samples(ifResolved(() => (one.props as { arn?: string }).arn) ?? ""))
    .filter((event) => matches(pattern, event));
}

function valueAt(event: Event, path: string): unknown {
  const steps = path
    .replace(/^\$\.?/, "")
    .split(/[.[\]]+/)
    .filter(Boolean);
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], event);
}

/** EventBridge user guide, "Event patterns": a list is any of its items; prefix, exists and anything-but are what rules here use. */
export function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    const given = Array.isArray(value) ? value : [value];
    return pattern.some((one) => given.some((item) => matchesOne(one, item)));
  }
  if (typeof pattern !== "object" || pattern === null) return pattern === value;
  if (Array.isArray(value)) return value.some((item) => matches(pattern, item));
  return Object.entries(pattern).every(([key, inner]) =>
    matches(inner, (value as Record<string, unknown> | undefined)?.[key]),
  );
}

function matchesOne(one: unknown, value: unknown): boolean {
  if (typeof one !== "object" || one === null) return one === value;
  const {
    prefix,
    exists,
    "anything-but": other,
  } = one as { prefix?: string; exists?: boolean; "anything-but"?: unknown };
  if (exists !== undefined) return (value !== undefined) === exists;
  if (prefix !== undefined) return typeof value === "string" && prefix !== "" && value.startsWith(prefix);
  return other !== undefined && value !== undefined && !matches([other].flat(), value);
}
