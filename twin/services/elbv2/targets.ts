import { EventEmitter } from "node:events";
import { realTime, type Time } from "../../core/clock.ts";
import type { Properties, Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";

import { forwardersTo } from "./forwarders.ts";
import { checkSettings, listens, probe } from "./health-check.ts";

/**
 * Targets of target groups and their health (elasticloadbalancing/latest/application/target-group-health-checks.html).
 * Not modelled: slow start, sticky sessions, the state `unused`, thresholds of healthy targets, gRPC matchers.
 */

export type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

export interface Target {
  /** `GROUP-ARN ADDRESS:PORT`. */
  id: string;
  targetGroupArn: string;
  /** The task behind it and the port that it has in the VPC: what security groups speak of. */
  inside: { taskId: string; port: number };
  address: string;
  port: number;
  state: TargetState;
  /** AWS's reason code and description; empty when healthy. */
  reason: string;
}

interface Live {
  target: Target;
  /** Consecutive checks with the same result: positive ones passed, negative ones failed. */
  streak: number;
  inFlight: number;
  /** Cancels its next check, or one that hangs. */
  cancel?: () => void;
  /** Called when the last request in flight has ended. */
  idle?: () => void;
}

/** VPC: whether a load balancer's packets arrive. */
interface Reach {
  loadBalancerToTask(targetGroupArn: string, taskId: string, port: number): { passes: boolean };
}

/** Emits `change` with the target whenever its state changes. */
export class Targets extends EventEmitter<{ change: [Target] }> {
  readonly #store: Store;
  readonly #view: View;
  readonly #network: Reach;
  readonly #time: Time;
  readonly #live = new Map<string, Live>();

  /** @param time what checks and deregistration go by; how long a connection may take is real time in any case */
  constructor(store: Store, view: View, network: Reach, time: Time = realTime) {
    super();
    this.#time = time;
    this.#network = network;
    this.#store = store;
    this.#view = view;
    // Those of an earlier run: their tasks ended with it.
    for (const target of store.readAll<Target>("target")) store.erase("target", target.id);
  }

  register(targetGroupArn: string, address: string, port: number, inside: Target["inside"]): Target {
    const id = `${targetGroupArn} ${address}:${port}`;
    const reason = "Elb.InitialHealthChecking: Initial health checks in progress";
    const target: Target = { id, targetGroupArn, inside, address, port, state: "initial", reason };
    const live: Live = { target, streak: 0, inFlight: 0 };
    this.#live.set(id, live);
    this.#write(target);
    void this.#firstCheck(live);
    return target;
  }

  /** No new requests from now on; resolves when those in flight have ended or the deregistration delay is over. */
  async deregister(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return;
    live.cancel?.();
    const reason = "Target.DeregistrationInProgress: Target deregistration is in progress";
    Object.assign(live.target, { state: "draining", reason });
    this.#write(live.target);
    const seconds = this.#group(live.target.targetGroupArn).deregistrationDelay ?? 300;
    if (live.inFlight > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#time.after(seconds * 1000, resolve);
        live.idle = () => {
          cancel();
          resolve();
        };
      });
    }
    this.forget(id);
  }

  /** Removes a target at once, as when its task is gone. */
  forget(id: string): void {
    const live = this.#live.get(id);
    live?.cancel?.();
    live?.idle?.();
    this.#live.delete(id);
    this.#store.erase("target", id);
  }

  get(id: string): Target | undefined {
    return this.#live.get(id)?.target;
  }

  of(targetGroupArn: string): Target[] {
    return this.list().filter((target) => target.targetGroupArn === targetGroupArn);
  }

  list(): Target[] {
    return [...this.#live.values()].map((live) => live.target);
  }

  /** Those that get requests: the healthy ones, or all unhealthy ones when none is healthy (the ALB fails open). */
  eligible(targetGroupArn: string): Target[] {
    const all = this.of(targetGroupArn);
    const healthy = all.filter((target) => target.state === "healthy");
    return healthy.length > 0 ? healthy : all.filter((target) => target.state === "unhealthy");
  }

  /** Counts a request in flight; the returned function ends it. */
  begin(id: string): () => void {
    const live = this.#live.get(id);
    if (!live) return () => {};
    live.inFlight++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      live.inFlight--;
      if (live.inFlight === 0) live.idle?.();
    };
  }

  /** Whether packets of the load balancer arrive at the target, on its own port or on another one. */
  reachable({ targetGroupArn, inside }: Target, port = inside.port): boolean {
    return this.#network.loadBalancerToTask(targetGroupArn, inside.taskId, port).passes;
  }

  /** ARNs of the load balancers that forward to a target group. */
  forwarders(targetGroupArn: string, region: string): string[] {
    return forwardersTo(this.#store, region, targetGroupArn);
  }

  close(): void {
    for (const id of [...this.#live.keys()]) this.forget(id);
  }

  #group(arn: string): Properties {
    return this.#view.byArn("aws:lb/targetGroup:TargetGroup", arn)?.outputs ?? {};
  }

  /** The first check falls anywhere within the first interval: here as soon as the target listens. */
  async #firstCheck(live: Live): Promise<void> {
    const { target } = live;
    const deadline = this.#time.now() + checkSettings(this.#group(target.targetGroupArn)).interval * 1000;
    while (this.#time.now() < deadline && this.#live.get(target.id) === live && !(await listens(target)))
      await new Promise<void>((resolve) => void this.#time.after(50, resolve));
    if (this.#live.get(target.id) === live) await this.#check(live);
  }

  async #check(live: Live): Promise<void> {
    const { target } = live;
    const group = this.#group(target.targetGroupArn);
    const settings = checkSettings(group);
    const port = settings.port === "traffic-port" ? undefined : Number(settings.port);
    const ask = () => (this.reachable(target, port) ? probe(target, settings) : this.#timedOut(live, settings.timeout));
    const failure = settings.enabled ? await ask() : undefined;
    if (this.#live.get(target.id) !== live || target.state === "draining") return;
    live.streak = failure === undefined ? Math.max(live.streak, 0) + 1 : Math.min(live.streak, 0) - 1;
    // A newly registered target is healthy with its first success; one that failed needs the threshold.
    const enough = target.state === "initial" ? 1 : settings.healthyThreshold;
    if (live.streak >= enough) this.#turn(target, "healthy", "");
    else if (-live.streak >= settings.unhealthyThreshold) this.#turn(target, "unhealthy", failure ?? "");
    live.cancel = this.#time.after(settings.interval * 1000, () => void this.#check(live));
  }

  /** Security groups drop what they do not let through: nothing answers, and the check runs out of time. */
  #timedOut(live: Live, seconds: number): Promise<string> {
    return new Promise((resolve) => {
      live.cancel = this.#time.after(seconds * 1000, () => resolve("Target.Timeout: Request timed out"));
    });
  }

  #turn(target: Target, state: TargetState, reason: string): void {
    if (target.state === state && target.reason === reason) return;
    Object.assign(target, { state, reason });
    this.#write(target);
  }

  #write(target: Target): void {
    this.#store.write("target", target.id, target);
    this.emit("change", target);
  }
}
