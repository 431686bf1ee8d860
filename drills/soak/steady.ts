import type { Status, Task } from "../control.ts";

type Regions = Pick<Status, "regions">;

/** The running tasks of a stack's services, or of those of one name. */
export function tasksOf({ regions }: Regions, stack: string, service = ""): Task[] {
  return Object.values(regions)
    .flatMap(({ tasks }) => tasks)
    .filter((task) => task.lastStatus === "RUNNING" && task.service.startsWith(`${stack}-${service}`));
}

/**
 * Whether all services of a stack, or those of one name, run as many containers as they should, each of them passing its
 * checks, in finished deployments. Pure.
 */
export function isSteady(status: Regions, stack: string, service = ""): boolean {
  const all = Object.values(status.regions);
  const services = all
    .flatMap((region) => region.services)
    .filter(({ name }) => name.startsWith(`${stack}-${service}`));
  const tasks = tasksOf(status, stack, service);
  const ids = new Set(tasks.map(({ id }) => id));
  const targets = all.flatMap((region) => region.targets).filter(({ inside }) => ids.has(inside.taskId));
  return (
    services.length > 0 &&
    services.every(({ running, desired, deployments }) => running === desired && deployments.length === 1) &&
    tasks.every(({ healthStatus }) => healthStatus === "HEALTHY") &&
    targets.every(({ state }) => state === "healthy")
  );
}
