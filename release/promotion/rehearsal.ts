/**
 * The rehearsal: a transition made in staging, verified, undone, verified, and made and verified again.
 */

import { readLedger } from "../../stacks/ledger.ts";
import { staging } from "../../stacks/registry.ts";
import { operationsOf } from "../plan/operations.ts";
import { planStack } from "../plan/plan.ts";
import { freeStack } from "../workspace/locks.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Rehearsal, remainingReleases } from "./remaining-releases.ts";
import { runUpdate, UpdateFailed, type UpdateOptions, update } from "./update.ts";

/**
 * Takes staging through what remains of a rehearsal.
 *
 * @param options `updated` is called after each update
 * @throws {UpdateFailed}
 */
export async function rehearse(
  workspace: Workspace,
  rehearsal: Rehearsal,
  options: AdvanceOptions & { folder: string; updated: () => Promise<void> },
): Promise<void> {
  const { from, to, commit } = rehearsal;
  const { folder, progress, breakLock, updated } = options;
  const { ledger: noted } = await workspace.engine.outputs(staging.name);
  const ledger = readLedger(noted?.value);
  for (const release of remainingReleases(ledger, rehearsal)) {
    progress(`${staging.name}: ${release === to ? `${from} → ${to}` : `back to ${from}`}`);
    if (release === to) await advance(workspace, `rehearsal of ${from} → ${to}`, options);
    else {
      const message = `rehearsal of ${from} → ${to}: back to ${from}`;
      await freeStack(workspace, staging.name, progress, breakLock);
      await workspace.engine.atCommit({ stack: staging.name, commit, folder }, progress, (stack) =>
        runUpdate(stack, { progress, message }),
      );
    }
    await updated();
  }
}

type AdvanceOptions = Omit<UpdateOptions, "message">;

/** Updates staging with the program of this process, and notes what the update does. @throws {UpdateFailed} */
export async function advance(
  workspace: Workspace,
  message: string,
  { progress, run, breakLock }: AdvanceOptions,
): Promise<void> {
  const { plan, error, observed } = await planStack(workspace, staging.name, run);
  if (error) throw new UpdateFailed(`${staging.name} cannot be planned:\n${error}`, "not started");
  // A first deployment creates everything: there is nothing that production could do beyond it.
  const operations = observed?.records.own.running === undefined ? [] : operationsOf(plan);
  await update(workspace, staging.name, { progress, message, breakLock, run: { ...run, operations } });
}
