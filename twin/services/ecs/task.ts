import { join } from "node:path";
import { pull } from "../../containers/images.ts";
import { LogFile } from "../../containers/log.ts";
import type { ContainerRuntime, Exit, RunningContainer } from "../../containers/runtime.ts";
import type { Time } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Properties, Store } from "../../core/store.ts";
import type { Agent } from "./agent.ts";
import { type ContainerDefinition, healthCommand, logOf, readContainers } from "./definition.ts";
import { limitsOf } from "./limits.ts";
import type { StopCode, Task, TaskInterface, TaskStatus } from "./model.ts";

/** VPC: gives tasks their network interfaces. */
export interface Interfaces {
  /** An Availability Zone is lost. */
  on(event: "lost", listener: (zone: string) => void): unknown;
  /** @throws Error in EC2's words when the subnet has no address left */
  attach(taskId: string, wanted: Omit<TaskInterface, "address">): { address: string };
  detach(taskId: string): void;
  isLost(zone: string): boolean;
}

/** ELB: what load balancers make of tasks. */
export interface TargetRegistry {
  on(event: "change", listener: () => void): unknown;
  register(
    targetGroupArn: string,
    address: string,
    port: number,
    inside: { taskId: string; port: number },
  ): { id: string };
  /** Resolves when no request to it is left. */
  deregister(id: string): Promise<void>;
  get(id: string): { state: string; targetGroupArn: string } | undefined;
}

/** What a task needs of the twin. */
export interface Surroundings {
  store: Store;
  directory: string;
  runtime: ContainerRuntime;
  targets: TargetRegistry;
  network: Interfaces;
  agent: Agent;
  /** What its checks and its stop go by. */
  time: Time;
  log: Log;
  /** Variables that the twin supplies to every container of the task. */
  environment: (task: Task, taskRoleArn: string | undefined) => Record<string, string>;
  /** Called with each line that a container writes into a log group. */
  logged: (region: string, group: string, line: string) => void;
  /** Called after every change of the task. */
  changed: (live: LiveTask) => void;
}

/** A task without any health check counts as healthy when it has run for so long. */
const settleMs = 1000;

interface LiveContainer {
  definition: ContainerDefinition;
  running?: RunningContainer;
  killed?: boolean;
  failedChecks: number;
  /** Cancels its next check. */
  cancel?: () => void;
}

/** The life of one task, from its images to its exit codes. */
export class LiveTask {
  readonly task: Task;
  /** Failed before it was healthy, or failed its checks: what the circuit breaker counts. */
  failed = false;
  /** Has passed every check at least once. */
  everHealthy = false;
  readonly #around: Surroundings;
  readonly #definition: Properties;
  readonly #attachments: { targetGroupArn: string; containerName: string }[];
  #containers: LiveContainer[] = [];
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #cancelSettled = () => {};

  constructor(task: Task, definition: Properties, attachments: Properties[], around: Surroundings) {
    this.task = task;
    this.#definition = definition;
    this.#attachments = attachments as { targetGroupArn: string; containerName: string }[];
    this.#around = around;
    this.#write();
  }

  get healthy(): boolean {
    const { task } = this;
    if (task.lastStatus !== "RUNNING" || task.desiredStatus !== "RUNNING") return false;
    if (task.healthStatus === "UNHEALTHY") return false;
    const checked = this.#checked.length > 0;
    if (checked && task.healthStatus !== "HEALTHY") return false;
    const targets = task.targets.map((id) => this.#around.targets.get(id));
    if (!targets.every((target) => target?.state === "healthy")) return false;
    return checked || targets.length > 0 || this.#around.time.now() - Date.parse(task.startedAt ?? "") >= settleMs;
  }

  /** Those of which the checks count for the task. */
  get #checked(): LiveContainer[] {
    return this.#containers.filter(({ definition }) => definition.essential && definition.healthCheck);
  }

  get alive(): boolean {
    return this.task.lastStatus !== "STOPPED";
  }

  /** Fetches secrets, pulls, starts and registers; a task that cannot start stops with the reason. */
  start(): void {
    this.#starting = this.#start();
  }

  async #start(): Promise<void> {
    try {
      const { agent, network } = this.#around;
      const definitions = readContainers(this.#definition);
      this.task.eni.address = network.attach(this.task.id, this.task.eni).address;
      this.#turn("PENDING");
      const secrets = await agent.prepare(this.task, this.#definition, definitions);
      for (const [index, definition] of definitions.entries()) {
        if (this.#stopping) return;
        await this.#startContainer(definition, secrets[index] ?? {});
      }
      if (this.#stopping) return;
      this.task.startedAt = iso(this.#around.time);
      this.#turn("ACTIVATING");
      this.#registerTargets();
      this.#turn("RUNNING");
      // Without any check nothing else says when it has settled.
      this.#cancelSettled = this.#around.time.after(settleMs + 10, () => this.#around.changed(this));
    } catch (error) {
      void this.stop((error as Error).message, "TaskFailedToStart");
    }
  }

  /** Drains, signals, waits and kills; a second call waits for the first one's end. */
  stop(reason: string, code: StopCode): Promise<void> {
    this.#stopping ??= this.#stop(reason, code);
    return this.#stopping;
  }

  /** Ends its processes as the kernel would: exit code 137. */
  kill(): void {
    for (const live of this.#containers) {
      live.killed = true;
      live.running?.signal("SIGKILL");
    }
  }

  async #startContainer(definition: ContainerDefinition, secrets: Record<string, string>): Promise<void> {
    const { runtime, store, directory } = this.#around;
    const { task } = this;
    const live: LiveContainer = { definition, failedChecks: 0 };
    const logFile = join(directory, "logs", `${task.id}-${definition.name}.log`);
    const state: Task["containers"][number] = {
      name: definition.name,
      image: definition.image,
      lastStatus: "PENDING",
      healthStatus: "UNKNOWN",
      logFile,
    };
    task.containers.push(state);
    this.#containers.push(live);
    const environment = Object.fromEntries(definition.environment.map(({ name, value }) => [name, value]));
    if (environment.RELEASE) task.release ??= environment.RELEASE;
    await this.#around.agent.pull(task, this.#definition, definition.image);
    const image = pull(store, directory, definition.image);
    state.imageDigest = image.digest;
    const output = new LogFile(logFile);
    const log = logOf(definition, task);
    live.running = await runtime.start({
      id: `${task.id}-${definition.name}`,
      image,
      entryPoint: definition.entryPoint,
      command: definition.command,
      environment: {
        ...environment,
        ...secrets,
        ...this.#around.environment(task, this.#definition.taskRoleArn),
      },
      port: definition.portMappings[0]?.containerPort,
      limits: limitsOf(this.#definition, definition),
      onLine: (line) => {
        output.append(line);
        if (log) this.#around.logged(task.region, log.group, line);
      },
    });
    if (log) store.write("log-stream", `${task.id}/${definition.name}`, { ...log, file: logFile });
    Object.assign(state, { lastStatus: "RUNNING", pid: live.running.pid });
    void live.running.exited.then((exit) => this.#exited(live, state, exit));
    this.#check(live, state, this.#around.time.now());
  }

  #exited(live: LiveContainer, state: Task["containers"][number], { code, reason }: Exit): void {
    live.cancel?.();
    delete live.running;
    Object.assign(state, { lastStatus: "STOPPED", exitCode: code, ...(reason && { reason }) });
    delete state.pid;
    this.#write();
    if (live.definition.essential) void this.stop("Essential container in task exited", "EssentialContainerExited");
  }

  /** The container's own health check, until the task stops. */
  #check(live: LiveContainer, state: Task["containers"][number], startedAt: number): void {
    const check = live.definition.healthCheck;
    if (!check || !live.running) return;
    live.cancel = this.#around.time.after(check.interval * 1000, async () => {
      const passed = await live.running?.run(healthCommand(check.command), check.timeout * 1000);
      if (this.#stopping) return;
      const starting = this.#around.time.now() - startedAt < check.startPeriod * 1000;
      live.failedChecks = passed ? 0 : live.failedChecks + (starting ? 0 : 1);
      const before = state.healthStatus;
      if (passed) state.healthStatus = "HEALTHY";
      else if (live.failedChecks >= check.retries) state.healthStatus = "UNHEALTHY";
      if (state.healthStatus !== before) this.#summariseHealth();
      this.#check(live, state, startedAt);
    });
  }

  /** Only essential containers with a check count for the task (ECS API reference, Task, healthStatus). */
  #summariseHealth(): void {
    const states = this.#checked.map(({ definition }) => this.task.containers.find((c) => c.name === definition.name));
    const worst = (["UNHEALTHY", "UNKNOWN"] as const).find((status) => states.some((s) => s?.healthStatus === status));
    this.task.healthStatus = worst ?? (states.length > 0 ? "HEALTHY" : "UNKNOWN");
    this.#write();
  }

  #registerTargets(): void {
    for (const { targetGroupArn, containerName } of this.#attachments) {
      const container = this.#containers.find(({ definition }) => definition.name === containerName);
      const address = container?.running?.address;
      if (!address)
        throw new Error(`TaskFailedToStart: the container ${containerName} has no port for ${targetGroupArn}`);
      const inside = { taskId: this.task.id, port: container.definition.portMappings[0]?.containerPort ?? 0 };
      this.task.targets.push(this.#around.targets.register(targetGroupArn, address.host, address.port, inside).id);
    }
  }

  async #stop(reason: string, code: StopCode): Promise<void> {
    const { task } = this;
    Object.assign(task, {
      desiredStatus: "STOPPED",
      stoppedReason: reason,
      stopCode: code,
      stoppingAt: iso(this.#around.time),
    });
    this.failed ||= code === "TaskFailedToStart" || (code === "EssentialContainerExited" && !this.everHealthy);
    this.#cancelSettled();
    for (const { cancel } of this.#containers) cancel?.();
    this.#turn("DEACTIVATING");
    await Promise.all(task.targets.map((id) => this.#around.targets.deregister(id)));
    this.#turn("STOPPING");
    await this.#starting;
    await Promise.all(this.#containers.map((live) => endContainer(live, this.#around.time)));
    this.#around.network.detach(task.id);
    this.#turn("DEPROVISIONING");
    task.stoppedAt = iso(this.#around.time);
    this.#turn("STOPPED");
  }

  #turn(status: TaskStatus): void {
    this.task.lastStatus = status;
    this.#write();
  }

  #write(): void {
    this.task.version++;
    this.#around.store.write("task", this.task.id, this.task);
    this.#around.changed(this);
  }
}

const iso = ({ now }: Time): string => new Date(now()).toISOString();

async function endContainer({ running, definition, killed }: LiveContainer, time: Time): Promise<void> {
  if (!running) return;
  if (killed) {
    // Once more for one that began meanwhile; never SIGTERM too, since an engine may receive two signals in either order.
    running.signal("SIGKILL");
    await running.exited;
    return;
  }
  running.signal("SIGTERM");
  const cancel = time.after(definition.stopTimeout * 1000, () => running.signal("SIGKILL"));
  await running.exited;
  cancel();
}
