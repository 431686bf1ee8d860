import { frozenAt } from "../../stacks/freeze.ts";
import { closedBy } from "../../stacks/gate.ts";
import type { Observed, Run } from "../../stacks/program.ts";
import type { Finding, Plans } from "../checks/finding.ts";
import { gate } from "../checks/gate.ts";
import { plan as planCheck } from "../checks/plan.ts";
import { isChange, isVerifying, type Plan } from "../plan/graph.ts";
import { StackLocked } from "../workspace/locks.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { parseHistory } from "./history.ts";
import { mayRollBack } from "./outcome.ts";
import { rollback } from "./rollback.ts";
import { UpdateFailed } from "./update.ts";

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
  /** Breaks the locks of stacks, whatever process holds them. */
  breakLock?: boolean | undefined;
}

/** Where a release works, and its record of what it did. */
export interface Work extends ReleaseOptions {
  workspace: Workspace;
  /** By stack: number of the newest update in its history that this command knows of. */
  seen: Map<string, number>;
  /** Times a stage and records it; the task returns its detail. */
  stage: (stack: string, what: Stage["what"], task: () => Promise<string>) => Promise<void>;
}

/** Stops a release. What could be rolled back has been. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  /** The stack. */
  readonly at: string;
  /**
   * Name of a check; `alarm`; `verification`: an update that changed something and failed, by its checks or before them;
   * `update`: one that failed and changed nothing; `conflict`: another command holds or has updated the stack.
   */
  readonly by: string;
  readonly findings: readonly Finding[];

  constructor(stack: string, by: string, why: string, findings: readonly Finding[] = []) {
    super(why);
    this.at = stack;
    this.by = by;
    this.findings = findings;
  }
}

/** Number of the newest update of a stack; 0 before the first. */
export async function newestUpdate({ engine }: Pick<Workspace, "engine">, name: string): Promise<number> {
  return parseHistory(await engine.history(name))[0]?.version ?? 0;
}

/**
 * Records that this command made an update of a stack.
 *
 * @throws {Stopped} where the history has others since
 */
export async function noteUpdate(work: Work, name: string): Promise<void> {
  work.seen.set(name, (work.seen.get(name) ?? 0) + 1);
  await requireUnchanged(work, name);
}

/** @throws {Stopped} where another command has updated the stack since this one last read it: it is left as it is */
export async function requireUnchanged({ workspace, seen }: Work, name: string): Promise<void> {
  const [known, newest] = [seen.get(name) ?? 0, await newestUpdate(workspace, name)];
  if (newest === known) return;
  throw new Stopped(
    name,
    "conflict",
    `${name} was updated by another command (update ${newest}; this command knows of ${known}) and is left as it is. ` +
      "Fix: npx order-queue preview, then release again",
  );
}

/** What a failed update of a stack means for the release: the stack is rolled back only where that update changed it. */
export async function afterFailure(work: Work, name: string, error: unknown): Promise<Stopped> {
  if (error instanceof StackLocked) return new Stopped(name, "conflict", error.message);
  if (!(error instanceof UpdateFailed)) throw error;
  const { outcome, message } = error;
  if (outcome !== "not started") {
    try {
      await noteUpdate(work, name);
    } catch (conflict) {
      if (!(conflict instanceof Stopped)) throw conflict;
      return new Stopped(name, conflict.by, `${message}\n${conflict.message}`);
    }
  }
  return mayRollBack(outcome)
    ? rollBack(work, name, "verification", message)
    : new Stopped(name, outcome === "not started" ? "conflict" : "update", `${message}\nNo resources were changed.`);
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

/** Whether a stack runs a release in full and its plan changes nothing. */
export function runsAlready({ records: { own }, plan }: Observed & { plan: Plan }, release: string): boolean {
  return own.running === release && !own.partial && !changesAnything(plan);
}

/**
 * A stack that the release would change takes one now. The gate in the program would refuse a new release as well; here
 * changed settings of the release that runs are refused too.
 *
 * @throws {Stopped} inside a freeze window
 */
export function requireNoFreeze(
  { workspace: { clock } }: Work,
  name: string,
  observed: Observed & { plan: Plan },
): void {
  const { release, settings, verdict } = observed;
  const frozen = frozenAt(settings, clock.now());
  if (!frozen || verdict.brokenGlass !== undefined || runsAlready(observed, release)) return;
  const { why, fix } = closedBy(frozen, name, release, settings.timeZone);
  throw new Stopped(name, gate.name, `${why}. Fix: ${fix}`);
}

/** Verification runs again in each update; that alone is no reason for one. */
export function changesAnything({ steps }: Plan): boolean {
  return steps.some((step) => isChange(step) && !isVerifying(step.type));
}

/** A stack's plan, and what its program observed. @throws {Stopped} */
export function observedOf(planned: Plans, name: string): Observed & { plan: Plan } {
  const { plan, observed } = planned.get(name) ?? {};
  if (!plan || !observed) throw new Stopped(name, planCheck.name, "its plan failed before its release was known");
  return { ...observed, plan };
}
