import { createHash, randomInt } from "node:crypto";
import type { Properties, Resource } from "../../core/store.ts";
import { advance, enter } from "./history.ts";
import type { Deployment, ServiceState } from "./model.ts";

/**
 * How a service's deployments follow one another. Not modelled: blue/green, canary and linear strategies, external
 * controllers, alarms that fail a deployment, capacity providers, daemons, lifecycle hooks.
 */

/** What the program asks for, as one value: ECS begins a deployment when it becomes another one. */
export function askedFor({ outputs }: Resource): string {
  const { taskDefinition, loadBalancers, networkConfiguration, platformVersion } = outputs;
  const forced = outputs.forceNewDeployment ? outputs.triggers : undefined;
  const asked = JSON.stringify([taskDefinition, loadBalancers, networkConfiguration, platformVersion, forced]);
  return createHash("sha256").update(asked).digest("hex");
}

/** Puts a new PRIMARY deployment in front; the one before stays as ACTIVE until its tasks have gone. */
export function begin(
  service: ServiceState,
  definition: Properties,
  cause: { asked: string } | { rollbackOf: Deployment },
): Deployment {
  const now = new Date().toISOString();
  const id = `ecs-svc/${Array.from({ length: 19 }, () => randomInt(1, 10)).join("")}`;
  const failed = "rollbackOf" in cause ? cause.rollbackOf : undefined;
  const rollbackOf = failed && { id: failed.id, reason: failed.rolloutStateReason };
  const deployment: Deployment = {
    id,
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: rollbackOf
      ? `ECS deployment circuit breaker: rolling back to deploymentId ${service.lastCompleted?.id}.`
      : `ECS deployment ${id} in progress.`,
    taskDefinitionArn: definition.arn,
    definition,
    failedTasks: 0,
    nextStartAt: 0,
    ...(rollbackOf && { rollbackOf }),
    createdAt: now,
    updatedAt: now,
  };
  if ("asked" in cause) {
    service.asked = cause.asked;
    enter(service, id, now);
  } else {
    const { rolloutStateReason: reason } = cause.rollbackOf;
    const rollback = { to: service.lastCompleted?.id ?? id, by: id, reason, startedAt: now };
    advance(service, "ROLLBACK_IN_PROGRESS", { rollback });
  }
  service.deployments = [deployment, ...service.deployments.map((d) => ({ ...d, status: "ACTIVE" as const }))];
  return deployment;
}

/**
 * The newest deployment of a service.
 * @throws Error where it has none
 */
export function primary(service: ServiceState): Deployment {
  const [first] = service.deployments;
  if (!first) throw new Error(`Service ${service.arn} has no deployment`);
  return first;
}

/** Marks the newest deployment as completed. */
export function complete(service: ServiceState): Deployment {
  const deployment = primary(service);
  const { id, taskDefinitionArn, definition } = deployment;
  advance(service, deployment.rollbackOf ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL");
  Object.assign(deployment, {
    rolloutState: "COMPLETED",
    rolloutStateReason: `ECS deployment ${id} completed.`,
    updatedAt: new Date().toISOString(),
  });
  service.lastCompleted = { id, taskDefinitionArn, definition };
  return deployment;
}

/** The circuit breaker's verdict; returns the deployment that failed. */
export function fail(service: ServiceState, reason: string): Deployment {
  const deployment = primary(service);
  const statusReason = `ECS deployment circuit breaker: ${reason}`;
  advance(service, deployment.rollbackOf ? "ROLLBACK_FAILED" : "STOPPED", { statusReason });
  Object.assign(deployment, {
    rolloutState: "FAILED",
    rolloutStateReason: statusReason,
    updatedAt: new Date().toISOString(),
  });
  return deployment;
}

/** Adds a message to the service's events, the last 100 of which are kept. */
export function note(service: ServiceState, message: string): void {
  service.events = [
    ...service.events,
    { at: new Date().toISOString(), message: `(service ${service.name}) ${message}` },
  ];
  service.events.splice(0, service.events.length - 100);
}
