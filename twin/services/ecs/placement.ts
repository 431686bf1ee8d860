import type { Properties, Resource } from "../../core/store.ts";
import type { Deployment, ServiceState, Task } from "./model.ts";
import { place } from "./plan.ts";

/** Where a task runs. */
interface Placement {
  subnet: string;
  zone: string;
  groups: string[];
  publicIp: boolean;
}

/**
 * In one of the service's subnets, spread over its zones; undefined where every zone is lost.
 * @param taken zones of the service's tasks
 */
export function placementOf(
  networkConfiguration: Properties = {},
  all: readonly Resource[],
  taken: readonly string[],
  isLost: (zone: string) => boolean,
): Placement | undefined {
  const { subnets = [], securityGroups = [], assignPublicIp = false } = networkConfiguration;
  const zoned = all
    .filter(({ id }) => subnets.includes(id))
    .map(({ id, outputs }) => ({ subnet: id, zone: outputs.availabilityZone as string }));
  const there = zoned.filter(({ zone }) => !isLost(zone));
  if (zoned.length > 0 && there.length === 0) return undefined;
  return { ...place(there, taken), groups: securityGroups, publicIp: assignPublicIp };
}

/**
 * The tags of a task that starts now: those that the service propagates, and ECS's own (ECS developer guide, "Tagging Amazon
 * ECS resources": aws:ecs:clusterName and aws:ecs:serviceName). A task that runs keeps the tags of its start.
 *
 * @param service outputs of the service
 * @param definition outputs of the task definition
 */
export function tagsOf(service: Properties, definition: Properties, clusterArn: string): Task["tags"] {
  const from = { SERVICE: service.tagsAll, TASK_DEFINITION: definition.tagsAll }[service.propagateTags as string];
  return {
    ...from,
    ...(service.enableEcsManagedTags && {
      "aws:ecs:clusterName": clusterArn.split("/").at(-1) ?? "",
      "aws:ecs:serviceName": service.name,
    }),
  };
}

/** A task as ECS makes it, before anything of it runs. */
export function newTask(
  id: string,
  service: ServiceState,
  deployment: Deployment,
  { subnet, zone, groups, publicIp }: Placement,
  { tags, now }: { tags: Task["tags"]; now: number },
): Task {
  return {
    id,
    arn: `${service.clusterArn.replace(":cluster/", ":task/")}/${id}`,
    region: service.region,
    clusterArn: service.clusterArn,
    serviceArn: service.arn,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    availabilityZone: zone,
    eni: { subnetId: subnet, groups, publicIp },
    taskDefinitionArn: deployment.taskDefinitionArn,
    cpu: String(deployment.definition.cpu ?? ""),
    memory: String(deployment.definition.memory ?? ""),
    tags,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    healthStatus: "UNKNOWN",
    containers: [],
    targets: [],
    createdAt: new Date(now).toISOString(),
    version: 0,
  };
}
