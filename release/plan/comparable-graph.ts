/**
 * A stack's graph in a form that can be compared with another stack's: names are normalised (./normalised-names.ts), and
 * the resources of each store stand apart, by the store's class (platform, own domain, pending).
 */
import type { Properties, Resource } from "./graph.ts";
import { type Names, namesOf, normalise } from "./normalised-names.ts";

export const STORE = "order-queue:infra:Store";

/** A resource in the form in which two stacks can be compared. */
export interface Node {
  /** `type name`. */
  key: string;
  type: string;
  name: string;
  properties: Properties;
}

/** Resources of the engine itself: the stack, a stack reference, the provider of dynamic resources. */
const engineTypes = new Set(["pulumi:pulumi:Stack", "pulumi:pulumi:StackReference", "pulumi:providers:pulumi-nodejs"]);

/** By key; equal resources, as those of a further load balancer, share a key. */
export type Nodes = Map<string, Node[]>;

export interface ComparableGraph {
  common: Nodes;
  stores: { storeClass: string; store: string; nodes: Nodes }[];
}

/** The store that a resource belongs to, or is. */
export function storeFinder(resources: readonly Resource[]): (resource: Resource) => Resource | undefined {
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  return (resource) => {
    for (let r: Resource | undefined = resource; r; r = byUrn.get(r.parent)) if (r.type === STORE) return r;
    return undefined;
  };
}

/** The resources of a stack by normalised name, those of each store apart: what parity compares. */
export function comparableGraphOf(resources: Resource[]): ComparableGraph {
  const names = namesOf(resources);
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  const storeOf = storeFinder(resources);
  const graph: ComparableGraph = { common: new Map(), stores: [] };
  const stores = new Map<Resource, Nodes>();
  const add = (nodes: Nodes, node: Node) => nodes.set(node.key, [...(nodes.get(node.key) ?? []), node]);
  for (const resource of resources) {
    if (engineTypes.has(resource.type)) continue;
    const store = storeOf(resource);
    const node = nodeOf(resource, byUrn.get(resource.parent), names, store);
    if (!store) add(graph.common, node);
    else stores.set(store, add(stores.get(store) ?? new Map(), node));
  }
  for (const [{ inputs, name }, nodes] of stores) graph.stores.push({ storeClass: inputs.kind, store: name, nodes });
  return graph;
}

function nodeOf(resource: Resource, parent: Resource | undefined, names: Names, store: Resource | undefined): Node {
  const normalised = <T>(value: T): T => normalise(value, names, store?.inputs);
  const name = normalised(resource.name);
  // Values that the provider chose itself (automatic names) are not the program's.
  const { __defaults = [], __provider, ...written } = resource.inputs;
  // A store's class decides which store it is compared with.
  const excluded: string[] = resource.type === STORE ? [...__defaults, "kind"] : __defaults;
  const inputs = Object.fromEntries(Object.entries(written).filter(([property]) => !excluded.includes(property)));
  const properties = {
    ...normalised(inputs),
    "option parent": normalised(parent?.name ?? ""),
    "option protect": resource.protect,
  };
  return { key: `${resource.type} ${name}`, type: resource.type, name, properties };
}
