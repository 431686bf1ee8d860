import {
  type CertificatePlan,
  mostLoadBalancers,
  planCertificates,
  storesByDefault,
} from "../../../infra/certificate-plan.ts";
import { storePriority } from "../../../infra/priorities.ts";

const named = (count: number) => Array.from({ length: count }, (_, index) => `store-${index}`);

/** How many stores lie on each load balancer. */
function counts({ loadBalancers, places }: CertificatePlan): number[] {
  return Array.from(
    { length: loadBalancers },
    (_, index) => Object.values(places).filter(({ loadBalancer }) => loadBalancer === index + 1).length,
  );
}

describe("stores", () => {
  it("fill one load balancer after the other, in their order", () => {
    expect(counts(planCertificates(named(24), undefined, storesByDefault))).toEqual([24]);
    expect(counts(planCertificates(named(25), undefined, storesByDefault))).toEqual([24, 1]);
    expect(counts(planCertificates(named(120), undefined, storesByDefault))).toEqual([24, 24, 24, 24, 24]);
    expect(counts(planCertificates(named(1_000), undefined, 200))).toEqual([200, 200, 200, 200, 200]);
  });

  it("have the priorities that their names ask for, as before there was a plan", () => {
    expect(planCertificates(["acme", "bluegum"], undefined, 24)).toEqual({
      loadBalancers: 1,
      places: { acme: { loadBalancer: 1, priority: 38_357 }, bluegum: { loadBalancer: 1, priority: 42_803 } },
    });
  });

  it("whose names ask for one priority get two on one load balancer, and each keeps its own", () => {
    const both = planCertificates(["acme", "store-33109"], undefined, 24);
    expect(both.places["store-33109"]).toEqual({ loadBalancer: 1, priority: 38_358 });
    expect(planCertificates(["store-33109"], both, 24).places["store-33109"]).toEqual({
      loadBalancer: 1,
      priority: 38_358,
    });
    expect(planCertificates(["acme", "store-33109"], undefined, 1).places["store-33109"]).toEqual({
      loadBalancer: 2,
      priority: 38_357,
    });
  });

  it("have no two rules of one priority on a load balancer, 1,000 of them", () => {
    const { places } = planCertificates(named(1_000), undefined, 200);
    const at = Object.values(places).map(({ loadBalancer, priority }) => `${loadBalancer} ${priority}`);
    expect(new Set(at).size).toBe(1_000);
    const moved = Object.entries(places).filter(([store, { priority }]) => priority !== storePriority(store));
    expect(moved.length).toBeGreaterThan(0);
  });

  it.each([
    ["at the head", (all: string[]) => ["new", ...all]],
    ["in the middle", (all: string[]) => [...all.slice(0, 50), "new", ...all.slice(50)]],
    ["at the end", (all: string[]) => [...all, "new"]],
  ])("stay where they are when one is added %s of the list", (_, add) => {
    const before = planCertificates(named(100), undefined, 24);
    const { new: added, ...others } = planCertificates(add(named(100)), before, 24).places;
    expect(others).toEqual(before.places);
    expect(added).toEqual({ loadBalancer: 5, priority: storePriority("new") });
  });

  it("stay where they are when one is added to 999 of them, also those whose names ask for one priority", () => {
    const before = planCertificates(named(999), undefined, 200);
    const { loadBalancers, places } = planCertificates(["new", ...named(999)], before, 200);
    const { new: added, ...others } = places;
    expect(loadBalancers).toBe(5);
    expect(others).toEqual(before.places);
    // One of the 199 beside it has the priority that its name asks for.
    expect(added).toEqual({ loadBalancer: 5, priority: storePriority("new") + 1 });
  });

  it("stay where they are when one is removed, whose place the next new one takes", () => {
    const before = planCertificates(named(100), undefined, 24);
    const without = planCertificates(
      named(100).filter((name) => name !== "store-30"),
      before,
      24,
    );
    const { "store-30": removed, ...others } = before.places;
    expect(removed?.loadBalancer).toBe(2);
    expect(without).toEqual({ loadBalancers: 5, places: others });
    expect(planCertificates([...Object.keys(others), "new"], without, 24).places.new?.loadBalancer).toBe(2);
  });

  it("stay where they are when their order or the quota changes", () => {
    const before = planCertificates(named(100), undefined, 24);
    expect(planCertificates(named(100).reverse(), before, 24)).toEqual(before);
    expect(planCertificates(named(100), before, 200)).toEqual(before);
    const raised = planCertificates(named(100), undefined, 200);
    expect(planCertificates(named(100), raised, 24)).toEqual(raised);
    expect(planCertificates([...named(100), "new"], raised, 24).places.new?.loadBalancer).toBe(2);
  });

  it("leave a load balancer that was made, also when they have all gone", () => {
    const before = planCertificates(named(30), undefined, 24);
    expect(counts(planCertificates(named(2), before, 24))).toEqual([2, 0]);
  });

  it("beyond five load balancers are refused by name", () => {
    expect(mostLoadBalancers).toBe(5);
    expect(() => planCertificates(named(11), undefined, 2)).toThrow(
      "There is no room for the store store-10: 5 load balancers hold 2 stores each. " +
        "Raise storesPerLoadBalancer, after AWS has raised its quotas.",
    );
  });
});
