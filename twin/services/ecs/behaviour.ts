import { duration, realTime, type Time } from "../../core/clock.ts";
import type { Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import { until } from "../../core/wait.ts";
import { primary } from "./deployments.ts";
import type { ServiceState, Task } from "./model.ts";
import type { Scheduler } from "./scheduler.ts";
import type { LiveTask } from "./task.ts";

/** What the rest of the twin asks of ECS. */
export class Ecs {
  /** What runs its containers. */
  readonly runtime: string;
  readonly #store: Store;
  readonly #view: View;
  readonly #scheduler: Scheduler;
  readonly #time: Time;

  constructor(store: Store, view: View, scheduler: Scheduler, runtime: string, time: Time = realTime) {
    this.#time = time;
    this.#store = store;
    this.#view = view;
    this.#scheduler = scheduler;
    this.runtime = runtime;
  }

  /** Undefined for a service that never was or has gone. */
  describe(serviceArn: string): (ServiceState & { desired: number; running: number; pending: number }) | undefined {
    const state = this.#store.read<ServiceState>("service", serviceArn);
    if (!state) return undefined;
    const tasks = this.#scheduler.tasksOf(serviceArn).map(({ task }) => task.lastStatus);
    const running = tasks.filter((status) => status === "RUNNING").length;
    const pending = tasks.filter((status) => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(status)).length;
    const desired: number = this.#view.byArn("aws:ecs/service:Service", serviceArn)?.outputs.desiredCount ?? 0;
    return { ...state, desired, running, pending };
  }

  /** All tasks, those that stopped lately included, the oldest first. */
  tasks(serviceArn?: string): Task[] {
    const all = this.#store.readAll<Task>("task");
    return serviceArn ? all.filter((task) => task.serviceArn === serviceArn) : all;
  }

  /**
   * Resolves when the deployment that is PRIMARY now has completed with every task running.
   * @throws Error in the real provider's words when it fails, is rolled back or `timeoutMs` pass
   */
  async steady(serviceArn: string, timeoutMs: number): Promise<void> {
    const waiting = `waiting for ECS Service (${serviceArn}) to become stable`;
    const state = this.describe(serviceArn);
    if (!state) throw new Error(`${waiting}: couldn't find resource`);
    const awaited = primary(state).id;
    await until(
      () => {
        const service = this.describe(serviceArn);
        if (!service) throw new Error(`${waiting}: couldn't find resource`);
        const [current, ...older] = service.deployments;
        if (current?.rollbackOf?.id === awaited && current.rolloutState !== "IN_PROGRESS")
          throw new Error(
            `${waiting}: ${current.rollbackOf.reason} It was rolled back to ${current.taskDefinitionArn}`,
          );
        if (current?.id === awaited && current.rolloutState === "FAILED")
          throw new Error(`${waiting}: ${current.rolloutStateReason}`);
        const settled = older.length === 0 && current?.rolloutState === "COMPLETED";
        return settled && service.running === service.desired ? service : undefined;
      },
      timeoutMs,
      () =>
        `${waiting}: timeout while waiting for state to become 'tfSTABLE' ` +
        `(last state: 'tfPENDING', timeout: ${duration(timeoutMs)})`,
      this.#time,
    );
  }

  /** Resolves when no task of the service is left, as before DeleteService succeeds. @throws Error after `timeoutMs` */
  async drained(serviceArn: string, timeoutMs = 20 * 60_000): Promise<void> {
    await until(
      () => (this.#scheduler.tasksOf(serviceArn).length === 0 ? true : undefined),
      timeoutMs,
      () => `waiting for ECS Service (${serviceArn}) delete: tasks are still running after ${duration(timeoutMs)}`,
      this.#time,
    );
  }

  /** As UpdateService does with a desired count alone; what the program asked for stays beside it. */
  setDesired(serviceArn: string, desiredCount: number): void {
    const service = this.#view.byArn("aws:ecs/service:Service", serviceArn);
    if (service) this.#store.put({ ...service, outputs: { ...service.outputs, desiredCount } });
  }

  /** As UpdateService does with `forceNewDeployment`: the same task definition again. */
  forceDeployment(serviceArn: string): void {
    const state = this.#store.read<ServiceState>("service", serviceArn);
    if (!state) return;
    this.#store.write("service", serviceArn, { ...state, asked: "" });
    this.#scheduler.reconcile();
  }

  /** As StopTask does. @throws Error when no such task runs */
  stopTask(id: string, reason: string): void {
    void this.#liveTask(id).stop(reason, "UserInitiated");
  }

  /** Kills its processes as the kernel does when memory runs out: exit code 137. @throws Error when no such task runs */
  kill(id: string): void {
    this.#liveTask(id).kill();
  }

  #liveTask(id: string): LiveTask {
    const live = this.#scheduler.task(id);
    if (!live) throw new Error(`No task ${id} is running`);
    return live;
  }
}
