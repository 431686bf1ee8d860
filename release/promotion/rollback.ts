import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { readLedger } from "../../stacks/ledger.ts";
import { policyFinding } from "../checks/policy.ts";
import { printFindings } from "../checks/print.ts";
import { type Plan, planOf } from "../plan/graph.ts";
import { violationsOf } from "../plan/plan.ts";
import { EngineFailed, type RunnableStack, type StackEngine } from "../workspace/engine.ts";
import { freeStack } from "../workspace/locks.ts";
import { packJudged } from "../workspace/policy-pack.ts";
import { reason } from "../workspace/reason.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { lastGood, namedUpdate, parseHistory, rollbackMessage, type Target, type Update } from "./history.ts";
import { rollbackFindings } from "./rollback-guards.ts";
import { runUpdate } from "./update.ts";

export interface Rollback {
  stack: string;
  /** The update it is rolled back to. */
  target: Target;
  /** What the rollback changes. */
  steps: Plan["steps"];
  /** Whether it was done; a dry run is not. */
  done: boolean;
  /** Wall clock of everything: checkout, preview, update and verification. */
  seconds: number;
}

/** A rollback that would do harm; nothing was changed. */
export class RollbackRefused extends Error {
  override readonly name = "RollbackRefused";
}

export interface RollbackOptions {
  /** Folder for the worktree, which is removed afterwards. */
  folder: string;
  progress: (line: string) => void;
  /** The update to roll back to; the last good one when none is given. */
  to?: number | undefined;
  /** Only plan it. */
  dryRun?: boolean | undefined;
  /** Breaks the stack's lock, whatever process holds it. */
  breakLock?: boolean | undefined;
}

/**
 * Re-applies a good update that the stack's history names: its commit, program and settings alike, in a worktree beside
 * the working tree. The commit's own policy pack judges plan and update. The update ends with verification, as every
 * update does.
 *
 * @throws {NothingToRollBackTo} {RollbackRefused} {UpdateFailed}
 */
export async function rollback(
  workspace: Pick<Workspace, "engine" | "clock">,
  stack: string,
  options: RollbackOptions,
): Promise<Rollback> {
  const { folder, progress, to, dryRun = false, breakLock } = options;
  const started = performance.now();
  // A plan takes no lock.
  if (!dryRun) await freeStack(workspace, stack, progress, breakLock);
  const { engine } = workspace;
  const history = await readHistory(engine, stack);
  const target = to === undefined ? lastGood(stack, history) : namedUpdate(stack, history, to);
  progress(`${stack}: back to update ${target.update.version}, commit ${target.commit.slice(0, 12)} (${target.why})`);
  const { commit } = target;
  const steps = await engine.atCommit({ stack, commit, folder }, progress, async (opened) => {
    const plan = await planned(opened);
    const findings = rollbackFindings(stack, plan);
    if (findings.length > 0) {
      const refused = `${stack}: is not rolled back to update ${target.update.version}. No resources were changed.`;
      throw new RollbackRefused(`${refused}\n${printFindings(findings, "text")}`);
    }
    if (!dryRun) await runUpdate(opened, { progress, message: rollbackMessage(target) });
    return plan.steps.filter(({ op }) => op !== "same");
  });
  return { stack, target, steps, done: !dryRun, seconds: (performance.now() - started) / 1000 };
}

/** The updates of a stack, the newest first, each with whether its ledger has it as verified. */
export async function readHistory(engine: Pick<StackEngine, "history" | "outputs">, stack: string): Promise<Update[]> {
  const [json, { ledger }] = await Promise.all([engine.history(stack), engine.outputs(stack)]);
  return parseHistory(json, readLedger(ledger?.value).verified);
}

async function planned(stack: RunnableStack): Promise<Plan> {
  const events: EngineEvent[] = [];
  try {
    await stack.preview({ onEvent: (event) => void events.push(event) });
  } catch (error) {
    if (!(error instanceof EngineFailed)) throw error;
    const broken = violationsOf(stack.name, events).map(policyFinding);
    const why = broken.length > 0 ? printFindings(broken, "text") : reason(error);
    throw new RollbackRefused(`${stack.name}: the rollback cannot be planned. No resources were changed.\n${why}`);
  }
  if (!packJudged(events))
    throw new RollbackRefused(
      `${stack.name}: the policy pack took no part in the plan of the rollback. No resources were changed. ` +
        "Fix: roll back with raw `pulumi up` at that commit (docs/aws.md)",
    );
  return planOf(events);
}
