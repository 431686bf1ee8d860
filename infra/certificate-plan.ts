/**
 * Which load balancer holds a store's certificate and rule, and at which priority the rule stands. Pure.
 *
 * Stores are placed once: who has a place keeps it, a removed store frees its own, a new one takes the first load
 * balancer with room. So a store that comes or goes changes no other store's certificate, rule or address. The plan is
 * carried from update to update (docs/decisions/0014-stores-keep-their-places.md).
 */
import { freePriority } from "./priorities.ts";

/**
 * Stores on one load balancer unless the settings say more. AWS has 25 certificates beside the default ones on a load
 * balancer (ELB user guide, "Quotas for your Application Load Balancers"); one stays free, because a certificate that is
 * replaced lies beside its replacement until the update ends.
 */
export const storesByDefault = 24;

/** A service of ECS has 5 target groups (ECS developer guide, "Service quotas"), and each has one load balancer. */
export const mostLoadBalancers = 5;

export interface Placement {
  /** 1 to 5. */
  readonly loadBalancer: number;
  /** Of its rule, unique on its load balancer. */
  readonly priority: number;
}

export interface CertificatePlan {
  /** How many there are. One that was made stays, also without stores: it may be protected, and clients' DNS may name it. */
  readonly loadBalancers: number;
  /** By store. */
  readonly places: Readonly<Record<string, Placement>>;
}

/**
 * A place for every store.
 *
 * @param stores names, each once; new ones are placed in this order
 * @param before the plan of the update before; none before the first
 * @param capacity stores on one load balancer; those that lie beyond it from before stay where they are
 * @throws Error where five load balancers have no room
 */
export function planCertificates(
  stores: readonly string[],
  before: CertificatePlan | undefined,
  capacity: number,
): CertificatePlan {
  const places = new Map<string, Placement>();
  const taken = Array.from({ length: mostLoadBalancers }, () => new Set<number>());
  const assign = (store: string, at: Placement) => {
    places.set(store, at);
    taken[at.loadBalancer - 1]?.add(at.priority);
  };
  for (const store of stores) {
    const kept = before?.places[store];
    if (kept !== undefined) assign(store, kept);
  }
  for (const store of stores.filter((name) => !places.has(name))) {
    const index = taken.findIndex(({ size }) => size < capacity);
    const priorities = taken[index];
    if (priorities === undefined) {
      throw new Error(
        `There is no room for the store ${store}: ${mostLoadBalancers} load balancers hold ${capacity} stores each. ` +
          "Raise storesPerLoadBalancer, after AWS has raised its quotas.",
      );
    }
    assign(store, { loadBalancer: index + 1, priority: freePriority(store, priorities) });
  }
  const used = [...places.values()].map(({ loadBalancer }) => loadBalancer);
  return {
    loadBalancers: Math.max(1, before?.loadBalancers ?? 1, ...used),
    places: Object.fromEntries(stores.flatMap((store) => [[store, places.get(store) as Placement]])),
  };
}
