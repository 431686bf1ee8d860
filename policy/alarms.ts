/** Alarms that can fire, and reach a person. */
import { allowed, list } from "./iam.ts";
import { resourceRule, stackRule } from "./rule.ts";
import type { Props } from "./types.ts";

type Alarm = Props<"aws:cloudwatch/metricAlarm:MetricAlarm">;

export const alarmHasAction = resourceRule({
  name: "alarm-has-action",
  description: "An alarm tells somebody.",
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

/** Where what has stopped reports nothing at all. */
const liveness = ["ECS/ContainerInsights", "AWS/ECS", "AWS/ApplicationELB", "OrderQueue"];

/** Every namespace that an alarm looks at, in a metric of its own or in an expression. */
function namespaces({ namespace, metricQueries = [] }: Alarm): (string | undefined)[] {
  return [namespace, ...metricQueries.map(({ metric }) => metric?.namespace)];
}

export const silenceIsBreaching = resourceRule({
  name: "alarm-silence-is-breaching",
  description: "An alarm on too few of what should be alive also fires where nothing is reported.",
  on: "aws:cloudwatch/metricAlarm:MetricAlarm",
  check: (alarm, report) => {
    const watchesLife = namespaces(alarm).some((name) => name !== undefined && liveness.includes(name));
    if (!watchesLife || !alarm.comparisonOperator?.startsWith("LessThan")) return;
    if (alarm.treatMissingData !== "breaching") {
      report(`treatMissingData is ${alarm.treatMissingData ?? "not set"}; expected "breaching"`);
    }
  },
});

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

export const topicTakesAlarmsAndEvents = resourceRule({
  name: "alarm-topic-takes-alarms-and-events",
  description:
    "A topic's policy lets both CloudWatch and EventBridge publish: it replaces the one that AWS gives a topic.",
  on: "aws:sns/topicPolicy:TopicPolicy",
  check: ({ policy }, report) => {
    const may = allowed(policy)
      .filter(({ Action }) => list(Action).some((action) => /^sns:(publish|\*)$/i.test(action)))
      .flatMap(({ Principal }) => (typeof Principal === "object" ? list(Principal.Service) : []))
      .flat();
    for (const publisher of publishers.filter((name) => !may.includes(name))) {
      report(`allow ${publisher} the action sns:Publish`);
    }
  },
});

const topics = "aws:sns/topic:Topic";

export const topicHasSubscriber = stackRule({
  name: "alarm-topic-has-subscriber",
  description: "Somebody is subscribed to every topic.",
  on: topics,
  check: (topic, report, stack) => {
    const heard = stack
      .all("aws:sns/topicSubscription:TopicSubscription")
      .some((subscription) => subscription.refersTo("topic", topics).some(({ urn }) => urn === topic.urn));
    if (!heard) report("add a subscription");
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
