import type { Resource, Store } from "../../core/store.ts";

/** A managed policy that was created manually, before any program runs; its document is JSON text. */
export interface HandMadePolicy {
  name: string;
  document: string;
}

const type = "aws:iam/policy:Policy";

/** Creates a managed policy that is a prerequisite. */
export function makePolicyByHand(store: Store, account: string, { name, document }: HandMadePolicy): void {
  const arn = `arn:aws:iam::${account}:policy/${name}`;
  store.put({ type, id: arn, region: "global", inputs: {}, outputs: { arn, name, policy: document } });
}

/** The managed policy of an ARN; undefined where there is none. */
export function managedPolicy(store: Pick<Store, "get">, arn: string): Resource | undefined {
  return store.get(type, arn, "global");
}
