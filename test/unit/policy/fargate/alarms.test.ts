import type { PolicyResource } from "@pulumi/policy";
import {
  alarmHasAction,
  alarmHasRunbook,
  alarmNotifiesTopicOfItsStack,
  alarmWatchesResourceOfStack,
  clusterReportsItsContainers,
  missingDataIsBreaching,
  topicAcceptsAlarmsAndEvents,
  topicHasSubscriber,
  topicKeyLetsServicesPublish,
  topicOfEventsHasPolicy,
} from "../../../../policy/fargate/alarms.ts";
import { cases, resource, stackCases } from "../cases.ts";

const alarm = (props: object) => resource("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", props);

cases(alarmHasAction, {
  "fails if no notification is sent": [alarm({ alarmActions: [] }), ["set alarmActions to the alarms' topic"]],
  "fails if its actions are off": [
    alarm({ alarmActions: ["arn"], actionsEnabled: false }),
    ["remove actionsEnabled: false"],
  ],
  "passes if a topic is": [alarm({ alarmActions: ["arn"] }), []],
});

cases(alarmHasRunbook, {
  "fails if it only says what is wrong": [
    alarm({ alarmDescription: "Too few containers run." }),
    ['write what to do into alarmDescription, after "Runbook:"'],
  ],
  "passes if it says what to do": [alarm({ alarmDescription: "Too few. Runbook: read stoppedReason." }), []],
});

const below = (props: object) => alarm({ comparisonOperator: "LessThanThreshold", ...props });

cases(missingDataIsBreaching, {
  "fails if no containers at all raise no alarm": [
    below({ namespace: "ECS/ContainerInsights", treatMissingData: "notBreaching" }),
    ['treatMissingData is notBreaching; expected "breaching"'],
  ],
  "fails if an expression does the same": [
    below({ metricQueries: [{ id: "healthy", metric: { namespace: "AWS/ApplicationELB" } }, { id: "all" }] }),
    ['treatMissingData is not set; expected "breaching"'],
  ],
  "fails if no synthetic orders at all raise no alarm": [
    below({ namespace: "OrderQueue", treatMissingData: "missing" }),
    ['treatMissingData is missing; expected "breaching"'],
  ],
  "passes if silence counts": [below({ namespace: "ECS/ContainerInsights", treatMissingData: "breaching" }), []],
  "passes if it watches for too much": [
    alarm({ namespace: "AWS/ApplicationELB", comparisonOperator: "GreaterThanThreshold" }),
    [],
  ],
});

const cluster = (value: string) =>
  resource("aws:ecs/cluster:Cluster", "cluster", { settings: [{ name: "containerInsights", value }] });

cases(clusterReportsItsContainers, {
  "fails if Container Insights is off": [cluster("disabled"), ['containerInsights is disabled; expected "enabled"']],
  "passes if it is on": [cluster("enabled"), []],
});

const topicPolicy = (...Service: string[]) =>
  resource("aws:sns/topicPolicy:TopicPolicy", "alarms", {
    policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sns:Publish" }] }),
  });

cases(topicAcceptsAlarmsAndEvents, {
  "fails if alarms may not publish": [
    topicPolicy("events.amazonaws.com"),
    ["allow cloudwatch.amazonaws.com the action sns:Publish"],
  ],
  "fails if events may not": [
    topicPolicy("cloudwatch.amazonaws.com"),
    ["allow events.amazonaws.com the action sns:Publish"],
  ],
  "passes if both may": [topicPolicy("cloudwatch.amazonaws.com", "events.amazonaws.com"), []],
});

const topic = resource("aws:sns/topic:Topic", "alarms");
const of = (type: Parameters<typeof resource>[0], property: string): PolicyResource =>
  resource(type, "alarms", {}, { refers: { [property]: [topic] } });

stackCases(topicHasSubscriber, {
  "fails if there is no subscriber": [[topic], ["alarms: add a subscription"]],
  "passes if there is one": [[topic, of("aws:sns/topicSubscription:TopicSubscription", "topic")], []],
});

const target = of("aws:cloudwatch/eventTarget:EventTarget", "arn");

stackCases(topicOfEventsHasPolicy, {
  "fails if events go to a topic without a policy": [[topic, target], ["alarms: alarms has no TopicPolicy"]],
  "passes if the topic has one": [[topic, target, of("aws:sns/topicPolicy:TopicPolicy", "arn")], []],
});

const queue = resource("aws:sqs/queue:Queue", "orders", { name: "staging-orders-1.fifo" });
const watching = (QueueName: string) => alarm({ dimensions: { QueueName } });
const service = resource("aws:ecs/service:Service", "ingest", { name: "ingest-1" });
const query = (ServiceName: string) =>
  alarm({ metricQueries: [{ id: "all" }, { metric: { dimensions: { ServiceName } } }] });

stackCases(alarmWatchesResourceOfStack, {
  "fails if no queue has the name": [[queue, watching("orders")], ["alarm: no QueueName of this stack is orders"]],
  "fails if an expression's metric is of no service": [
    [service, query("ingest")],
    ["alarm: no ServiceName of this stack is ingest"],
  ],
  "fails if no rule has the name": [
    [
      resource("aws:cloudwatch/eventRule:EventRule", "stopped", { name: "stopped-1" }),
      alarm({ dimensions: { RuleName: "stopped" } }),
    ],
    ["alarm: no RuleName of this stack is stopped"],
  ],
  "passes if the queue and the service are there": [
    [queue, service, watching("staging-orders-1.fifo"), query("ingest-1")],
    [],
  ],
  "passes if it is of something that is no resource": [[alarm({ dimensions: { Domain: "orderhub.example" } })], []],
});

stackCases(alarmNotifiesTopicOfItsStack, {
  "fails if it tells a topic elsewhere": [
    [topic, alarm({ alarmActions: ["arn:aws:sns:us-east-1:123456789012:alarms"] })],
    ["alarm: take alarmActions from the stack's topic"],
  ],
  "passes if it tells the stack's": [[topic, of("aws:cloudwatch/metricAlarm:MetricAlarm", "alarmActions")], []],
});

const encrypted = (kmsMasterKeyId?: string) => resource("aws:sns/topic:Topic", "alarms", { kmsMasterKeyId });

cases(topicKeyLetsServicesPublish, {
  "fails if the key is AWS's own": [
    encrypted("alias/aws/sns"),
    ["remove kmsMasterKeyId, or name a key whose policy lets both use it"],
  ],
  "passes if there is none, or another": [encrypted("alias/alarms"), []],
});
