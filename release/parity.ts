/**
 * Parity: production's graph equals staging's, but for the differences that the contract allows, each with its reason.
 * Pure: takes two graphs, returns evidence. What belongs to a store is compared by the store's kind, since stores differ.
 */
import { isDeepStrictEqual } from "node:util";
import type { Entry } from "../stacks/parity-contract.ts";
import type { Properties, Resource } from "./graph.ts";
import { leaves, type Names, namesOf, normalise, unknown } from "./normal.ts";

/** Where production is not what staging proves. `staging` or `here` is undefined where it is missing altogether. */
export interface Difference {
  stack: string;
  /** `type name`, names of the stack, region and domain left open: `aws:sqs/queue:Queue {stack}-orders`. */
  resource: string;
  /** Property path; `resource` when the whole resource is missing or extra. */
  path: string;
  staging: unknown;
  here: unknown;
}

/** A difference that the contract allows. */
export interface Allowed extends Difference {
  reason: string;
}

export interface Comparison {
  differences: Difference[];
  allowed: Allowed[];
}

const STORE = "order-queue:infra:Store";

/** A resource in the form in which two stacks can be compared. */
interface Node {
  key: string;
  type: string;
  name: string;
  properties: Properties;
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
  const [left, right] = [shapeOf(staging), shapeOf(production)];
  const result: Comparison = { differences: [], allowed: [] };
  const judge = (node: Node, path: string, there: unknown, here: unknown) => {
    const difference: Difference = { stack, resource: node.key, path, staging: there, here };
    const entry = contract.find((e) => applies(e, node, path) && permits(e, there, here));
    if (entry) result.allowed.push({ ...difference, reason: entry.reason });
    else result.differences.push(difference);
  };
  compareNodes(left.common, right.common, judge);
  for (const [kind, { store, nodes }] of right.kinds) {
    const proved = left.kinds.get(kind);
    if (proved) compareNodes(proved.nodes, nodes, judge);
    else
      result.differences.push({ stack, resource: `${STORE} ${store}`, path: "kind", staging: undefined, here: kind });
  }
  // Stores of one kind must be alike within a stack too: each is compared with the first of its kind.
  for (const { kind, nodes } of right.others) compareNodes(right.kinds.get(kind)?.nodes ?? new Map(), nodes, judge);
  return result;
}

type Judge = (node: Node, path: string, staging: unknown, here: unknown) => void;

function compareNodes(staging: Map<string, Node>, here: Map<string, Node>, judge: Judge): void {
  for (const [key, node] of staging) if (!here.has(key)) judge(node, "resource", "present", undefined);
  for (const [key, node] of here) {
    const proved = staging.get(key);
    if (!proved) {
      judge(node, "resource", undefined, "present");
      continue;
    }
    const [before, after] = [leaves(proved.properties), leaves(node.properties)];
    // A value that is not known before the update, and what is inside it, cannot be judged yet.
    const open = [...before, ...after].filter(([, value]) => unknown(value)).map(([path]) => path);
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      if (open.some((start) => path.startsWith(start))) continue;
      const [there, now] = [before.get(path), after.get(path)];
      if (!isDeepStrictEqual(there, now)) judge(node, path, there, now);
    }
  }
}

/** What the engine keeps for itself: the stack, a reference to another one, the provider that carries the settings along. */
const records = new Set(["pulumi:pulumi:Stack", "pulumi:pulumi:StackReference", "pulumi:providers:pulumi-nodejs"]);

interface Shape {
  common: Map<string, Node>;
  /** The first store of each kind. */
  kinds: Map<string, { store: string; nodes: Map<string, Node> }>;
  others: { kind: string; nodes: Map<string, Node> }[];
}

function shapeOf(resources: Resource[]): Shape {
  const names = namesOf(resources);
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  const storeOf = (resource: Resource): Resource | undefined => {
    for (let r: Resource | undefined = resource; r; r = byUrn.get(r.parent)) if (r.type === STORE) return r;
    return undefined;
  };
  const shape: Shape = { common: new Map(), kinds: new Map(), others: [] };
  const stores = new Map<string, Map<string, Node>>();
  for (const resource of resources) {
    if (records.has(resource.type)) continue;
    const store = storeOf(resource);
    const node = nodeOf(resource, byUrn.get(resource.parent), names, store);
    if (!store) shape.common.set(node.key, node);
    else stores.set(store.urn, (stores.get(store.urn) ?? new Map()).set(node.key, node));
  }
  for (const [urn, nodes] of stores) {
    const store = byUrn.get(urn);
    const kind = String(store?.inputs.kind ?? "unknown");
    if (shape.kinds.has(kind)) shape.others.push({ kind, nodes });
    else shape.kinds.set(kind, { store: store?.name ?? urn, nodes });
  }
  return shape;
}

function nodeOf(resource: Resource, parent: Resource | undefined, names: Names, store: Resource | undefined): Node {
  const open = <T>(value: T): T => normalise(value, names, store?.inputs);
  const name = open(resource.name);
  // What the provider chose itself (automatic names) says nothing of the program.
  const { __defaults = [], __provider, ...said } = resource.inputs;
  const inputs = Object.fromEntries(Object.entries(said).filter(([property]) => !__defaults.includes(property)));
  const properties = {
    ...open(inputs),
    "option parent": open(parent?.type === "pulumi:pulumi:Stack" ? "" : (parent?.name ?? "")),
    "option protect": resource.protect,
  };
  return { key: `${resource.type} ${name}`, type: resource.type, name, properties };
}

function applies(entry: Entry, node: Node, path: string): boolean {
  const [type = "", name = "*"] = entry.resource.split(" ");
  return glob(type, node.type) && glob(name, node.name) && glob(entry.path, path);
}

function permits({ rule }: Entry, staging: unknown, here: unknown): boolean {
  if (rule === "size") return Number.isFinite(Number(staging)) && Number.isFinite(Number(here));
  if (rule === "stagingOnly") return here === undefined;
  return true;
}

/** `*` stands for anything but a dot or bracket, `**` for anything. */
function glob(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\0")
    .replaceAll("*", "[^.]*")
    .replaceAll("\0", ".*");
  return new RegExp(`^${source}$`).test(text);
}
