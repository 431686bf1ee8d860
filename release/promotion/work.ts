import type { Observed, Run } from "../../stacks/program.ts";
import type { Finding, Plans } from "../checks/finding.ts";
import { plan as planCheck } from "../checks/plan.ts";
import { isChange, type Plan } from "../plan/graph.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { rollback } from "./rollback.ts";

export interface Stage {
  stack: string;
  what: "rehearsed" | "updated" | "unchanged" | "watched" | "rolled back";
  /** E.g. the transition, or the update that the stack was rolled back to. */
  detail: string;
  seconds: number;
}

export interface ReleaseOptions {
  /** Folder for worktrees. */
  folder: string;
  progress: (line: string) => void;
  run?: Run;
}

/** Where a release works, and its record of what it did. */
export interface Work extends ReleaseOptions {
  workspace: Workspace;
  /** Times a stage and records it; the task returns its detail. */
  stage: (stack: string, what: Stage["what"], task: () => Promise<string>) => Promise<void>;
}

/** Stops a release. What could be rolled back has been. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  /** The stack. */
  readonly at: string;
  /** Name of a check, or `alarm`, or `verification`: any failure of an update, its checks among them. */
  readonly by: string;
  readonly findings: readonly Finding[];

  constructor(stack: string, by: string, why: string, findings: readonly Finding[] = []) {
    super(why);
    this.at = stack;
    this.by = by;
    this.findings = findings;
  }
}

/** Rolls a stack back to its last good update; where there is none, says so. */
export async function rollBack(work: Work, name: string, by: Stopped["by"], why: string): Promise<Stopped> {
  const { workspace, folder, progress, stage } = work;
  progress(`${name}: ${why}`);
  try {
    await stage(name, "rolled back", async () => {
      const { target } = await rollback(workspace, name, { folder, progress });
      return `to update ${target.update.version}, commit ${target.commit.slice(0, 12)}`;
    });
    return new Stopped(name, by, why);
  } catch (error) {
    return new Stopped(name, by, `${why}\nIt could not be rolled back: ${(error as Error).message}`);
  }
}

/** Verification runs again in each update; that alone is no reason for one. */
export function changesAnything({ steps }: Plan): boolean {
  return steps.some((step) => isChange(step) && !step.type.endsWith(":Verification"));
}

/** A stack's plan, and what its program observed. @throws {Stopped} */
export function observedOf(planned: Plans, name: string): Observed & { plan: Plan } {
  const { plan, observed } = planned.get(name) ?? {};
  if (!plan || !observed) throw new Stopped(name, planCheck.name, "its plan failed before its release was known");
  return { ...observed, plan };
}
