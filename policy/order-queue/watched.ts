/** What has to be watched and notified: a line that is missing raises no error anywhere. */
import type { StackValidationPolicy } from "@pulumi/policy";
import { ifResolved, stackRule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";
import { intersects } from "../stack.ts";
import { parse, type Token } from "../types.ts";
import { matches, quiet, samples } from "./patterns.ts";

type Alarm = StackResource<"aws:cloudwatch/metricAlarm:MetricAlarm">;

/** Names of the metrics of an alarm. */
function metricsOf({ props: { metricName, metricQueries = [] } }: Alarm): string[] {
  return [metricName, ...metricQueries.map(({ metric }) => metric?.metricName)].filter((one) => one !== undefined);
}

/** By type, the metrics of each of its resources that an alarm has to watch. */
const ofResource: Partial<Record<Token, readonly string[]>> = {
  "aws:ecs/service:Service": ["RunningTaskCount", "DesiredTaskCount"],
  "aws:lb/loadBalancer:LoadBalancer": ["HealthyHostCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"],
  "aws:cloudwatch/eventRule:EventRule": ["FailedInvocations"],
};

/** Metrics of the region's own, each with an alarm. */
const ofRegion = ["SyntheticOrdersBack", "OrderAge", "ApproximateAgeOfOldestMessage"];

function watchRule<T extends Token>(name: string, on: T, description: string) {
  return stackRule({
    name,
    description,
    on,
    check: (resource, report, stack) => {
      const alarms = stack.all("aws:cloudwatch/metricAlarm:MetricAlarm");
      const own = alarms.filter((alarm) =>
        [...alarm.refersTo("dimensions", on), ...alarm.refersTo("metricQueries", on)].some(
          ({ urn }) => urn === resource.urn,
        ),
      );
      for (const metric of ofResource[on] ?? [])
        if (!own.some((alarm) => metricsOf(alarm).includes(metric)))
          report(`no alarm watches its ${metric}. Fix: add one`);
    },
  });
}

export const serviceIsWatched = watchRule(
  "alarm-watches-each-service",
  "aws:ecs/service:Service",
  "An alarm compares each service's running containers with those that are desired.",
);
export const loadBalancerIsWatched = watchRule(
  "alarm-watches-each-load-balancer",
  "aws:lb/loadBalancer:LoadBalancer",
  "Alarms watch healthy targets and errors of each load balancer.",
);
export const eventRuleIsWatched = watchRule(
  "alarm-watches-each-event-rule",
  "aws:cloudwatch/eventRule:EventRule",
  "An alarm says when an event rule could not send.",
);

export const regionIsWatched = stackRule({
  name: "alarm-watches-orders",
  description: "Alarms watch the synthetic order, the age of orders and those that are not delivered.",
  on: "aws:ecs/cluster:Cluster",
  check: (_cluster, report, stack) => {
    const watched = stack.all("aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(metricsOf);
    const filters = stack
      .all("aws:cloudwatch/logMetricFilter:LogMetricFilter")
      .map(({ props }) => props.metricTransformation?.name ?? "");
    for (const metric of [...ofRegion, ...filters.filter((name) => name.endsWith("orders-not-delivered"))])
      if (!watched.includes(metric)) report(`no alarm watches ${metric}. Fix: add one`);
    if (!filters.some((name) => name.endsWith("orders-not-delivered")))
      report("no filter counts orders that are not delivered. Fix: add one");
    if (stack.all("aws:cloudwatch/dashboard:Dashboard").length === 0) report("has no dashboard. Fix: add one");
  },
});

export const certificateIsWatched = stackRule({
  name: "alarm-watches-each-certificate",
  description: "An alarm watches the days that each served certificate has left.",
  on: "aws:acm/certificateValidation:CertificateValidation",
  check: (validation, report, stack) => {
    const certificates = validation.refersTo("certificateArn", "aws:acm/certificate:Certificate");
    const isWatched = stack.all("aws:cloudwatch/metricAlarm:MetricAlarm").some((alarm) => {
      const watched = alarm.refersTo("dimensions", "aws:acm/certificate:Certificate");
      const validated = alarm.refersTo("dimensions", "aws:acm/certificateValidation:CertificateValidation");
      return intersects(watched, certificates) || validated.some(({ urn }) => urn === validation.urn);
    });
    if (!isWatched) report("no alarm watches its DaysToExpiry. Fix: add one");
  },
});

/** Metrics whose alarms roll a release back (release/promotion/alarms.ts): none that an ERP or a store can cause. */
const judging = [
  "RunningTaskCount",
  "SyntheticOrdersBack",
  "HealthyHostCount",
  "HTTPCode_ELB_5XX_Count",
  "HTTPCode_Target_5XX_Count",
];

export const alarmJudgesRelease = stackRule({
  name: "alarm-judges-release",
  description: "Alarms on what a release can break carry the tag by which a release watches them, and no others do.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: (alarm, report) => {
    const expected = metricsOf(alarm).some((metric) => judging.includes(metric)) ? "release" : undefined;
    const { judges } = (alarm.props.tags ?? {}) as { judges?: string };
    if (judges !== expected)
      report(`its tag judges is ${judges ?? "not set"}. Fix: ${expected ? 'set "release"' : "remove it"}`);
  },
});

export const alarmWaitsForItsService = stackRule({
  name: "alarm-waits-for-its-service",
  description:
    "An alarm that reads silence as trouble is made after the service that it watches: it would fire at once.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: (alarm, report) => {
    if (alarm.props.treatMissingData === "breaching" && !alarm.waitsFor("aws:ecs/service:Service"))
      report("does not wait for a service. Fix: add it to dependsOn");
  },
});

export const targetWaitsForItsQueue = stackRule({
  name: "event-target-waits-for-its-queue",
  description:
    "A target is made after the policy of the queue that takes what it cannot send: until then an event would be lost.",
  on: "aws:cloudwatch/eventTarget:EventTarget",
  check: (target, report) => {
    if (!target.waitsFor("aws:sqs/queuePolicy:QueuePolicy"))
      report("does not wait for a QueuePolicy. Fix: add it to dependsOn");
  },
});

function targetsOf(rule: StackResource<"aws:cloudwatch/eventRule:EventRule">, stack: Stack) {
  return stack
    .all("aws:cloudwatch/eventTarget:EventTarget")
    .filter((target) => intersects(target.refersTo("rule", "aws:cloudwatch/eventRule:EventRule"), [rule]));
}

export const eventRuleHasATarget = stackRule({
  name: "event-rule-has-a-target",
  description: "An event rule sends to a topic of its stack, and what it cannot send to a queue that lets it in.",
  on: "aws:cloudwatch/eventRule:EventRule",
  check: (rule, report, stack) => {
    const targets = targetsOf(rule, stack);
    if (!targets.some((target) => target.refersTo("arn", "aws:sns/topic:Topic").length > 0))
      report("has no target. Fix: add an EventTarget with the stack's topic");
    const { arn } = rule.props as { arn?: string };
    for (const target of targets)
      for (const queue of target.refersTo("deadLetterConfig", "aws:sqs/queue:Queue")) {
        const policies = stack
          .all("aws:sqs/queuePolicy:QueuePolicy")
          .filter((one) => intersects(one.refersTo("queueUrl", "aws:sqs/queue:Queue"), [queue]));
        const { arn: queueArn } = queue.props as { arn?: string };
        const letsIn = policies.some(({ props }) => {
          const text = JSON.stringify(parse(props.policy ?? "{}"));
          return (
            text.includes(JSON.stringify(arn)) &&
            text.includes(`"Resource":${JSON.stringify(queueArn)}`) &&
            text.includes('"events.amazonaws.com"')
          );
        });
        if (arn !== undefined && !letsIn)
          report(`${queue.name} takes none of its events. Fix: name the rule in aws:SourceArn of the queue's policy`);
      }
  },
});

/** A notification is sent for each event of trouble, and for none of those that happen all day. */
export const eventsAreNotified: StackValidationPolicy = {
  name: "event-kinds-are-notified",
  description:
    "A rule matches stopped containers, failed deployments and certificates in trouble, and no rule matches orderly events.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const clusters = resources.filter(({ type }) => type === "aws:ecs/cluster:Cluster");
    const rules = resources.filter(({ type }) => type === "aws:cloudwatch/eventRule:EventRule");
    ifResolved(() => {
      for (const { props } of clusters) {
        if (props.arn === undefined) continue;
        const patterns = rules.map((rule) => ({ rule, pattern: parse(rule.props.eventPattern ?? "{}") }));
        for (const event of samples(props.arn))
          if (!patterns.some(({ pattern }) => matches(pattern, event)))
            report(`no rule matches ${String(event["detail-type"])}: ${JSON.stringify(event.detail)}. Fix: add a rule`);
        for (const event of quiet(props.arn))
          for (const { rule, pattern } of patterns)
            if (matches(pattern, event))
              report(
                `${rule.name} matches ${String(event["detail-type"])}: ${JSON.stringify(event.detail)}, which is no trouble of this stack. Fix: narrow its pattern`,
                rule.urn,
              );
      }
    });
  },
};

/** AWS user guide of each: without ownership ACLs decide, without a rule logs are kept, and paid for, for ever. */
export const bucketIsSettled = stackRule({
  name: "bucket-of-logs-is-settled",
  description: "A bucket of logs disables ACLs and deletes what is old.",
  on: "aws:s3/bucket:Bucket",
  check: (bucket, report, stack) => {
    const isOf = (
      one: StackResource<
        | "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
        | "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
      >,
    ) => intersects(one.refersTo("bucket", "aws:s3/bucket:Bucket"), [bucket]);
    const owned = stack.all("aws:s3/bucketOwnershipControls:BucketOwnershipControls").filter(isOf);
    if (!owned.some(({ props }) => props.rule?.objectOwnership === "BucketOwnerEnforced"))
      report("allows ACLs. Fix: add BucketOwnershipControls with BucketOwnerEnforced");
    const keepsAll = stack.all("aws:lb/loadBalancer:LoadBalancer").some(({ props }) => props.enableDeletionProtection);
    if (bucket.props.forceDestroy && keepsAll)
      report("is deleted with all that is in it, in a stack that is protected from deletion. Fix: remove forceDestroy");
    const expiring = stack.all("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").filter(isOf);
    const ids = expiring.flatMap(({ props }) => props.rules ?? []).map(({ id }) => id);
    if (new Set(ids).size < ids.length)
      report("has two lifecycle rules with one id, which S3 refuses. Fix: remove one");
    const expires = expiring
      .flatMap(({ props }) => props.rules ?? [])
      .some(({ status, expiration, filter }) => status === "Enabled" && (expiration?.days ?? 0) > 0 && !filter?.prefix);
    if (!expires) report("keeps everything for ever. Fix: add a lifecycle rule for all of it with expiration.days");
  },
});
