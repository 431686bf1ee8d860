import { randomUUID } from "node:crypto";
import type { Properties } from "../../core/store.ts";
import type { AwsEvent } from "../ports.ts";
import type { Deployment, ServiceState, Task } from "./model.ts";

/** The events that ECS sends (AmazonECS/latest/developerguide/ecs_cwe_events.html). */

function event(
  account: string,
  region: string,
  detailType: string,
  resource: string,
  detail: AwsEvent["detail"],
): AwsEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source: "aws.ecs",
    account,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [resource],
    detail,
  };
}

/** ECS's event about a task. */
export function taskStateChange(account: string, task: Task): AwsEvent {
  const { targets: _, release: __, id: ___, region, serviceArn: ____, tags: _____, arn, eni, ...shown } = task;
  return event(account, region, "ECS Task State Change", arn, {
    ...shown,
    taskArn: arn,
    launchType: "FARGATE",
    attachments: [attachment(task.id, eni, task.lastStatus)],
    updatedAt: new Date().toISOString(),
    containers: task.containers.map(({ logFile: _file, pid: _pid, ...container }) => ({
      ...container,
      containerArn: `${arn.replace(":task/", ":container/")}/${container.name}`,
      taskArn: arn,
    })),
  });
}

function attachment(id: string, { subnetId, address }: Task["eni"], status: Task["lastStatus"]): Properties {
  const details = { subnetId, ...(address && { privateIPv4Address: address }) };
  return {
    id,
    type: "eni",
    status: status === "STOPPED" ? "DELETED" : address ? "ATTACHED" : "PRECREATED",
    details: Object.entries(details).map(([name, value]) => ({ name, value })),
  };
}

/** ECS's event about a deployment. */
export function deploymentStateChange(
  account: string,
  service: ServiceState,
  deployment: Deployment,
  eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS" | "SERVICE_DEPLOYMENT_COMPLETED" | "SERVICE_DEPLOYMENT_FAILED",
): AwsEvent {
  return event(account, service.region, "ECS Deployment State Change", service.arn, {
    eventType: eventName === "SERVICE_DEPLOYMENT_FAILED" ? "ERROR" : "INFO",
    eventName,
    deploymentId: deployment.id,
    updatedAt: deployment.updatedAt,
    reason: deployment.rolloutStateReason,
  });
}
