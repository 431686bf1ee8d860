/** By what other resources name one: its id and what AWS or automatic naming chose, and how a change of them spreads. */
import { leaves } from "../../release/plan/normalised-names.ts";
import type { Graph, Node } from "./graph.ts";
import { outputsOf, type Place, typeOf } from "./twin-types.ts";

/** Paths of outputs with their text, the longest first; `id` among them. */
export function namesOf(node: Node): (readonly [path: string, text: string])[] {
  const known = cache.get(node);
  if (known) return known;
  const chosen = new Set([...(typeOf(node.type)?.computed ?? []), ...((node.inputs.__defaults as string[]) ?? [])]);
  const outputs = Object.fromEntries(Object.entries(node.outputs).filter(([property]) => chosen.has(property)));
  const found = [["id", node.id] as const, ...leaves(outputs)]
    .filter(
      (one): one is [string, string] => typeof one[1] === "string" && one[1].length > 7 && !one[0].startsWith("region"),
    )
    .sort(([, one], [, other]) => other.length - one.length);
  cache.set(node, found);
  return found;
}

const cache = new WeakMap<Node, (readonly [string, string])[]>();

/** The graph in which what referred to `before` refers to `after`. */
export function referringTo(graph: Graph, before: Node, after: Node, place: Place): Graph {
  const now = new Map(namesOf(after));
  const pairs = namesOf(before).flatMap(([path, text]) => {
    const next = now.get(path);
    return next === undefined || next === text ? [] : [[text, next] as const];
  });
  if (pairs.length === 0 && before.urn === after.urn) return graph;
  const rename = (urns: string[]) => urns.map((urn) => (urn === before.urn ? after.urn : urn));
  const changed: [Node, Node][] = [];
  const result = graph.map((node) => {
    const urns = [...node.dependsOn, ...Object.values(node.refers).flat(), node.parent];
    if (!urns.includes(before.urn)) return node;
    const text = pairs.reduce((all, [from, to]) => all.replaceAll(from, to), JSON.stringify(node.inputs));
    const next: Node = {
      ...node,
      inputs: JSON.parse(text),
      dependsOn: rename(node.dependsOn),
      refers: Object.fromEntries(Object.entries(node.refers).map(([input, list]) => [input, rename(list)])),
      parent: node.parent === before.urn ? after.urn : node.parent,
    };
    next.outputs = outputsOf(next, place).outputs;
    changed.push([node, next]);
    return next;
  });
  return result;
}

/** The graph in which nothing refers to a resource any more; its names stay where they were written. */
export function withoutReferencesTo(graph: Graph, gone: string): Graph {
  return graph.map((node) => {
    if (![...node.dependsOn, ...Object.values(node.refers).flat()].includes(gone)) return node;
    const rest = (urns: string[]) => urns.filter((urn) => urn !== gone);
    const refers = Object.fromEntries(Object.entries(node.refers).map(([input, urns]) => [input, rest(urns)]));
    return { ...node, dependsOn: rest(node.dependsOn), refers };
  });
}
