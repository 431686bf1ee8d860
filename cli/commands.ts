import { join } from "node:path";
import { findEngine } from "../engine/engine.ts";
import { type Preview, previewAll } from "../release/checks/preview.ts";
import { diagnose } from "../release/operate/diagnose/diagnose.ts";
import { type Drift, driftOf, noteDrift } from "../release/operate/drift.ts";
import { verifyStack } from "../release/operate/verify.ts";
import { releaseAll } from "../release/promotion/release.ts";
import { rollback } from "../release/promotion/rollback.ts";
import { workspaceOf } from "../release/workspace/automation.ts";
import { findLocation, requireTwin, twinLocation } from "../release/workspace/location.ts";
import { reason } from "../release/workspace/reason.ts";
import { processEnvironment } from "../release/workspace/stack.ts";
import type { Workspace } from "../release/workspace/workspace.ts";
import { stacks } from "../stacks/registry.ts";
import { diagnosisReport } from "./diagnosis.ts";
import { openLocation, openToRead, toRead } from "./open-location.ts";
import { finish, type Output, progress, say } from "./output.ts";
import { driftReport, releaseReport, rollbackReport, verifyReport } from "./report.ts";
import { type Timings, withTimings } from "./timings.ts";

/** Where commits are checked out for as long as a command needs them. */
const worktrees = (state: string) => join(state, "worktrees");

/** Plans every stack and runs every check on the plans, in an account that the caller has looked at. */
export async function planNow(state: string): Promise<Preview> {
  return previewAll(workspaceOf(toRead(state, await findLocation(state))), progress);
}

/** `order-queue release`; exit code 1 where it stopped. */
export async function releaseCommand(
  state: string,
  { json, breakLock, timings }: Output & Timings & { breakLock?: boolean },
) {
  await withTimings("release", timings, async () => {
    const options = { folder: worktrees(state), progress, breakLock };
    const released = await releaseAll(workspaceOf(await openLocation(state)), options);
    say(releaseReport(released));
    finish(released.completed, released, json);
  });
}

/**
 * `order-queue rollback STACK`.
 * @throws RollbackRefused where a rollback guard has findings; no resources were changed
 */
export async function rollbackCommand(
  state: string,
  stack: string,
  { json, timings, ...asked }: Output & Timings & { to?: number; dryRun?: boolean; breakLock?: boolean },
) {
  await withTimings(`rollback ${stack}`, timings, async () => {
    const workspace = workspaceOf(await (asked.dryRun ? openToRead : openLocation)(state));
    const done = await rollback(workspace, stack, { folder: worktrees(state), progress, ...asked });
    say(rollbackReport(done));
    finish(true, done, json);
  });
}

/**
 * `order-queue verify STACK`.
 * @throws Error that names the check that failed
 */
export async function verifyCommand(state: string, stack: string, { json }: Output) {
  const report = await verifyStack(workspaceOf(await openToRead(state)), stack);
  say(verifyReport(stack, report));
  finish(true, report, json);
}

/** `order-queue drift [STACK]`, all stacks where none is named; exit code 1 on drift. */
export async function driftCommand(state: string, stack: string | undefined, { json }: Output) {
  const names = stack === undefined ? stacks.map(({ name }) => name) : [stack];
  const workspace = workspaceOf(await openToRead(state));
  const drifts = await Promise.all(names.map((name) => checkedDrift(workspace, name)));
  say(driftReport(drifts));
  const still = drifts.every(
    ({ error, partial, resources, differences }) => !error && !partial && resources.length + differences.length === 0,
  );
  finish(still, { stacks: drifts }, json);
}

/** A check counts although it could not be noted: who may not write the state may still compare. */
async function checkedDrift(workspace: Workspace, name: string): Promise<Drift> {
  const drift = await driftOf(workspace, name);
  const noted = noteDrift(workspace, drift, workspace.clock.now());
  await noted.catch((error: Error) => progress(`${name}: the check could not be noted: ${reason(error)}`));
  return drift;
}

/** `order-queue diagnose STACK`; exit code 1 where a diagnosis rule has a finding. */
export async function diagnoseCommand(state: string, stack: string, { json }: Output) {
  const diagnosis = await diagnose(await openToRead(state), stack);
  say(diagnosisReport(diagnosis));
  finish(diagnosis.causes.length === 0, diagnosis, json);
}

/** Lines for `eval`, quoted for any POSIX shell. */
export async function environmentLines(state: string): Promise<void> {
  const location = twinLocation(state, await requireTwin(state), await findEngine());
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  for (const [name, value] of Object.entries(processEnvironment(location))) say(`export ${name}=${quote(value)}`);
}

export { orderCommand } from "./order.ts";
export { redriveCommand } from "./redrive.ts";
export { storeSecretCommand } from "./store-secret.ts";
