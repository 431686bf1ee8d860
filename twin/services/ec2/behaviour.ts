import { EventEmitter } from "node:events";
import { parseCidr } from "../../core/cidr.ts";
import type { Time } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Decision, Passage } from "../ports.ts";
import type { RefusedFlow } from "./flow-records.ts";
import { refused } from "./group-rules.ts";
import { isLost, zoneOf } from "./lost-zones.ts";
import {
  type Interface,
  internetToLoadBalancer,
  loadBalancerToTask,
  taskToInternet,
  taskToLayers,
  taskToService,
} from "./reach.ts";
import { absent, subnetOf } from "./way-out.ts";

/**
 * The network interfaces of the tasks that run, and what may pass between them and everything else. Emits `change` when a
 * rule or route has changed, which counts at once, `refused` with what a security group refuses, and `lost` with an Availability Zone that is lost: AWS lets some connections that are under way live on (EC2 user guide,
 * "Security group connection tracking"). Not modelled: packets within one container's machine, bandwidth.
 */
export class Network extends EventEmitter<{ change: []; lost: [zone: string]; refused: [flow: RefusedFlow] }> {
  readonly #view: View;
  readonly #log: Log;
  readonly #dropMs: number;
  readonly #interfaces = new Map<string, Interface>();
  /** By connection, what refused it last: each is logged once. */
  readonly #refusals = new Map<string, string>();
  readonly #time: Time;
  /** Ends the wait of everyone who waits for an answer. */
  readonly #waiting = new Set<() => void>();
  #turn = 0;

  /** @param dropMs milliseconds for which a connection hangs whose packets are dropped */
  constructor(view: View, dropMs: number, time: Time, log: Log) {
    super();
    this.#time = time;
    this.#view = view;
    this.#dropMs = dropMs;
    this.#log = log;
    view.on("change", ({ resource }) => {
      const zone = zoneOf(resource);
      if (/^aws:(ec2|vpc)\//.test(resource.type) || zone) this.emit("change");
      if (zone && isLost(view, zone)) this.emit("lost", zone);
    });
  }

  /**
   * Gives a task its network interface. AWS keeps the first four addresses of a subnet and the last for itself.
   * @throws Error in EC2's words when the subnet has no address left
   */
  attach(taskId: string, wanted: Omit<Interface, "name" | "address">): Interface {
    const block = parseCidr(subnetOf(this.#view, wanted.subnetId)?.outputs.cidrBlock ?? "");
    const taken = new Set([...this.#interfaces.values()].map(({ address }) => address));
    for (let at = (block?.start ?? 0) + 4; block && at < block.end; at++) {
      const address = [24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join(".");
      if (taken.has(address)) continue;
      const made = { ...wanted, name: `task ${taskId}`, address };
      this.#interfaces.set(taskId, made);
      return made;
    }
    throw new Error(
      `Unexpected EC2 error while attempting to create network interface in subnet '${wanted.subnetId}': ` +
        "InsufficientFreeAddressesInSubnet",
    );
  }

  isLost(zone: string): boolean {
    return isLost(this.#view, zone);
  }

  detach(taskId: string): void {
    this.#interfaces.delete(taskId);
  }

  /**
   * The subnet of the node that the next client of a load balancer gets: DNS gives out all in turn, reachable or not, but
   * for those of lost zones.
   */
  node(balancerArn: string): string {
    const all: string[] = this.#view.byArn("aws:lb/loadBalancer:LoadBalancer", balancerArn)?.outputs.subnets ?? [];
    const subnets = all.filter((id) => !absent(this.#view, id));
    return subnets[this.#turn++ % Math.max(subnets.length, 1)] ?? "";
  }

  internetToLoadBalancer(balancerArn: string, node: string, port: number): Decision {
    const balancer = this.#view.byArn("aws:lb/loadBalancer:LoadBalancer", balancerArn);
    if (!balancer) return refused(balancerArn, `load balancer ${balancerArn} is gone`);
    const decision = internetToLoadBalancer(this.#view, balancer, node, port);
    return this.#logged(`internet to ${balancer.outputs.name}:${port} in ${node}`, decision);
  }

  loadBalancerToTask(targetGroupArn: string, taskId: string, port: number): Decision {
    const balancer = this.#balancerOf(targetGroupArn);
    // Without a listener no request comes.
    if (!balancer) return { passes: true };
    const connection = { name: `${balancer.outputs.name} to task ${taskId}:${port}`, direction: "in", port } as const;
    return this.#of(taskId, connection, (own) => loadBalancerToTask(this.#view, balancer, own, port));
  }

  taskToInternet(taskId: string, port: number): Decision {
    return this.#of(taskId, { name: `task ${taskId} to internet:${port}`, direction: "out", port }, (own) =>
      taskToInternet(this.#view, own, port),
    );
  }

  taskToService(taskId: string, service: string): Passage {
    return this.#of(taskId, { name: `task ${taskId} to ${service}`, direction: "out", port: 443 }, (own) =>
      taskToService(this.#view, own, service),
    );
  }

  taskToLayers(taskId: string): Passage {
    return this.#of(taskId, { name: `task ${taskId} to layers`, direction: "out", port: 443 }, (own) =>
      taskToLayers(this.#view, own),
    );
  }

  /** Resolves when who waits for an answer to a dropped packet has given up, at the latest when their own patience ends. */
  dropped(patienceMs = this.#dropMs): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#waiting.delete(end);
        resolve();
      };
      const cancel = this.#time.after(Math.min(patienceMs, this.#dropMs), end);
      this.#waiting.add(end);
    });
  }

  /** Ends all that still waits. */
  close(): void {
    for (const end of this.#waiting) end();
  }

  #of<D extends Passage>(
    taskId: string,
    { name, direction, port }: { name: string } & Pick<RefusedFlow, "direction" | "port">,
    decide: (own: Interface) => D,
  ): D | Decision {
    const own = this.#interfaces.get(taskId);
    if (!own) return refused(taskId, `task ${taskId} has no network interface`);
    const decision = decide(own);
    // What has no route, or finds no DNS, is no packet that a security group sees.
    if (!decision.passes && decision.at.startsWith("sg-") && this.#refusals.get(name) !== decision.reason) {
      const { address, subnetId } = own;
      this.emit("refused", { taskId, address, subnetId, direction, port });
    }
    return this.#logged(name, decision);
  }

  #logged<D extends Passage>(connection: string, decision: D): D {
    const refusal = decision.passes ? undefined : decision.reason;
    if (refusal !== undefined && this.#refusals.get(connection) !== refusal)
      this.#log("the network dropped a connection", { connection, ...decision });
    if (refusal === undefined) this.#refusals.delete(connection);
    else this.#refusals.set(connection, refusal);
    return decision;
  }

  /** A target group has one load balancer at the most. */
  #balancerOf(targetGroupArn: string): Resource | undefined {
    const forwards = (actions: { targetGroupArn?: string }[] = []) =>
      actions.some((action) => JSON.stringify(action).includes(JSON.stringify(targetGroupArn)));
    const rule = this.#view.list("aws:lb/listenerRule:ListenerRule").find(({ outputs }) => forwards(outputs.actions))
      ?.outputs.listenerArn;
    const listener = this.#view
      .list("aws:lb/listener:Listener")
      .find(({ outputs }) => outputs.arn === rule || forwards(outputs.defaultActions));
    return listener && this.#view.byArn("aws:lb/loadBalancer:LoadBalancer", listener.outputs.loadBalancerArn);
  }
}
