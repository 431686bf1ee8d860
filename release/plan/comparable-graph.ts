/**
 * A stack's graph in the form in which it can be compared with another stack's: names of the stack, its region and domain
 * left open, and what belongs to a store apart, by the store's kind.
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

/** What the engine keeps for itself: the stack, a reference to another one, the provider that carries the settings along. */
const records = new Set(["pulumi:pulumi:Stack", "pulumi:pulumi:StackReference", "pulumi:providers:pulumi-nodejs"]);

/** By key; alike ones, as those of a further load balancer, share a key. */
export type Nodes = Map<string, Node[]>;

export interface Shape {
  common: Nodes;
  stores: { kind: string; store: string; nodes: Nodes }[];
}

/** The store that a resource belongs to, or is. */
export function storeFinder(resources: readonly Resource[]): (resource: Resource) => Resource | undefined {
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  return (resource) => {
    for (let r: Resource | undefined = resource; r; r = byUrn.get(r.parent)) if (r.type === STORE) return r;
    return undefined;
  };
}

export function shapeOf(resources: Resource[]): Shape {
  const names = namesOf(resources);
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  const storeOf = storeFinder(resources);
  const shape: Shape = { common: new Map(), stores: [] };
  const stores = new Map<string, Nodes>();
  const add = (nodes: Nodes, node: Node) => nodes.set(node.key, [...(nodes.get(node.key) ?? []), node]);
  for (const resource of resources) {
    if (records.has(resource.type)) continue;
    const store = storeOf(resource);
    const node = nodeOf(resource, byUrn.get(resource.parent), names, store);
    if (!store) add(shape.common, node);
    else stores.set(store.urn, add(stores.get(store.urn) ?? new Map(), node));
  }
  for (const [urn, nodes] of stores) {
    const store = byUrn.get(urn);
    shape.stores.push({ kind: String(store?.inputs.kind ?? "unknown"), store: store?.name ?? urn, nodes });
  }
  return shape;
}

function nodeOf(resource: Resource, parent: Resource | undefined, names: Names, store: Resource | undefined): Node {
  const open = <T>(value: T): T => normalise(value, names, store?.inputs);
  const name = open(resource.name);
  // What the provider chose itself (automatic names) says nothing of the program.
  const { __defaults = [], __provider, ...said } = resource.inputs;
  // A store's kind says with which store it is compared.
  const apart: string[] = resource.type === STORE ? [...__defaults, "kind"] : __defaults;
  const inputs = Object.fromEntries(Object.entries(said).filter(([property]) => !apart.includes(property)));
  const properties = {
    ...open(inputs),
    "option parent": open(parent?.type === "pulumi:pulumi:Stack" ? "" : (parent?.name ?? "")),
    "option protect": resource.protect,
  };
  return { key: `${resource.type} ${name}`, type: resource.type, name, properties };
}
