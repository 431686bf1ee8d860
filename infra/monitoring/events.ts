/**
 * What AWS tells by itself, made into one sentence that a person can read at night.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Containers } from "../containers.ts";

export interface EventsArgs {
  readonly account: string;
  readonly region: string;
  readonly containers: Containers;
}

interface EventNotification {
  readonly description: string;
  readonly pattern: object;
  /** By placeholder of the message, its JSON path in the event. */
  readonly inputPaths: Record<string, string>;
  readonly message: string;
}

/** @param topicArn where notifications are sent */
export function createEventRules(
  name: string,
  args: EventsArgs,
  topicArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  const events: Record<string, EventNotification> = {
    "container-stopped": containerStopped(args),
    "deployment-failed": deploymentFailed(args),
    "deployment-rolled-back": deploymentRolledBack(args),
    "certificate-trouble": certificateTrouble(),
  };
  for (const [suffix, notification] of Object.entries(events))
    createEventRule(name, suffix, notification, topicArn, parent);
}

/**
 * Every container that stopped, with ECS's reason, but for the orderly stops of a deployment or of scaling in. Those
 * are recognised by their reason: ECS gives the same stopCode, ServiceSchedulerInitiated, to a container that failed its
 * health checks.
 */
function containerStopped({ containers }: EventsArgs): EventNotification {
  return {
    description: "A container of this cluster stopped, other than by a deployment or scaling; stoppedReason says why",
    pattern: {
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [containers.cluster.arn],
        lastStatus: ["STOPPED"],
        stoppedReason: [{ "anything-but": { prefix: "Scaling activity initiated by" } }, { exists: false }],
      },
    },
    inputPaths: { service: "$.detail.group", reason: "$.detail.stoppedReason", task: "$.detail.taskArn" },
    message: "a container of <service> stopped: <reason>. Task <task>.",
  };
}

/** Sent only because the services have a circuit breaker. */
function deploymentFailed(args: EventsArgs): EventNotification {
  return {
    description: "A deployment in this cluster failed",
    pattern: deploymentPattern(args, { eventName: ["SERVICE_DEPLOYMENT_FAILED"] }),
    inputPaths: { service: "$.resources[0]", reason: "$.detail.reason" },
    message: "a deployment of <service> failed: <reason>.",
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
    message: "<service> rolls back: <reason>",
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
    message: "<what>: <hostname>, <certificate>. Check in ACM which validation record is missing, and publish it.",
  };
}

function createEventRule(
  name: string,
  suffix: string,
  { description, pattern, inputPaths, message }: EventNotification,
  topicArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${suffix}`,
    { description, eventPattern: pulumi.jsonStringify(pattern) },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-${suffix}`,
    {
      rule: rule.name,
      arn: topicArn,
      inputTransformer: { inputPaths, inputTemplate: `"${name}: ${message}"` },
    },
    { parent },
  );
}
