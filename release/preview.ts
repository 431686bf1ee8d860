import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
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

export interface Preview {
  stacks: Record<string, StackPreview>;
  parity: { equal: boolean; differences: Difference[]; allowed: Allowed[] };
  /** Wall clock, from the first to the last plan. */
  seconds: number;
}

/**
 * Plans every stack in this process, in parallel, and compares what production would be with what staging would be.
 * @param progress called when a stack is planned
 */
export async function previewAll(place: Place, progress: (line: string) => void = () => {}): Promise<Preview> {
  const started = performance.now();
  // All of them first: production's program asks for staging's outputs, so staging has to be there.
  const opened = await Promise.all(stacks.map(async ({ name }) => ({ name, stack: await openStack(place, name) })));
  const planned = await Promise.all(
    opened.map(async ({ name, stack }) => {
      const result = await planStack(stack);
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
    parity: {
      equal: compared.length === stacks.length - 1 && differences.length === 0,
      differences,
      allowed: compared.flatMap((c) => c.allowed),
    },
    seconds: (performance.now() - started) / 1000,
  };
}

async function planStack(stack: Stack): Promise<{ plan: Plan; error?: string }> {
  const events: EngineEvent[] = [];
  try {
    await stack.preview({ onEvent: (event) => void events.push(event) });
    return { plan: planOf(events) };
  } catch (error) {
    return { plan: { resources: [], steps: [] }, error: reason(error) };
  }
}

function count({ steps }: Plan): Changes {
  const of = (...ops: string[]) => steps.filter((step) => ops.includes(step.op)).length;
  return { create: of("create"), update: of("update"), replace: of("replace"), delete: of("delete"), same: of("same") };
}
