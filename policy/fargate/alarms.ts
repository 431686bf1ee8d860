/** Alarms that can fire, and reach a person. */

import { ifResolved, resourceRule, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import type { Props } from "../types.ts";
import { allowed, list } from "./iam.ts";

type Alarm = Props<"aws:cloudwatch/metricAlarm:MetricAlarm">;

export const alarmHasAction = resourceRule({
  name: "alarm-has-action",
  description: "An alarm sends a notification.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: ({ alarmActions, actionsEnabled = true }, report) => {
    if (!alarmActions?.length) report("set alarmActions to the alarms' topic");
    if (!actionsEnabled) report("remove actionsEnabled: false");
  },
});

export const alarmHasRunbook = resourceRule({
  name: "alarm-has-runbook",
  description: "An alarm's description says what to do.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: ({ alarmDescription }, report) => {
    if (!/runbook/i.test(alarmDescription ?? "")) report('write what to do into alarmDescription, after "Runbook:"');
  },
});

/** Whether what has stopped reports nothing at all there: containers, targets, and what containers say of themselves. */
function watchesLife(namespace: string | undefined): boolean {
  return namespace !== undefined && (!namespace.startsWith("AWS/") || /^AWS\/(ECS|ApplicationELB)$/.test(namespace));
}

/** Every namespace that an alarm looks at, in a metric of its own or in an expression. */
function namespaces({ namespace, metricQueries = [] }: Alarm): (string | undefined)[] {
  return [namespace, ...metricQueries.map(({ metric }) => metric?.namespace)];
}

export const missingDataIsBreaching = resourceRule({
  name: "alarm-silence-is-breaching",
  description: "An alarm on too few of what should be alive also fires where nothing is reported.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: (alarm, report) => {
    if (!namespaces(alarm).some(watchesLife) || !alarm.comparisonOperator?.startsWith("LessThan")) return;
    if (alarm.treatMissingData !== "breaching") {
      report(`treatMissingData is ${alarm.treatMissingData ?? "not set"}; expected "breaching"`);
    }
  },
});

/** What a dimension's value is of a resource. */
const named = {
  RuleName: { type: "aws:cloudwatch/eventRule:EventRule", property: "name" },
  QueueName: { type: "aws:sqs/queue:Queue", property: "name" },
  ClusterName: { type: "aws:ecs/cluster:Cluster", property: "name" },
  ServiceName: { type: "aws:ecs/service:Service", property: "name" },
  LoadBalancer: { type: "aws:lb/loadBalancer:LoadBalancer", property: "arnSuffix" },
  TargetGroup: { type: "aws:lb/targetGroup:TargetGroup", property: "arnSuffix" },
  CertificateArn: { type: "aws:acm/certificate:Certificate", property: "arn" },
} as const;

export const alarmWatchesResourceOfStack = stackRule({
  name: "alarm-watches-what-is-there",
  description: "An alarm watches metrics of this stack's own resources: of a name that nothing has there are none.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: ({ props: { dimensions, metricQueries = [] } }, report, stack) => {
    for (const of of [dimensions, ...metricQueries.map(({ metric }) => metric?.dimensions)])
      for (const problem of strangers(of, stack)) report(problem);
  },
});

/** The dimensions that name a resource, and none of this stack's. */
export function strangers(dimensions: Readonly<Record<string, unknown>> | undefined, stack: Stack): string[] {
  return Object.entries(named).flatMap(([dimension, { type, property }]) => {
    const value = ifResolved(() => dimensions?.[dimension]);
    if (value === undefined) return [];
    const existing = stack.all(type).map(({ props }) => ifResolved(() => (props as Record<string, unknown>)[property]));
    return existing.includes(value) ? [] : [`no ${dimension} of this stack is ${value}`];
  });
}

export const clusterReportsItsContainers = resourceRule({
  name: "alarm-cluster-reports-its-containers",
  description: "A cluster has Container Insights on: the number of running containers comes from nowhere else.",
  on: "aws:ecs/cluster:Cluster",
  check: ({ settings = [] }, report) => {
    const insights = settings.find(({ name }) => name === "containerInsights")?.value;
    if (insights !== "enabled" && insights !== "enhanced") {
      report(`containerInsights is ${insights ?? "not set"}; expected "enabled"`);
    }
  },
});

/** Who publishes: CloudWatch its alarms, EventBridge stopped containers and failed deployments. */
const publishers = ["cloudwatch.amazonaws.com", "events.amazonaws.com"];

export const topicAcceptsAlarmsAndEvents = resourceRule({
  name: "alarm-topic-takes-alarms-and-events",
  description:
    "A topic's policy lets both CloudWatch and EventBridge publish: it replaces the one that AWS gives a topic.",
  on: "aws:sns/topicPolicy:TopicPolicy",
  check: ({ policy }, report) => {
    const allowedServices = allowed(policy)
      .filter(({ Action }) => list(Action).some((action) => /^sns:(publish|\*)$/i.test(action)))
      .flatMap(({ Principal }) => (typeof Principal === "object" ? list(Principal.Service) : []))
      .flat();
    for (const publisher of publishers.filter((name) => !allowedServices.includes(name))) {
      report(`allow ${publisher} the action sns:Publish`);
    }
  },
});

const topics = "aws:sns/topic:Topic";

export const alarmNotifiesTopicOfItsStack = stackRule({
  name: "alarm-tells-a-topic-of-its-stack",
  description:
    "An alarm notifies a topic of its own stack: CloudWatch acts on none in another region, and no other has subscribers.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: (alarm, report) => {
    if (alarm.refersTo("alarmActions", topics).length === 0) report("take alarmActions from the stack's topic");
  },
});

export const topicKeyLetsServicesPublish = resourceRule({
  name: "alarm-topic-key-lets-services-publish",
  description:
    "A topic is not encrypted with AWS's own key for SNS, which lets neither CloudWatch nor EventBridge use it.",
  on: topics,
  check: ({ kmsMasterKeyId }, report) => {
    if (kmsMasterKeyId === "alias/aws/sns")
      report("remove kmsMasterKeyId, or name a key whose policy lets both use it");
  },
});

export const topicHasSubscriber = stackRule({
  name: "alarm-topic-has-subscriber",
  description: "Every topic has a subscriber.",
  on: topics,
  check: (topic, report, stack) => {
    const hasSubscriber = stack
      .all("aws:sns/topicSubscription:TopicSubscription")
      .some((subscription) => subscription.refersTo("topic", topics).some(({ urn }) => urn === topic.urn));
    if (!hasSubscriber) report("add a subscription");
  },
});

export const topicOfEventsHasPolicy = stackRule({
  name: "alarm-topic-of-events-has-policy",
  description: "A topic to which EventBridge sends has a policy: without one every event is dropped in silence.",
  on: "aws:cloudwatch/eventTarget:EventTarget",
  check: (target, report, stack) => {
    const policies = stack.all("aws:sns/topicPolicy:TopicPolicy");
    for (const topic of target.refersTo("arn", topics)) {
      const open = policies.some((policy) => policy.refersTo("arn", topics).some(({ urn }) => urn === topic.urn));
      if (!open) report(`${topic.name} has no TopicPolicy`);
    }
  },
});
