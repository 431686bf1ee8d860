/**
 * What AWS tells by itself, made into one sentence that a person can read at night.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Containers } from "../containers.ts";
import { createInbox, letSend } from "./inbox.ts";
import { type Notification, templateOf } from "./notification.ts";

export interface EventsArgs {
  readonly account: string;
  readonly region: string;
  readonly containers: Containers;
}

/** Seconds for which an event that could not be sent to the topic is kept; an alarm says that there are some. */
const unsentSeconds = 14 * 24 * 60 * 60;

interface EventNotification extends Notification {
  readonly description: string;
  readonly pattern: object;
  /** By placeholder of the notification, its JSON path in the event, which the event must have. */
  readonly inputPaths: Record<string, string>;
}

/**
 * A rule for each event, and where events go that could not be sent.
 *
 * @param topicArn where notifications are sent
 */
export function createEventRules(
  name: string,
  args: EventsArgs,
  topicArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): Events {
  const events: Record<string, EventNotification> = {
    "container-stopped": containerStopped(args),
    "container-stopped-silently": containerStoppedSilently(args),
    "container-out-of-memory": containerOutOfMemory(args),
    "deployment-failed": deploymentFailed(args),
    "deployment-rolled-back": deploymentRolledBack(args),
    "certificate-trouble": certificateTrouble(),
  };
  const unsent = createInbox(`${name}-unsent-events`, unsentSeconds, parent);
  const rules = Object.entries(events).map(([suffix, event]) => createEventRule(name, suffix, event, parent));
  const sourceArn = rules.map(({ rule }) => rule.arn);
  const policy = letSend(`${name}-unsent-events`, unsent, { service: "events.amazonaws.com", sourceArn }, parent);
  for (const { suffix, rule, event } of rules)
    createTarget(name, suffix, { rule, event, topicArn, unsent, policy }, parent);
  return { ruleNames: rules.map(({ rule }) => rule.name), unsentQueueName: unsent.name };
}

/** What an alarm watches, so that a notification which is not sent is noticed. */
export interface Events {
  readonly ruleNames: readonly pulumi.Output<string>[];
  /** Queue of the events that could not be sent. */
  readonly unsentQueueName: pulumi.Output<string>;
}

/**
 * Every container that stopped, with ECS's reason, but for the orderly stops of a deployment or of scaling in. Those
 * are recognised by their reason: ECS gives the same stopCode, ServiceSchedulerInitiated, to a container that failed its
 * health checks.
 */
function containerStopped(args: EventsArgs): EventNotification {
  return {
    description: "A container of this cluster stopped, other than by a deployment or scaling; stoppedReason says why",
    pattern: stopPattern(args, {
      stoppedReason: [{ "anything-but": { prefix: "Scaling activity initiated by" } }],
    }),
    inputPaths: { service: "$.detail.group", reason: "$.detail.stoppedReason", task: "$.detail.taskArn" },
    title: "a container of <service> stopped",
    reason: "<reason>",
    next: "Run npx order-queue diagnose: it shows the last change, stopped containers and their reasons.",
    resource: "<task>",
  };
}

/** A rule of its own: a placeholder whose value the event lacks makes no valid JSON, and nothing would be sent. */
function containerStoppedSilently(args: EventsArgs): EventNotification {
  return {
    description: "A container of this cluster stopped, and ECS gives no reason",
    pattern: stopPattern(args, { stoppedReason: [{ exists: false }] }),
    inputPaths: { service: "$.detail.group", task: "$.detail.taskArn" },
    title: "a container of <service> stopped",
    reason: "ECS gives no reason",
    next: "See the exit code of its containers in ECS, and its log.",
    resource: "<task>",
  };
}

/** The task's reason says only that an essential container exited; the container's own says why (stopped-task-error-codes.html). */
function containerOutOfMemory(args: EventsArgs): EventNotification {
  return {
    description: "A container of this cluster was stopped because it had used up its memory",
    pattern: stopPattern(args, { containers: { reason: [{ prefix: "OutOfMemoryError" }] } }),
    inputPaths: { service: "$.detail.group", task: "$.detail.taskArn" },
    title: "a container of <service> is out of memory",
    reason: "OutOfMemoryError",
    next: "Raise the service's memory in the stack's settings, or roll back the release that needs more.",
    resource: "<task>",
  };
}

/** Containers of this cluster that stopped. */
function stopPattern({ containers }: EventsArgs, detail: object): object {
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: { clusterArn: [containers.cluster.arn], lastStatus: ["STOPPED"], ...detail },
  };
}

/** Sent only because the services have a circuit breaker. */
function deploymentFailed(args: EventsArgs): EventNotification {
  return {
    description: "A deployment in this cluster failed",
    pattern: deploymentPattern(args, { eventName: ["SERVICE_DEPLOYMENT_FAILED"] }),
    inputPaths: { service: "$.resources[0]", reason: "$.detail.reason" },
    title: "a deployment failed",
    reason: "<reason>",
    next: "Run npx order-queue diagnose; ECS rolls back by itself.",
    resource: "<service>",
  };
}

/** A roll-back is a deployment of its own; only its reason says that it is one. */
function deploymentRolledBack(args: EventsArgs): EventNotification {
  return {
    description: "ECS rolls back to the deployment before one that failed",
    pattern: deploymentPattern(args, {
      eventName: ["SERVICE_DEPLOYMENT_IN_PROGRESS"],
      reason: [{ prefix: "ECS deployment circuit breaker: rolling back" }],
    }),
    inputPaths: { service: "$.resources[0]", reason: "$.detail.reason" },
    title: "a service rolls back",
    reason: "<reason>",
    next: "Run npx order-queue diagnose for why the deployment before failed.",
    resource: "<service>",
  };
}

/** These events name their service's ARN, not its cluster. */
function deploymentPattern({ account, region, containers }: EventsArgs, detail: object): object {
  const services = pulumi.interpolate`arn:aws:ecs:${region}:${account}:service/${containers.cluster.name}/`;
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    resources: [{ prefix: services }],
    detail,
  };
}

/** Of every certificate of the account in this region; ACM says it long before the days run out. */
function certificateTrouble(): EventNotification {
  return {
    description: "ACM cannot renew a certificate by itself, or one has expired or was revoked",
    pattern: {
      source: ["aws.acm"],
      "detail-type": ["ACM Certificate Renewal Action Required", "ACM Certificate Expired", "ACM Certificate Revoked"],
    },
    inputPaths: { what: "$.detail-type", hostname: "$.detail.CommonName", certificate: "$.resources[0]" },
    title: "<what>",
    reason: "<hostname>",
    next: "Check in ACM which validation record is missing, and publish it.",
    resource: "<certificate>",
  };
}

interface NotifyingRule {
  readonly suffix: string;
  readonly event: EventNotification;
  readonly rule: aws.cloudwatch.EventRule;
}

function createEventRule(
  name: string,
  suffix: string,
  event: EventNotification,
  parent: pulumi.Resource,
): NotifyingRule {
  const { description, pattern } = event;
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${suffix}`,
    { description, eventPattern: pulumi.jsonStringify(pattern) },
    { parent },
  );
  return { suffix, event, rule };
}

interface TargetArgs extends Pick<NotifyingRule, "rule" | "event"> {
  readonly topicArn: pulumi.Input<string>;
  readonly unsent: aws.sqs.Queue;
  readonly policy: aws.sqs.QueuePolicy;
}

function createTarget(
  name: string,
  suffix: string,
  { rule, event, topicArn, unsent, policy }: TargetArgs,
  parent: pulumi.Resource,
): void {
  const title = `${name}: ${event.title}`;
  new aws.cloudwatch.EventTarget(
    `${name}-${suffix}`,
    {
      rule: rule.name,
      arn: topicArn,
      inputTransformer: { inputPaths: event.inputPaths, inputTemplate: templateOf({ ...event, title }) },
      deadLetterConfig: { arn: unsent.arn },
    },
    { parent, dependsOn: policy },
  );
}
