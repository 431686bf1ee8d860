import { join } from "node:path";
import type { EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation/index.js";
import type { Observed, Run } from "../../stacks/program.ts";
import { EngineFailed, type Program } from "../workspace/engine.ts";
import { PolicyPackFailed, packError, packJudged } from "../workspace/policy-pack.ts";
import { reason } from "../workspace/reason.ts";
import { timed } from "../workspace/timings.ts";
import type { AllowedQuota, Workspace } from "../workspace/workspace.ts";
import { type Plan, planOf } from "./graph.ts";

/** A rule of policy/ that a stack's plan breaks. */
export interface Violation {
  stack: string;
  rule: string;
  /** Logical name; empty where the rule is about the whole stack. */
  resource: string;
  message: string;
}

export interface Planned {
  plan: Plan;
  violations: Violation[];
  /** What the program judged before it registered anything; undefined if it did not come so far. */
  observed?: Observed;
  /** Why no plan could be made. */
  error?: string;
  /** Whether it was this stack's own program that threw. */
  threw: boolean;
  /** By code: what AWS allows the stack's account, of those quotas alone whose defaults the plans exceed. */
  quotas?: ReadonlyMap<string, AllowedQuota>;
}

export interface Subject {
  /** In place of this process's own program. */
  program?: Program;
  /** Whether the policy pack judges; it does when left out. */
  policy?: boolean;
}

/** Plans one stack. @throws {PolicyPackFailed} */
export async function planStack(
  workspace: Pick<Workspace, "engine" | "root">,
  name: string,
  run: Run = {},
  subject: Subject = {},
): Promise<Planned> {
  return timed(`plan ${name}`, () => planned(workspace, name, run, subject));
}

async function planned(
  { engine, root }: Pick<Workspace, "engine" | "root">,
  name: string,
  run: Run,
  { program, policy = true }: Subject,
): Promise<Planned> {
  const stack = await engine.openToRun(name);
  const events: EngineEvent[] = [];
  let observed: Observed | undefined;
  const observe = (what: Observed) => {
    observed = what;
  };
  try {
    await stack.preview({
      run: { ...run, observe },
      program,
      policyPack: policy ? join(root, "policy") : undefined,
      onEvent: (event) => void events.push(event),
    });
  } catch (error) {
    if (!(error instanceof EngineFailed)) throw error;
    const notStarted = packError(root, error.message);
    if (notStarted) throw notStarted;
    const broken = violationsOf(name, events).length;
    const why = broken > 0 ? `refused by policy, ${broken} violation${broken === 1 ? "" : "s"}` : reason(error);
    return {
      plan: { resources: [], gone: [], replaced: [], updated: [], steps: [] },
      violations: violationsOf(name, events),
      ...(observed && { observed }),
      threw: error.threw,
      error: why,
    };
  }
  if (policy && !packJudged(events)) throw new PolicyPackFailed(root, `it took no part in the plan of ${name}.`);
  return { plan: planOf(events), violations: violationsOf(name, events), threw: false, ...(observed && { observed }) };
}

/** The rules that a run of a stack breaks, as the engine's events report them. */
export function violationsOf(stack: string, events: readonly EngineEvent[]): Violation[] {
  return events.flatMap(({ policyEvent }) => (policyEvent ? [violation(stack, policyEvent)] : []));
}

function violation(stack: string, { policyName, resourceUrn = "", message }: PolicyEvent): Violation {
  return { stack, rule: policyName, resource: resourceUrn.split("::").at(-1) ?? resourceUrn, message: message.trim() };
}
