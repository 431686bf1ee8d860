/** The arithmetic of a rolling update (AmazonECS/latest/developerguide/deployment-type-ecs.html), without effects. */

export interface PlannedTask {
  id: string;
  /** Of the deployment that started it. */
  deployment: string;
  healthy: boolean;
}

export interface Situation {
  desired: number;
  /** Percent of `desired` that has to stay healthy, rounded up. */
  minimumHealthyPercent: number;
  /** Percent of `desired` that may run at once, rounded down. */
  maximumPercent: number;
  /** The PRIMARY deployment, and whether it may start tasks now. */
  primary: string;
  mayStart: boolean;
  /** Those whose desired status is RUNNING, the oldest first. */
  tasks: PlannedTask[];
}

/** How many tasks the PRIMARY deployment starts now, and which tasks stop. */
export function plan(situation: Situation): { start: number; stop: string[] } {
  const { desired, tasks, primary } = situation;
  const ours = tasks.filter((task) => task.deployment === primary);
  const others = tasks.filter((task) => task.deployment !== primary);
  const most = Math.floor((desired * situation.maximumPercent) / 100);
  const least = Math.ceil((desired * situation.minimumHealthyPercent) / 100);
  const missing = Math.max(0, desired - ours.length);
  const start = situation.mayStart ? Math.max(0, Math.min(missing, most - tasks.length)) : 0;

  // A task that serves no request may stop at once, a healthy one while enough others are healthy.
  const spare = Math.max(0, healthy(tasks).length - least);
  const replaced = Math.max(healthy(ours).length, situation.mayStart ? missing - start : 0);
  const idle = others.filter((task) => !task.healthy);
  const surplus = [...ours.filter((task) => !task.healthy), ...healthy(ours).reverse()];
  const stop = [
    ...idle,
    ...healthy(others).slice(0, Math.min(spare, replaced)),
    ...surplus.slice(0, Math.max(0, ours.length - desired)),
  ];
  return { start, stop: (desired === 0 ? tasks : stop).map((task) => task.id) };
}

const healthy = (tasks: PlannedTask[]): PlannedTask[] => tasks.filter((task) => task.healthy);

/**
 * Failed tasks in a row at which the circuit breaker trips
 * (AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
 */
export function breakerThreshold(desired: number): number {
  return Math.min(Math.max(3, Math.ceil(0.5 * desired)), 200);
}

/**
 * Milliseconds before the next task after so many failures in a row. ECS publishes that it grows exponentially to
 * 27 minutes, not from where; here from one second after the third.
 */
export function restartDelay(failedTasks: number): number {
  return failedTasks < 3 ? 0 : Math.min(1000 * 2 ** (failedTasks - 3), 27 * 60_000);
}

/** The subnet for the next task: one of the zone with the fewest tasks (task-placement.html, Fargate spreads by zone). */
export function place<S extends { zone: string }>(subnets: readonly S[], zonesInUse: readonly string[]): S {
  const used = (zone: string) => zonesInUse.filter((other) => other === zone).length;
  const [first] = [...subnets].sort((a, b) => used(a.zone) - used(b.zone));
  if (!first) throw new Error("InvalidParameterException: subnets can not be empty.");
  return first;
}
