import type { Verdict } from "../../stacks/gate.ts";
import type { Run } from "../../stacks/program.ts";
import { type CostChange, costChange } from "../costs/costs.ts";
import type { Allowed } from "../plan/compare.ts";
import { isChange, type Plan, type Step } from "../plan/graph.ts";
import { planAll } from "../plan/plan-all.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Finding, Plans } from "./finding.ts";
import { checks, findingsOf } from "./list.ts";
import { allowedIn } from "./parity.ts";
import type { Notes } from "./print.ts";
import { askQuotas } from "./quotas.ts";

/** Number of a stack's resources that an update would create, update, replace, delete and leave unchanged. */
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
  /** Of its bill; left out where no plan could be made. */
  cost?: CostChange;
  /** Why no plan could be made; the counts are 0 then. */
  error?: string;
}

export interface Preview {
  stacks: Record<string, StackPreview>;
  findings: Finding[];
  notes: Notes;
  /** Differences from staging that the parity contract allows. */
  allowed: Allowed[];
  /** By stack: whether an update would pass the gate. */
  gate: Record<string, Verdict>;
  /** Wall clock, from the first to the last plan. */
  seconds: number;
}

/**
 * Plans every stack in this process, in parallel, and runs every check on the plans.
 * @param progress called when a stack is planned
 */
export async function previewAll(
  workspace: Pick<Workspace, "engine" | "root" | "stacks" | "quotas">,
  progress: (line: string) => void = () => {},
  run: Run = {},
): Promise<Preview> {
  const started = performance.now();
  const planned = await planAll(workspace, progress, run);
  await askQuotas(planned, workspace.quotas);
  return { ...previewOf(planned), seconds: (performance.now() - started) / 1000 };
}

function previewOf(planned: Plans): Omit<Preview, "seconds"> {
  const noted = checks.map(({ name, notes }) => [name, notes?.(planned) ?? []] as const);
  return {
    stacks: eachOf(planned, ({ plan, error }) => {
      const cost = costChange(plan);
      return {
        ...count(plan),
        steps: plan.steps.filter(isChange),
        ...(cost && { cost }),
        ...(error !== undefined && { error }),
      };
    }),
    findings: findingsOf(planned),
    notes: Object.fromEntries(noted.filter(([, lines]) => lines.length > 0)),
    allowed: allowedIn(planned),
    gate: Object.fromEntries(
      [...planned].flatMap(([name, { observed }]) => (observed ? [[name, observed.verdict]] : [])),
    ),
  };
}

function eachOf<T, U>(map: ReadonlyMap<string, T>, make: (value: T) => U): Record<string, U> {
  return Object.fromEntries([...map].map(([name, value]) => [name, make(value)]));
}

function count({ steps }: Plan): Changes {
  const of = (...ops: string[]) => steps.filter((step) => ops.includes(step.op)).length;
  return { create: of("create"), update: of("update"), replace: of("replace"), delete: of("delete"), same: of("same") };
}
