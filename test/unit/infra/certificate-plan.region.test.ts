import { type CertificatePlan, planCertificates } from "../../../infra/certificate-plan.ts";
import { Region } from "../../../infra/region.ts";
import type { PlacedStore } from "../../../infra/stores.ts";
import { byDefault, countByType, type Registered, register, storeOf } from "./mocks.ts";

// Few stores on a load balancer: the cost of a region without an engine grows with the square of its stores. That 1,000
// stores keep their places is proved where they are placed (stores-keep-their-places.test.ts).
const named = (count: number) => Array.from({ length: count }, (_, index) => `store-${index}`);

/** All that a region of these stores registers, by type and name. */
async function plan(stores: string[], placed: CertificatePlan, storesPerLoadBalancer: number): Promise<Registered[]> {
  const all: PlacedStore[] = stores.map((name) => storeOf(name, "au.orderhub.example", placed.places[name]));
  return register(
    () =>
      new Region("prod-au", {
        region: "ap-southeast-2",
        domain: "au.orderhub.example",
        ...byDefault,
        stores: all,
        loadBalancers: placed.loadBalancers,
        storesPerLoadBalancer,
        ingest: { cpu: 512, memory: 1024, count: 2, max: 6 },
        dispatch: { cpu: 256, memory: 512, count: 1, max: 4 },
      }),
  );
}

const keyOf = ({ type, name }: Registered) => `${type.split(":").at(-1)} ${name}`;

/** What is new, gone or other than before, sorted. */
function changes(before: Registered[], after: Registered[]): string[] {
  const texts = (all: Registered[]) => new Map(all.map((one) => [keyOf(one), JSON.stringify(one)]));
  const [left, right] = [texts(before), texts(after)];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].filter((key) => left.get(key) !== right.get(key)).sort();
}

/** What changes with every store: the containers' list of stores, and what verification looks at. */
const shared = [
  "TaskDefinition prod-au-dispatch",
  "TaskDefinition prod-au-ingest",
  "Verification prod-au-verification",
];

const holds = (stores: number, loadBalancers: number) => ({
  "aws:acm/certificate:Certificate": stores + 1,
  "aws:acm/certificateValidation:CertificateValidation": stores + 1,
  "aws:lb/listenerCertificate:ListenerCertificate": stores,
  "aws:lb/listenerRule:ListenerRule": stores + loadBalancers,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancers,
  "aws:lb/targetGroup:TargetGroup": loadBalancers,
  "aws:route53/record:Record": 2 * (stores + 1),
});

it.each([
  [1, 4, 1],
  [17, 4, 5],
])(
  "a region of %i stores, %i on a load balancer, has a certificate for each on %i load balancers",
  async (count, capacity, loadBalancers) => {
    const resources = await plan(named(count), planCertificates(named(count), undefined, capacity), capacity);
    expect(countByType(resources)).toMatchObject(holds(count, loadBalancers));
  },
);

it.each([
  [10, 4, 3],
  [19, 4, 5],
])(
  "one store that is added to %i, %i on a load balancer, has its place on one of %i and changes nothing of another",
  async (count, most, loadBalancers) => {
    const before = planCertificates(named(count), undefined, most);
    const after = planCertificates(["new", ...named(count)], before, most);
    const [less, more] = [await plan(named(count), before, most), await plan(["new", ...named(count)], after, most)];
    expect(countByType(more)).toMatchObject(holds(count + 1, loadBalancers));
    expect(changes(less, more)).toEqual(
      [
        "Certificate prod-au-store-new",
        "CertificateValidation prod-au-store-new",
        "ListenerCertificate prod-au-store-new",
        "ListenerRule prod-au-store-new",
        "MetricAlarm prod-au-store-new-certificate-days",
        "Record prod-au-store-new-new.au.orderhub.example",
        "Record prod-au-store-new-new.au.orderhub.example-validation",
        "Store prod-au-store-new",
        ...shared,
      ].sort(),
    );
  },
);
