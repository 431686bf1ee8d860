/**
 * Which check stops a mutant, in order of cost: the provider's plan-time checks, the policy rules, the checks of a plan,
 * what AWS's API itself refuses. Pure: no engine, no twin that runs. A mutant that AWS sees as no change is equivalent.
 */
import type { Finding } from "../../release/checks/finding.ts";
import { checks as allChecks } from "../../release/checks/list.ts";
import { operationParity } from "../../release/checks/operation-parity.ts";
import { parity } from "../../release/checks/parity.ts";
import { policy } from "../../release/checks/policy.ts";
import { printFinding } from "../../release/checks/print.ts";
import type { Planned } from "../../release/plan/plan.ts";
import { staging } from "../../stacks/registry.ts";
import { refusalOf, unknownName } from "./aws-answers.ts";
import { startProblem } from "./container-start.ts";
import { isEqualAtAws } from "./equivalent.ts";
import { type Index, stacksOf } from "./generate.ts";
import type { Graph, Node } from "./graph.ts";
import type { Mutant } from "./mutant.ts";
import { differenceOf, planFrom } from "./plan.ts";
import type { Policies } from "./policies.ts";
import { referringTo, withoutReferencesTo } from "./references.ts";
import { checkedOf, outputsOf, type Place } from "./twin-types.ts";

export type Stage =
  | "equivalent"
  | "types"
  | "provider"
  | "policy"
  | "plan checks"
  | "parity"
  | "AWS"
  | "container"
  | "engine"
  | "survives";

export interface Verdict {
  stage: Stage;
  /** The rule or check that stopped it; empty for one that survives. */
  by: string;
  /** What a person would read. */
  evidence: string;
}

/** The stacks as they are, and where each is. */
export interface Base {
  graphs: ReadonlyMap<string, Graph>;
  places: ReadonlyMap<string, Place>;
  index: Index;
  policies: Policies;
}

/** A stack with a mutant in it. */
interface Mutated {
  graph: Graph;
  /** What the mutant made of the resources, dropped ones left out. */
  after: Node[];
  /** Each resource before, with the result of it. */
  pairs: [Node, Node[]][];
}

/** Undefined where the mutant applies in no stack. */
export async function judge(base: Base, mutant: Mutant): Promise<Verdict | undefined> {
  const mutated = new Map<string, Mutated>();
  for (const stack of stacksOf(mutant.scope)) {
    const result = mutate(base, stack, mutant);
    if (result) mutated.set(stack, result);
  }
  if (mutated.size === 0) return undefined;
  const problem = provided(base, mutated, mutant);
  if (problem) return problem;
  const pairs = [...mutated.values()].flatMap((one) => one.pairs);
  if (pairs.every(([before, after]) => after.length === 1 && isEquivalent(before, after[0] as Node)))
    return { stage: "equivalent", by: "", evidence: "AWS gets the same calls" };
  for (const [stack, { graph }] of mutated) {
    const before = new Set(base.graphs.get(stack));
    const changed = graph.filter((node) => !before.has(node));
    const others = pairs.some(([{ urn }, after]) => after.length !== 1 || after[0]?.urn !== urn);
    const violation = base.policies.firstViolation(stack, graph, changed, others);
    if (violation)
      return { stage: "policy", by: violation.rule, evidence: `${stack}: ${violation.resource}: ${violation.message}` };
  }
  const found = firstFinding(base, mutated, mutant);
  if (found) {
    const stage = [parity.name, operationParity.name].includes(found.check) ? "parity" : "plan checks";
    return { stage, by: found.check, evidence: printFinding(found) };
  }
  return (await refused(base, mutated)) ?? { stage: "survives", by: "", evidence: "" };
}

/** Everything that the rules and checks find in an update from the stacks as they are to other graphs of them. */
export function findingsOn(base: Base, graphs: ReadonlyMap<string, Graph>): string[] {
  const broken = [...graphs].flatMap(([stack, graph]) => {
    const before = new Map(base.graphs.get(stack)?.map((node) => [node.urn, node]));
    const differing = graph.filter((node) => !isSame(before.get(node.urn), node));
    const others = before.size !== graph.length || graph.some(({ urn }) => !before.has(urn));
    const violation = base.policies.firstViolation(stack, graph, differing, others);
    return violation ? [`${stack}: ${violation.rule}: ${violation.resource}: ${violation.message}`] : [];
  });
  const plans = [...graphs].map(([stack, graph]) => [stack, planFrom(base.graphs.get(stack) as Graph, graph)] as const);
  // Parity compares what is there after the update, with every name known.
  const settled = [...graphs].map(([stack, graph]) => [stack, planFrom(graph, graph)] as const);
  const found = allChecks
    .filter(({ name }) => name !== policy.name)
    .flatMap((check) => check.judge(new Map(check.name === parity.name ? settled : plans)));
  return [...broken, ...found.map(printFinding)];
}

const isSame = (before: Node | undefined, after: Node): boolean =>
  before === after || JSON.stringify(before) === JSON.stringify(after);

/** A resource with other inputs, complete as its provider makes it. */
export function changed(node: Node, inputs: Node["inputs"], place: Place): Node {
  return completed({ ...node, inputs }, place);
}

function mutate({ graphs, places, index }: Base, stack: string, { key, change }: Mutant): Mutated | undefined {
  const nodes = index.get(key)?.get(stack) ?? [];
  const place = places.get(stack) as Place;
  let graph = graphs.get(stack) as Graph;
  const pairs: [Node, Node[]][] = [];
  for (const node of nodes) {
    const made = change(node, graph, place)?.map((one) => completed(one, place));
    if (!made) continue;
    pairs.push([node, made]);
    graph = graph.flatMap((one) => (one === node ? made : [one]));
    const [next] = made;
    graph = next ? referringTo(graph, node, next, place) : withoutReferencesTo(graph, node.urn);
  }
  return pairs.length === 0 ? undefined : { graph, pairs, after: pairs.flatMap(([, after]) => after) };
}

/** With the defaults of what the mutant removed, and the outputs that follow from its inputs. */
function completed(node: Node, place: Place): Node {
  const { __defaults: _, ...written } = node.inputs;
  const chosen = new Set((node.inputs.__defaults as string[]) ?? []);
  const given = Object.fromEntries(Object.entries(written).filter(([property]) => !chosen.has(property)));
  const { inputs } = checkedOf({ ...node, inputs: given }, place);
  return { ...node, inputs, ...outputsOf({ ...node, inputs }, place) };
}

function provided({ places }: Base, mutated: ReadonlyMap<string, Mutated>, { operator }: Mutant): Verdict | undefined {
  for (const [stack, { after }] of mutated)
    for (const node of after) {
      const { __defaults: _, ...inputs } = node.inputs;
      const [problem] = checkedOf({ ...node, inputs }, places.get(stack) as Place).problems;
      if (!problem) continue;
      // The compiler names a property that is missing before anything is planned.
      const isMissing = operator === "remove" && /received undefined/.test(problem.reason);
      const evidence = `${stack}: ${node.name} ${problem.property}: ${problem.reason}`;
      return { stage: isMissing ? "types" : "provider", by: node.type, evidence };
    }
  return undefined;
}

function isEquivalent(before: Node, after: Node): boolean {
  return (
    before.urn === after.urn &&
    before.protect === after.protect &&
    before.parent === after.parent &&
    JSON.stringify([before.options, before.dependsOn]) === JSON.stringify([after.options, after.dependsOn]) &&
    ((differenceOf(before, after).changed.length === 0 && differenceOf(after, before).changed.length === 0) ||
      isEqualAtAws(before, after))
  );
}

/** Those that compare whole stacks get only what the mutant touches; policy was asked before, the gate has no say. */
const whole = allChecks.filter(
  ({ name }) => ![parity.name, operationParity.name, policy.name, "gate", "partial-update"].includes(name),
);

function firstFinding(base: Base, mutated: ReadonlyMap<string, Mutated>, { key }: Mutant): Finding | undefined {
  const plans = new Map<string, Planned>();
  for (const [stack, graph] of base.graphs) plans.set(stack, planFrom(graph, mutated.get(stack)?.graph ?? graph));
  const found = whole.flatMap((check) => check.judge(plans));
  if (found[0]) return found[0];
  const reduced = ([stack, planned]: [string, Planned]): [string, Planned] => [
    stack,
    reducedTo(base, stack, key, mutated.get(stack), planned),
  ];
  const [ofStaging, ...others] = [...plans];
  if (!ofStaging) return undefined;
  const there = reduced(ofStaging);
  // One production stack after the other: the first that differs decides.
  for (const one of others)
    for (const check of [parity, operationParity]) {
      const [finding] = check.judge(new Map([there, reduced(one)]));
      if (finding) return finding;
    }
  return undefined;
}

/** The plan with the mutated resources, what they refer to by name alone, and what they are in. */
function reducedTo(base: Base, stack: string, key: string, mutated: Mutated | undefined, planned: Planned): Planned {
  const graph = mutated?.graph ?? (base.graphs.get(stack) as Graph);
  const before = base.index.get(key)?.get(stack) ?? [];
  const own = new Set([...before, ...(mutated?.after ?? [])].map(({ urn }) => urn));
  const byUrn = new Map(graph.map((node) => [node.urn, node]));
  const named = new Set<string>();
  for (const urn of own) {
    const node = byUrn.get(urn);
    for (const other of node ? [...Object.values(node.refers).flat()] : []) named.add(other);
    for (let parent = node?.parent; parent; parent = byUrn.get(parent)?.parent) named.add(parent);
  }
  for (const { urn, type } of graph)
    if (type === "order-queue:infra:Region" || type === "pulumi:pulumi:Stack") named.add(urn);
  const resources = graph.flatMap((node) =>
    own.has(node.urn) ? [node] : named.has(node.urn) ? [byNameAlone(node)] : [],
  );
  const isOwn = ({ urn }: { urn: string }) => own.has(urn);
  const { gone, replaced, updated, steps } = planned.plan;
  return {
    ...planned,
    plan: {
      resources,
      gone: gone.filter(isOwn),
      replaced: replaced.filter(isOwn),
      updated: updated.filter(isOwn),
      steps: steps.filter(isOwn),
    },
    observed: asReleased,
  };
}

function byNameAlone(node: Node): Node {
  if (node.type.startsWith("order-queue:") || node.type.startsWith("pulumi:")) return node;
  const chosen = (node.inputs.__defaults as string[]) ?? [];
  const inputs = Object.fromEntries(chosen.map((property) => [property, node.inputs[property]]));
  return { ...node, inputs: { ...inputs, __defaults: chosen } };
}

/** Every stack runs the release before; staging has done of this one what its plan does. */
const record = {
  running: "before",
  image: undefined,
  ledger: { images: [], verified: [], transitions: [] },
  output: async () => undefined,
};
const asReleased = {
  release: "mutant",
  records: { own: record, staging: record },
  verdict: { allowed: true, why: "" },
} as unknown as Planned["observed"];

/** What staging's update shows and no plan does: what AWS's API refuses, and what the service refuses as it starts. */
async function refused({ places }: Base, mutated: ReadonlyMap<string, Mutated>): Promise<Verdict | undefined> {
  const { graph, pairs } = mutated.get(staging.name) ?? { graph: [], pairs: [] };
  const place = places.get(staging.name) as Place;
  for (const [before, after] of pairs) {
    const dependents = after.length > 0 ? [] : dependentsOf(before, graph);
    for (const node of [...after, ...dependents]) {
      const isNew = node.urn !== before.urn || differenceOf(before, node).replaces.length > 0;
      const refusal =
        unknownName(before, node, graph) ?? (await refusalOf(node, graph, isNew && dependents.length === 0, place));
      if (refusal) return { stage: "AWS", by: node.type, evidence: `${staging.name}: ${node.name}: ${refusal}` };
      const problem = startProblem(before, node);
      if (problem)
        return { stage: "container", by: "service/settings.ts", evidence: `${staging.name}: ${node.name}: ${problem}` };
    }
  }
  return undefined;
}

/** What still names a resource that is dropped. */
function dependentsOf({ id }: Node, graph: Graph): Node[] {
  return graph.filter(({ inputs }) => JSON.stringify(inputs).includes(id));
}
