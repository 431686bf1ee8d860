import { join } from "node:path";
import type { EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation/index.js";
import { contract } from "../stacks/parity-contract.ts";
import { stacks, staging } from "../stacks/registry.ts";
import { type Plan, planOf } from "./graph.ts";
import { type Allowed, compare, type Difference } from "./parity.ts";
import { openStack, type Place, reason, type Stack } from "./stack.ts";

/** How many resources of a stack an update would create, update, replace, delete and leave. */
export interface Changes {
  create: number;
  update: number;
  replace: number;
  delete: number;
  same: number;
}

export interface StackPreview extends Changes {
  steps: Plan["steps"];
  /** Why no plan could be made; the counts are 0 then. */
  error?: string;
}

/** A rule of policy/ that a stack's plan breaks. */
export interface Violation {
  stack: string;
  rule: string;
  /** Logical name; empty where the rule is about the whole stack. */
  resource: string;
  message: string;
}

export interface Preview {
  stacks: Record<string, StackPreview>;
  policy: { violations: Violation[] };
  parity: { equal: boolean; differences: Difference[]; allowed: Allowed[] };
  /** Wall clock, from the first to the last plan. */
  seconds: number;
}

/**
 * Plans every stack in this process, in parallel, judged by the policy pack, and compares what production would be with
 * what staging would be.
 * @param progress called when a stack is planned
 */
export async function previewAll(place: Place, progress: (line: string) => void = () => {}): Promise<Preview> {
  const started = performance.now();
  // All of them first: production's program asks for staging's outputs, so staging has to be there.
  const opened = await Promise.all(stacks.map(async ({ name }) => ({ name, stack: await openStack(place, name) })));
  const planned = await Promise.all(
    opened.map(async ({ name, stack }) => {
      const result = await planStack(name, stack, join(place.root, "policy"));
      progress(`${name}: ${result.error ? "failed" : `${result.plan.resources.length} resources planned`}`);
      return [name, result] as const;
    }),
  );
  const plans = new Map(planned);
  const proved = plans.get(staging.name);
  const production = planned.filter(([name, { error }]) => name !== staging.name && !error);
  const compared =
    proved && !proved.error
      ? production.map(([name, { plan }]) => compare(proved.plan.resources, plan.resources, name, contract))
      : [];
  const differences = compared.flatMap((c) => c.differences);
  return {
    stacks: Object.fromEntries(
      planned.map(([name, { plan, error }]) => [name, { ...count(plan), steps: plan.steps, ...(error && { error }) }]),
    ),
    policy: { violations: planned.flatMap(([, { violations }]) => violations) },
    parity: {
      equal: compared.length === stacks.length - 1 && differences.length === 0,
      differences,
      allowed: compared.flatMap((c) => c.allowed),
    },
    seconds: (performance.now() - started) / 1000,
  };
}

interface Planned {
  plan: Plan;
  violations: Violation[];
  error?: string;
}

async function planStack(name: string, stack: Stack, policyPack: string): Promise<Planned> {
  const events: EngineEvent[] = [];
  const violations = () => events.flatMap(({ policyEvent }) => (policyEvent ? [violation(name, policyEvent)] : []));
  try {
    await stack.preview({ policyPacks: [policyPack], onEvent: (event) => void events.push(event) });
    return { plan: planOf(events), violations: violations() };
  } catch (error) {
    const broken = violations().length;
    const why = broken > 0 ? `refused by policy, ${broken} violation${broken === 1 ? "" : "s"}` : reason(error);
    return { plan: { resources: [], steps: [] }, violations: violations(), error: why };
  }
}

function violation(stack: string, { policyName, resourceUrn = "", message }: PolicyEvent): Violation {
  return { stack, rule: policyName, resource: resourceUrn.split("::").at(-1) ?? "", message: message.trim() };
}

function count({ steps }: Plan): Changes {
  const of = (...ops: string[]) => steps.filter((step) => ops.includes(step.op)).length;
  return { create: of("create"), update: of("update"), replace: of("replace"), delete: of("delete"), same: of("same") };
}
