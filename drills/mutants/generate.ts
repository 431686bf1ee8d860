/** Every mutant of what the program registers: each resource, each value, each option, in all stacks or in some. */
import { isDeepStrictEqual } from "node:util";
import { storeFinder } from "../../release/plan/comparable-graph.ts";
import { stacks } from "../../stacks/registry.ts";
import { alter } from "../faults/paths.ts";
import type { Graph, Node } from "./graph.ts";
import type { Change, Edit, Mutant, Scope } from "./mutant.ts";
import { valueEdits } from "./operators.ts";
import { optionEdits } from "./options.ts";
import { namesOf } from "./references.ts";
import { typeOf } from "./twin-types.ts";

/** The resources of every stack by key. */
export type Index = ReadonlyMap<string, ReadonlyMap<string, readonly Node[]>>;

/** By key and then by stack; components of the program are left out. */
export function indexOf(graphs: ReadonlyMap<string, Graph>): Index {
  const index = new Map<string, Map<string, Node[]>>();
  for (const [stack, graph] of graphs) {
    const storeOf = storeFinder([...graph]);
    for (const node of graph) {
      if (!typeOf(node.type) && !node.type.startsWith("pulumi:providers:") && !node.type.startsWith("pulumi-nodejs:"))
        continue;
      const store = storeOf(node)?.inputs;
      const name = node.name.replaceAll(stack, "{stack}");
      const open = store
        ? `${name.replaceAll(store.hostname, "{hostname}").replaceAll(`store-${store.store}`, "store-{store}")} (${store.kind})`
        : name.replace(/-platform-.*-validation$/, "-platform-validation");
      const key = `${node.type} ${open}`;
      const of = index.get(key) ?? new Map<string, Node[]>();
      of.set(stack, [...(of.get(stack) ?? []), node]);
      index.set(key, of);
    }
  }
  return index;
}

/** The stacks that a scope is about. */
export function stacksOf(scope: Scope): string[] {
  return stacks.filter(({ role }) => scope === "all" || role === scope).map(({ name }) => name);
}

/** All of them, in the order of the index. */
export function generate(index: Index): Mutant[] {
  return [...index].flatMap(([key, byStack]) => {
    const scopes = (["all", "production", "staging"] as const).filter((scope) => {
      const present = stacksOf(scope).filter((stack) => byStack.has(stack));
      return (
        present.length > 0 &&
        !(scope === "all" && [...byStack.keys()].length === stacksOf("staging").length && byStack.has("staging"))
      );
    });
    const [node] = [...byStack.values()][0] ?? [];
    if (!node) return [];
    const seen = new Set<string>();
    return changesOf(node).flatMap(({ path, operator, ...rest }) => {
      const title = `${key} ${path}: ${operator}`;
      if (seen.has(title)) return [];
      seen.add(title);
      return scopes.map((scope) => ({ id: `${scope} ${title}`, scope, key, type: node.type, path, operator, ...rest }));
    });
  });
}

function changesOf(node: Node): Edit[] {
  const values = valueEdits(node).map(({ edit, ...rest }): Edit => {
    const change: Change = (one, graph) => {
      const altered = alter(one.inputs, rest.path, (before) => {
        if (before === undefined) return undefined;
        const after = edit(before, one, graph);
        return isDeepStrictEqual(before, after) ? before : after;
      });
      if (altered.hits === 0) return undefined;
      const inputs = altered.value as Node["inputs"];
      return [{ ...one, inputs, refers: refersOf(one, inputs, graph) }];
    };
    return { ...rest, change };
  });
  return [...values, ...optionEdits(node)];
}

/** What each input that changed refers to now: the resources whose names are in it, of those types that it referred to. */
function refersOf(node: Node, inputs: Node["inputs"], graph: Graph): Node["refers"] {
  const byUrn = new Map(graph.map((one) => [one.urn, one]));
  return Object.fromEntries(
    Object.entries(node.refers).flatMap(([input, urns]) => {
      if (inputs[input] === node.inputs[input]) return [[input, urns]];
      if (inputs[input] === undefined) return [];
      const text = JSON.stringify(inputs[input]);
      const named = (one: Node | undefined) =>
        one !== undefined && namesOf(one).some(([, name]) => text.includes(name));
      // What is named by nothing of its own, as a waiting one, stays.
      const before = JSON.stringify(node.inputs[input]);
      const wasNamed = (one: Node | undefined) =>
        one !== undefined && namesOf(one).some(([, name]) => before.includes(name));
      const kept = urns.filter((urn) => named(byUrn.get(urn)) || !wasNamed(byUrn.get(urn)));
      const types = new Set(urns.map((urn) => byUrn.get(urn)?.type));
      const added = graph.filter((one) => types.has(one.type) && !wasNamed(one) && named(one)).map(({ urn }) => urn);
      return [[input, [...new Set([...kept, ...added])]]];
    }),
  );
}
