/**
 * Compares production's graph with staging's: differences, and those that the contract allows, each with its reason. Pure.
 * Stores differ from stack to stack: each is compared with staging's stores of the same class and must equal one of them.
 * Of a resource that exists several times, each is compared with staging's first.
 */
import { isDeepStrictEqual } from "node:util";
import type { Entry } from "../../stacks/parity-contract.ts";
import { type ComparableGraph, comparableGraphOf, type Node, type Nodes, STORE } from "./comparable-graph.ts";
import { matches, matchesResource } from "./glob.ts";
import type { Resource } from "./graph.ts";
import { isUnknown, leaves } from "./normalised-names.ts";

/** A difference of production from staging. `staging` or `here` is undefined where it is missing. */
export interface Difference {
  stack: string;
  /** `type name`, names normalised: `aws:sqs/queue:Queue {stack}-orders`. */
  resource: string;
  /** Property path; `resource` when the whole resource is missing or extra. */
  path: string;
  staging: unknown;
  here: unknown;
}

/** A difference that the contract allows. */
export interface Allowed extends Difference {
  reason: string;
  /** The entry of the contract, as `RESOURCE PATH`. */
  by: string;
}

export interface Comparison {
  differences: Difference[];
  allowed: Allowed[];
}

/**
 * @param stack production's name
 * @param contract the reviewed list of stacks/
 */
export function compare(
  staging: Resource[],
  production: Resource[],
  stack: string,
  contract: readonly Entry[],
): Comparison {
  const [left, right] = [comparableGraphOf(staging), comparableGraphOf(production)];
  const against = (ofStaging: Nodes, nodes: Nodes): Comparison => {
    const result: Comparison = { differences: [], allowed: [] };
    compareNodes(ofStaging, nodes, (node, path, there, here) => {
      const difference: Difference = { stack, resource: node.key, path, staging: there, here };
      const entry = contract.find((e) => applies(e, node, path) && permits(e, there, here));
      if (entry) result.allowed.push({ ...difference, reason: entry.reason, by: titleOf(entry) });
      else result.differences.push(difference);
    });
    return result;
  };
  const parts = right.stores.map(({ storeClass, store, nodes }): Comparison => {
    const [first, ...others] = stagingStoresFor(storeClass, nodes, left.stores).map((ofStaging) =>
      against(ofStaging, nodes),
    );
    if (first)
      return others.reduce((best, one) => (one.differences.length < best.differences.length ? one : best), first);
    const missingClass = { stack, resource: `${STORE} ${store}`, path: "kind", staging: undefined, here: storeClass };
    return { differences: [missingClass], allowed: [] };
  });
  const all = [against(left.common, right.common), ...parts];
  return { differences: all.flatMap((one) => one.differences), allowed: all.flatMap((one) => one.allowed) };
}

/**
 * A pending store waits for its certificate and has a part of the resources of a store with its own domain. Staging's is
 * served before production's is published: a staging store with its own domain covers both classes.
 */
const OWN = "own";
const PENDING = "pending";

/** Resources of staging's stores of a class; for a pending store, the same part of a store with its own domain. */
function stagingStoresFor(storeClass: string, nodes: Nodes, stores: ComparableGraph["stores"]): Nodes[] {
  const same = stores.filter((store) => store.storeClass === storeClass).map((store) => store.nodes);
  if (same.length > 0 || storeClass !== PENDING) return same;
  return stores.filter((store) => store.storeClass === OWN).map((store) => presentIn(store.nodes, nodes));
}

function presentIn(ofStaging: Nodes, nodes: Nodes): Nodes {
  return new Map([...ofStaging].filter(([key]) => nodes.has(key)));
}

/** How an entry of the contract is named. */
export function titleOf({ resource, path }: Entry): string {
  return `${resource} ${path}`;
}

/** Entries of the contract that no difference uses: remove them, so that the list is exact. */
export function unusedEntries(contract: readonly Entry[], allowed: readonly Allowed[]): Entry[] {
  const used = new Set(allowed.map(({ by }) => by));
  return contract.filter((entry) => !used.has(titleOf(entry)));
}

type Judge = (node: Node, path: string, staging: unknown, here: unknown) => void;

function compareNodes(staging: Nodes, here: Nodes, judge: Judge): void {
  for (const [key, [node]] of staging) if (node && !here.has(key)) judge(node, "resource", "present", undefined);
  for (const node of [...here.values()].flat()) {
    const ofStaging = staging.get(node.key)?.[0];
    if (!ofStaging) {
      judge(node, "resource", undefined, "present");
      continue;
    }
    const [before, after] = [leaves(ofStaging.properties), leaves(node.properties)];
    // A value that is unknown before the update, and what is inside it, cannot be compared.
    const unresolved = [...before, ...after].filter(([, value]) => isUnknown(value)).map(([path]) => path);
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      if (unresolved.some((start) => isWithin(path, start))) continue;
      const [there, now] = [before.get(path), after.get(path)];
      // Where one is empty, what is in the other is judged itself.
      const hasMore = (all: Map<string, unknown>) => [...all.keys()].some((one) => isWithin(one, path) && one !== path);
      if ((there === "{}" && hasMore(after)) || (now === "{}" && hasMore(before))) continue;
      if (!isDeepStrictEqual(there, now)) judge(node, path, there, now);
    }
  }
}

/** Whether a path is another one, or leads to a value inside it. */
function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

function applies(entry: Entry, node: Node, path: string): boolean {
  return matchesResource(entry.resource, node) && matches(entry.path, path);
}

function permits({ rule }: Entry, staging: unknown, here: unknown): boolean {
  if (rule === "size") return Number.isFinite(Number(staging)) && Number.isFinite(Number(here));
  if (rule === "stagingOnly") return here === undefined;
  return true;
}
