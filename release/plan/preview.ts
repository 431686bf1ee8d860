import { availableParallelism } from "node:os";
import { pMapKeyed } from "p-map";
import type { Verdict } from "../../stacks/gate.ts";
import { contract } from "../../stacks/parity-contract.ts";
import type { Run } from "../../stacks/program.ts";
import { stacks, staging } from "../../stacks/registry.ts";
import { judgeOperations, type OperationParity } from "../checks/operation-parity.ts";
import { type Allowed, compare, type Difference } from "../checks/parity.ts";
import { type Hazard, hazardsOf } from "../checks/plan-checks.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { isChange, type Plan, type Step } from "./graph.ts";
import { type Planned, planStack, type Violation } from "./plan.ts";

/** How many resources of a stack an update would create, update, replace, delete and leave. */
export interface Changes {
  create: number;
  update: number;
  replace: number;
  delete: number;
  same: number;
}

export interface StackPreview extends Changes {
  /** All that would change. */
  steps: Step[];
  /** Why no plan could be made; the counts are 0 then. */
  error?: string;
}

export interface Preview {
  stacks: Record<string, StackPreview>;
  policy: { violations: Violation[] };
  /** What the engine would do without a complaint, and what would break by it. */
  hazards: Hazard[];
  parity: { equal: boolean; differences: Difference[]; allowed: Allowed[] };
  /** By production stack. */
  operations: Record<string, OperationParity>;
  /** By stack: whether an update would be let through. */
  gate: Record<string, Verdict>;
  /** Wall clock, from the first to the last plan. */
  seconds: number;
}

/**
 * Plans every stack in this process, in parallel, judged by the policy pack and the gate, and compares what production
 * would be, and would do, with staging.
 * @param progress called when a stack is planned
 */
export async function previewAll(
  workspace: Pick<Workspace, "engine" | "root">,
  progress: (line: string) => void = () => {},
  run: Run = {},
): Promise<Preview> {
  const started = performance.now();
  const planned = await planAll(workspace, progress, run);
  return { ...judge(planned), seconds: (performance.now() - started) / 1000 };
}

/** All that a preview says, but for how long it took. */
export function judge(planned: Map<string, Planned>): Omit<Preview, "seconds"> {
  const proved = planned.get(staging.name);
  const production = [...planned].filter(([name, { error }]) => name !== staging.name && !error);
  const compared =
    proved && !proved.error
      ? production.map(([name, { plan }]) => compare(proved.plan.resources, plan.resources, name, contract))
      : [];
  const differences = compared.flatMap((c) => c.differences);
  return {
    stacks: eachOf(planned, ({ plan, error }) => ({
      ...count(plan),
      steps: plan.steps.filter(isChange),
      ...(error && { error }),
    })),
    hazards: hazardsOf(new Map([...planned].map(([name, { plan }]) => [name, plan]))),
    policy: { violations: [...planned.values()].flatMap(({ violations }) => violations) },
    parity: {
      equal: compared.length === stacks.length - 1 && differences.length === 0,
      differences,
      allowed: compared.flatMap((c) => c.allowed),
    },
    operations: Object.fromEntries(
      production.flatMap(([name, here]) => (proved ? [[name, judgeOperations(proved, here)]] : [])),
    ),
    gate: Object.fromEntries(
      [...planned].flatMap(([name, { observed }]) => (observed ? [[name, observed.verdict]] : [])),
    ),
  };
}

/** What looked at a change. */
export type Judge = "preview" | "policy" | "parity";

/** What speaks against releasing. */
export interface Objection {
  by: Judge;
  /** A sentence. */
  why: string;
}

/** Empty where nothing speaks against releasing. The gate is no part of it: a release is how it opens. */
export function objections({
  stacks: planned,
  policy,
  hazards,
  parity,
  operations,
}: Omit<Preview, "seconds">): Objection[] {
  const failed = Object.entries(planned).filter(([, { error }]) => error);
  const breaks = (name: string) => policy.violations.some(({ stack }) => stack === name);
  return [
    ...failed.map(([name, { error }]) => ({
      by: breaks(name) ? ("policy" as const) : ("preview" as const),
      why: `${name} cannot be planned: ${error}`,
    })),
    ...policy.violations.map(({ stack, resource, rule, message }) => ({
      by: "policy" as const,
      why: `${stack}: ${resource} breaks ${rule}: ${message}`,
    })),
    ...hazards.map(({ stack, resource, message }) => ({
      by: "preview" as const,
      why: `${stack}: ${resource}: ${message}`,
    })),
    ...parity.differences.map(({ stack, resource, path, staging: there, here }) => ({
      by: "parity" as const,
      why: `${stack}: ${resource} ${path} is ${JSON.stringify(here)}, in staging ${JSON.stringify(there)}`,
    })),
    ...Object.entries(operations).flatMap(([name, { unrehearsed, why }]) =>
      unrehearsed.map((operation) => ({
        by: "parity" as const,
        why: `${name} would ${operation}, which staging has not done (${why})`,
      })),
    ),
  ];
}

/** Engines at work at once: each keeps a processor busy, waits for the program in turns, and takes some 300 MB. */
const concurrency = availableParallelism() + 1;

/** Plans every stack, as many at once as the machine has use for. */
export async function planAll(
  workspace: Pick<Workspace, "engine" | "root">,
  progress: (line: string) => void,
  run: Run = {},
): Promise<Map<string, Planned>> {
  const names = new Map(stacks.map(({ name }) => [name, name]));
  // All of them first: production's program asks for staging's outputs, so staging has to be there.
  await pMapKeyed(names, (name) => workspace.engine.open(name), { concurrency });
  const plan = async (name: string): Promise<Planned> => {
    const planned = await planStack(workspace, name, run);
    if (!planned.error) progress(`${name}: ${planned.plan.resources.length} resources planned`);
    return planned;
  };
  const planned = await pMapKeyed(names, plan, { concurrency });
  // The SDK reports one program's error to every program of the process: stacks that did not throw are planned again.
  const someThrew = [...planned.values()].some(({ threw }) => threw);
  const heard = ({ error, threw }: Planned) => someThrew && error !== undefined && !threw;
  const settled = await pMapKeyed(planned, (each, name) => (heard(each) ? plan(name) : each), { concurrency });
  for (const [name, { error }] of settled) if (error) progress(`${name}: failed`);
  return settled;
}

function eachOf<T, U>(map: Map<string, T>, make: (value: T) => U): Record<string, U> {
  return Object.fromEntries([...map].map(([name, value]) => [name, make(value)]));
}

function count({ steps }: Plan): Changes {
  const of = (...ops: string[]) => steps.filter((step) => ops.includes(step.op)).length;
  return { create: of("create"), update: of("update"), replace: of("replace"), delete: of("delete"), same: of("same") };
}
