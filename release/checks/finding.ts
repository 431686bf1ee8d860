import type { Planned } from "../plan/plan.ts";

/** What a check has against the plan of a stack. */
export interface Finding {
  /** Name of the check. */
  check: string;
  stack: string;
  /** Logical name, where needed with its type; left out where the whole stack is meant. */
  resource?: string;
  /** Property path. */
  path?: string;
  /** What is wrong, with the value. */
  message: string;
  expected?: string;
  /** One command or edit, as an imperative. */
  fix: string;
}

/** By stack. A stack whose plan failed has an empty plan, in which no check finds anything. */
export type Plans = ReadonlyMap<string, Planned>;

export interface Check {
  readonly name: string;
  judge(planned: Plans): Finding[];
  /** What the check compared with, allows, or could not judge: a line each. */
  notes?(planned: Plans): string[];
}

/** A check that looks at each stack's plan alone. */
export function stackCheck(
  name: string,
  judgeStack: (plan: Planned["plan"]) => Omit<Finding, "check" | "stack">[],
): Check {
  return {
    name,
    judge: (planned) =>
      [...planned].flatMap(([stack, { plan }]) => judgeStack(plan).map((found) => ({ check: name, stack, ...found }))),
  };
}
