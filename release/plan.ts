import { join } from "node:path";
import type { EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation/index.js";
import { type Observed, program as ownProgram, type Run } from "../stacks/program.ts";
import { type Plan, planOf } from "./graph.ts";
import { PolicyPackFailed, packFailure, packJudged } from "./policy-pack.ts";
import { openStackToRun, type Place, reason } from "./stack.ts";

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
}

export interface Subject {
  /** In place of this process's own program. */
  program?: (run: Run) => Promise<unknown>;
  /** Whether the policy pack judges; it does when left out. */
  policy?: boolean;
}

/** Plans one stack. @throws {PolicyPackFailed} */
export async function planStack(
  place: Place,
  name: string,
  run: Run = {},
  { program = ownProgram, policy = true }: Subject = {},
): Promise<Planned> {
  const stack = await openStackToRun(place, name);
  const events: EngineEvent[] = [];
  let observed: Observed | undefined;
  const observe = (what: Observed) => {
    observed = what;
  };
  let threw = false;
  const inline = async () => {
    try {
      return (await program({ ...run, observe })) as Record<string, unknown>;
    } catch (error) {
      threw = true;
      throw error;
    }
  };
  const violations = () => events.flatMap(({ policyEvent }) => (policyEvent ? [violation(name, policyEvent)] : []));
  try {
    await stack.preview({
      program: inline,
      ...(policy && { policyPacks: [join(place.root, "policy")] }),
      onEvent: (event) => void events.push(event),
    });
  } catch (error) {
    const notStarted = packFailure((error as Error).message);
    if (notStarted) throw new PolicyPackFailed(place.root, `${notStarted}.`);
    const broken = violations().length;
    const why = broken > 0 ? `refused by policy, ${broken} violation${broken === 1 ? "" : "s"}` : reason(error);
    return {
      plan: { resources: [], gone: [], replaced: [], steps: [] },
      violations: violations(),
      ...(observed && { observed }),
      threw,
      error: why,
    };
  }
  if (policy && !packJudged(events)) throw new PolicyPackFailed(place.root, `it took no part in the plan of ${name}.`);
  return { plan: planOf(events), violations: violations(), threw, ...(observed && { observed }) };
}

export function violation(stack: string, { policyName, resourceUrn = "", message }: PolicyEvent): Violation {
  return { stack, rule: policyName, resource: resourceUrn.split("::").at(-1) ?? "", message: message.trim() };
}
