/** What the engine would plan from one graph of a stack to another: the provider's Diff without an engine. */
import type { Plan, Step } from "../../release/plan/graph.ts";
import type { Planned } from "../../release/plan/plan.ts";
import { diff } from "../../twin/pulumi/plan.ts";
import type { Graph, Node } from "./graph.ts";
import { typeOf } from "./twin-types.ts";

/** The properties that differ as AWS sees equality, and those of them that force a replacement. */
export function differenceOf(before: Node, after: Node): { changed: string[]; replaces: string[] } {
  if (before === after) return { changed: [], replaces: [] };
  const type = typeOf(after.type);
  const ignored = new Set(after.options.ignoreChanges);
  const kept = Object.fromEntries(Object.entries(before.inputs).filter(([property]) => ignored.has(property)));
  const now = {
    ...Object.fromEntries(Object.entries(after.inputs).filter(([property]) => !ignored.has(property))),
    ...kept,
  };
  if (type) return diff(type, before.inputs, now, { ...before.outputs });
  const keys = new Set([...Object.keys(before.inputs), ...Object.keys(now)]);
  const changed = [...keys].filter((key) => JSON.stringify(before.inputs[key]) !== JSON.stringify(now[key]));
  return { changed, replaces: [] };
}

/** The plan of an update from one graph to the other. */
export function planFrom(before: Graph, after: Graph): Planned {
  if (before === after) return asPlanned({ resources: [...after], gone: [], replaced: [], updated: [], steps: [] });
  const old = new Map(before.map((node) => [node.urn, node]));
  const used = new Set<string>();
  const [steps, replaced, updated]: [Step[], Node[], Node[]] = [[], [], []];
  for (const node of after) {
    const was = old.get(node.urn) ?? node.options.aliases.map((name) => byAlias(before, node, name)).find(Boolean);
    if (!was) {
      steps.push(step("create", node));
      continue;
    }
    used.add(was.urn);
    const { changed, replaces } = differenceOf(was, node);
    if (replaces.length > 0) replaced.push(was);
    if (changed.length > 0 && replaces.length === 0) updated.push(was);
    if (changed.length > 0)
      steps.push({ ...step(replaces.length > 0 ? "replace" : "update", node), changed, replacedBy: replaces });
  }
  const gone = before.filter(({ urn }) => !used.has(urn));
  steps.push(...gone.map((node) => step("delete", node)));
  const kept = [...gone, ...replaced].find(({ protect }) => protect);
  const planned = asPlanned({
    resources: after.map((node) => asKnown(old.get(node.urn), node)),
    gone,
    replaced,
    updated,
    steps,
  });
  if (!kept) return planned;
  return { ...planned, plan: empty, error: `${kept.name} is protected and would be deleted` };
}

/** A plan has of a resource what it was, and nothing of one that is new. */
function asKnown(was: Node | undefined, node: Node): Node {
  if (was === node) return node;
  return { ...node, outputs: was?.outputs ?? {}, id: was?.id ?? "" };
}

const empty: Plan = { resources: [], gone: [], replaced: [], updated: [], steps: [] };

function asPlanned(plan: Plan): Planned {
  return { plan, violations: [], threw: false };
}

function step(op: Step["op"], { urn, type, name }: Node): Step {
  return { op, urn, type, name, replacedBy: [], changed: [] };
}

function byAlias(before: Graph, { type }: Node, alias: string): Node | undefined {
  return before.find((node) => node.urn === alias || (node.type === type && node.name === alias));
}
