import { randomBytes } from "node:crypto";
import type { Time } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Properties, Resource, Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { EventSink } from "../ports.ts";
import { deploymentStateChange, taskStateChange } from "./announce.ts";
import { askedFor, begin, complete, fail, note, primary } from "./deployments.ts";
import type { Deployment, ServiceState, Task } from "./model.ts";
import { newTask, placementOf, tagsOf } from "./placement.ts";
import { breakerThreshold, plan, restartDelay } from "./plan.ts";
import { LiveTask, type Surroundings } from "./task.ts";

const serviceType = "aws:ecs/service:Service";
/** Stopped tasks that are kept of each service, so that their reasons can be read. */
const keptStopped = 20;

/**
 * The ECS service scheduler on Fargate: brings what runs to what the services ask for, on every change and every
 * second. Tasks are spread over the zones of the service's subnets. Not modelled: what deployments.ts and
 * definition.ts name, tasks without a service, the minutes that Fargate takes for a network interface.
 */
export class Scheduler {
  readonly #store: Store;
  readonly #view: View;
  readonly #events: EventSink;
  readonly #account: string;
  readonly #log: Log;
  readonly #around: Surroundings;
  readonly #live = new Map<string, LiveTask>();
  readonly #time: Time;
  #cancel = () => {};
  #due = false;
  #closed = false;

  constructor(
    parts: Pick<Surroundings, "store" | "targets" | "runtime" | "agent" | "network" | "time"> & {
      view: View;
      events: EventSink;
    },
    settings: Pick<Surroundings, "directory" | "log" | "environment" | "logged"> & { account: string },
  ) {
    this.#store = parts.store;
    this.#view = parts.view;
    this.#events = parts.events;
    this.#account = settings.account;
    this.#log = settings.log;
    this.#time = parts.time;
    this.#around = { ...parts, ...settings, changed: (live) => this.#taskChanged(live) };
    parts.view.on("change", ({ resource }) => {
      if (resource.type === serviceType) this.reconcile();
    });
    parts.network.on("lost", (zone) => this.#loseTasks(zone));
    parts.targets.on("change", () => this.#soon());
  }

  /** Tasks of an earlier run ended with it; from now on tasks are started. */
  start(): void {
    this.#endEarlierTasks();
    this.#everySecond();
    this.reconcile();
  }

  #everySecond(): void {
    this.#cancel = this.#time.after(1000, () => {
      this.#everySecond();
      this.#soon();
    });
  }

  /** Those of a service that have not stopped. */
  tasksOf(serviceArn: string): LiveTask[] {
    return [...this.#live.values()].filter(({ task }) => task.serviceArn === serviceArn);
  }

  /** Undefined when it has stopped. */
  task(id: string): LiveTask | undefined {
    return this.#live.get(id);
  }

  /** Brings every service one step nearer to what it asks for. */
  reconcile(): void {
    if (this.#closed) return;
    const arns = new Set(this.#view.list(serviceType).map((service) => service.outputs.arn as string));
    for (const { arn } of this.#store.readAll<ServiceState>("service")) arns.add(arn);
    for (const arn of arns) {
      try {
        const resource = this.#service(arn);
        if (resource) this.#reconcileService(resource);
        else this.#retire(arn);
      } catch (error) {
        this.#log("a service could not be reconciled", { service: arn, error: String(error) });
      }
    }
  }

  /** Stops every task, gracefully within `graceMs`, and what it takes with it. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    this.#cancel();
    const tasks = [...this.#live.values()];
    const timer = setTimeout(() => {
      for (const live of tasks) live.kill();
    }, graceMs);
    await Promise.all(tasks.map((live) => live.stop("The twin was stopped", "ServiceSchedulerInitiated")));
    clearTimeout(timer);
  }

  #reconcileService(resource: Resource): void {
    const { arn } = resource.outputs;
    const service = this.#store.read<ServiceState>("service", arn) ?? newService(resource, this.#account);
    const before = JSON.stringify(service);
    const asked = askedFor(resource);
    if (service.asked !== asked) this.#begin(service, this.#definition(resource), { asked });
    this.#judge(service, resource.outputs);
    this.#breakIfFailing(service, resource.outputs);
    this.#step(service, resource);
    this.#settle(service, resource.outputs.desiredCount ?? 0);
    if (JSON.stringify(service) !== before) this.#store.write("service", arn, service);
  }

  /** Stops tasks that fail the load balancer's checks or their own, after the grace period. */
  #judge(service: ServiceState, outputs: Properties): void {
    const graceMs = 1000 * (outputs.healthCheckGracePeriodSeconds ?? 0);
    for (const live of this.tasksOf(service.arn)) {
      const { task } = live;
      if (task.desiredStatus === "STOPPED" || task.lastStatus !== "RUNNING") continue;
      if (live.healthy && !live.everHealthy) {
        live.everHealthy = true;
        const deployment = service.deployments.find(({ id }) => id === task.startedBy);
        if (deployment) deployment.failedTasks = 0;
      }
      if (this.#time.now() - Date.parse(task.startedAt ?? "") < graceMs) continue;
      const sick = task.targets
        .map((id) => this.#around.targets.get(id))
        .find((target) => target?.state === "unhealthy");
      if (!sick && task.healthStatus !== "UNHEALTHY") continue;
      live.failed = true;
      const reason = sick
        ? `Task failed ELB health checks in (target-group ${sick.targetGroupArn})`
        : "Task failed container health checks";
      void live.stop(reason, "ServiceSchedulerInitiated");
      note(service, `(task ${task.id}) ${reason}`);
    }
  }

  #breakIfFailing(service: ServiceState, outputs: Properties): void {
    const deployment = primary(service);
    const breaker = outputs.deploymentCircuitBreaker;
    const desired: number = outputs.desiredCount ?? 0;
    if (!breaker?.enable || deployment.rolloutState !== "IN_PROGRESS") return;
    if (deployment.failedTasks < breakerThreshold(desired)) return;
    const failed = fail(service, "tasks failed to start.");
    this.#announce(service, failed, "SERVICE_DEPLOYMENT_FAILED");
    note(service, `(deployment ${failed.id}) deployment failed: tasks failed to start.`);
    const last = service.lastCompleted;
    // Without a completed deployment to roll back to it stalls: no new tasks, what runs continues.
    if (breaker.rollback && last && !failed.rollbackOf) this.#begin(service, last.definition, { rollbackOf: failed });
  }

  #step(service: ServiceState, { outputs }: Resource): void {
    const deployment = primary(service);
    const staying = this.tasksOf(service.arn).filter(({ task }) => task.desiredStatus === "RUNNING");
    const { start, stop } = plan({
      desired: outputs.desiredCount ?? 0,
      minimumHealthyPercent: outputs.deploymentMinimumHealthyPercent ?? 100,
      maximumPercent: outputs.deploymentMaximumPercent ?? 200,
      primary: deployment.id,
      mayStart: deployment.rolloutState !== "FAILED" && this.#time.now() >= deployment.nextStartAt,
      tasks: staying.map((live) => ({ id: live.task.id, deployment: live.task.startedBy, healthy: live.healthy })),
    });
    const reason = `Scaling activity initiated by (deployment ${deployment.id})`;
    for (const id of stop) void this.#live.get(id)?.stop(reason, "ServiceSchedulerInitiated");
    if (stop.length > 0) note(service, `has stopped ${stop.length} running tasks: ${named(stop)}.`);
    const started = Array.from({ length: start }, () => this.#startTask(service, deployment, outputs) ?? []).flat();
    if (started.length > 0) note(service, `has started ${started.length} tasks: ${named(started)}.`);
  }

  /** Drops deployments whose tasks have gone, and completes the PRIMARY one when nothing is left to do. */
  #settle(service: ServiceState, desired: number): void {
    const tasks = this.tasksOf(service.arn);
    const has = (deployment: Deployment) => tasks.some(({ task }) => task.startedBy === deployment.id);
    service.deployments = service.deployments.filter((d) => d.status === "PRIMARY" || has(d));
    const current = primary(service);
    if (current.rolloutState !== "IN_PROGRESS" || service.deployments.length > 1) return;
    if (tasks.length !== desired || !tasks.every((live) => live.healthy)) return;
    this.#announce(service, complete(service), "SERVICE_DEPLOYMENT_COMPLETED");
    note(service, `(deployment ${current.id}) deployment completed.`);
    note(service, "has reached a steady state.");
  }

  #begin(service: ServiceState, definition: Properties, cause: Parameters<typeof begin>[2]): void {
    const deployment = begin(service, definition, cause);
    this.#announce(service, deployment, "SERVICE_DEPLOYMENT_IN_PROGRESS");
  }

  /** Undefined where no zone has room for it. */
  #startTask(service: ServiceState, deployment: Deployment, outputs: Properties): string | undefined {
    const id = randomBytes(16).toString("hex");
    const staying = this.tasksOf(service.arn).filter(({ task }) => task.desiredStatus === "RUNNING");
    const placement = placementOf(
      outputs.networkConfiguration,
      this.#view.list("aws:ec2/subnet:Subnet", service.region),
      staying.map(({ task }) => task.availabilityZone),
      (zone) => this.#around.network.isLost(zone),
    );
    if (!placement) return void this.#cannotPlace(service);
    const tags = tagsOf(outputs, deployment.definition, service.clusterArn);
    const task = newTask(id, service, deployment, placement, { tags, now: this.#time.now() });
    const live = new LiveTask(task, deployment.definition, outputs.loadBalancers ?? [], this.#around);
    this.#live.set(id, live);
    live.start();
    return id;
  }

  /** ECS tries again and again (AmazonECS/latest/developerguide/service-event-messages-list.html). */
  #cannotPlace(service: ServiceState): void {
    const message =
      "was unable to place a task. Reason: Capacity is unavailable at this time. " +
      "Please try again later or in a different availability zone.";
    if (!service.events.at(-1)?.message.endsWith(message)) note(service, message);
  }

  /** Nothing in a lost zone gets time to end. In words of the twin's own: AWS publishes none for it. */
  #loseTasks(zone: string): void {
    for (const live of this.#live.values()) {
      if (live.task.availabilityZone !== zone) continue;
      live.kill();
      void live.stop(`Task stopped: its Availability Zone ${zone} is lost`, "ServiceSchedulerInitiated");
    }
  }

  /** The service has gone from the program: its tasks stop, then it is forgotten. */
  #retire(arn: string): void {
    const tasks = this.tasksOf(arn);
    const id = this.#store.read<ServiceState>("service", arn)?.deployments[0]?.id;
    const reason = `Scaling activity initiated by (deployment ${id})`;
    for (const live of tasks) void live.stop(reason, "ServiceSchedulerInitiated");
    if (tasks.length === 0) this.#store.erase("service", arn);
  }

  #taskChanged(live: LiveTask): void {
    const { task } = live;
    this.#events.put(taskStateChange(this.#account, task));
    if (!live.alive && this.#live.delete(task.id)) {
      if (live.failed) this.#countFailure(task);
      this.#forgetOld(task.serviceArn);
    }
    this.#soon();
  }

  #countFailure(task: Task): void {
    const service = this.#store.read<ServiceState>("service", task.serviceArn);
    const deployment = service?.deployments.find(({ id }) => id === task.startedBy);
    if (!service || !deployment) return;
    deployment.failedTasks++;
    deployment.nextStartAt = this.#time.now() + restartDelay(deployment.failedTasks);
    if (deployment.failedTasks === 3) note(service, "is unable to consistently start tasks successfully.");
    this.#store.write("service", service.arn, service);
  }

  #forgetOld(serviceArn: string): void {
    const tasks = this.#store.readAll<Task>("task");
    const stopped = tasks.filter((task) => task.serviceArn === serviceArn && task.lastStatus === "STOPPED");
    for (const task of stopped.slice(0, Math.max(0, stopped.length - keptStopped))) this.#store.erase("task", task.id);
  }

  /** Tasks of an earlier run of the twin ended with it. */
  #endEarlierTasks(): void {
    for (const task of this.#store.readAll<Task>("task")) {
      if (task.lastStatus === "STOPPED") continue;
      const ended = { lastStatus: "STOPPED", desiredStatus: "STOPPED", stoppedAt: new Date().toISOString() };
      this.#store.write("task", task.id, { ...task, ...ended, stoppedReason: "The twin was stopped" });
    }
  }

  /** Several changes at once make one round. */
  #soon(): void {
    if (this.#due || this.#closed) return;
    this.#due = true;
    setImmediate(() => {
      this.#due = false;
      this.reconcile();
    });
  }

  #announce(service: ServiceState, deployment: Deployment, name: Parameters<typeof deploymentStateChange>[3]): void {
    this.#events.put(deploymentStateChange(this.#account, service, deployment, name));
  }

  #service(arn: string): Resource | undefined {
    return this.#view.byArn(serviceType, arn);
  }

  /** By ARN, or by `family:revision` or `family` as the API allows. @throws Error when there is none */
  #definition({ outputs, region }: Resource): Properties {
    const wanted: string = outputs.taskDefinition;
    const all = this.#view.list("aws:ecs/taskDefinition:TaskDefinition", region).map((resource) => resource.outputs);
    const family = wanted.includes(":") ? undefined : all.filter((definition) => definition.family === wanted).at(-1);
    const found = family ?? all.find(({ arn }) => arn === wanted || arn?.endsWith(`/${wanted}`));
    if (!found) throw new Error(`ClientException: TaskDefinition not found: ${wanted}`);
    return found;
  }
}

const named = (ids: string[]): string => ids.map((id) => `(task ${id})`).join(" ");

function newService({ outputs, region }: Resource, account: string): ServiceState {
  const { arn, name, cluster = "default" } = outputs;
  const clusterArn = cluster.startsWith("arn:") ? cluster : `arn:aws:ecs:${region}:${account}:cluster/${cluster}`;
  return { arn, region, name, clusterArn, asked: "", deployments: [], events: [] };
}
