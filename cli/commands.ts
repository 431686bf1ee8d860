import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { deployAll } from "../drills/deploy.ts";
import { chooseFaults } from "../drills/faults/read.ts";
import { drillReport } from "../drills/faults/report.ts";
import { isCaught } from "../drills/faults/result.ts";
import { drill } from "../drills/faults/run.ts";
import { attachLocal, findLocation, openLocal, startLocal, type TwinSettings } from "../drills/local.ts";
import { picture } from "../drills/replay/chart.ts";
import { figures, kept } from "../drills/replay/comparison.ts";
import { page } from "../drills/replay/page.ts";
import { replay } from "../drills/replay/replay.ts";
import { table } from "../drills/replay/table.ts";
import { blocking } from "../release/checks/list.ts";
import { previewAll } from "../release/checks/preview.ts";
import { diagnose } from "../release/operate/diagnose/diagnose.ts";
import { driftOf } from "../release/operate/drift.ts";
import { verifyStack } from "../release/operate/verify.ts";
import { releaseAll } from "../release/promotion/release.ts";
import { rollback } from "../release/promotion/rollback.ts";
import { workspaceOf } from "../release/workspace/automation.ts";
import { processEnvironment } from "../release/workspace/stack.ts";
import { stacks } from "../stacks/registry.ts";
import { diagnosisReport } from "./diagnosis.ts";
import { markdown } from "./markdown.ts";
import { finish, type Output, progress, say } from "./output.ts";
import { driftReport, previewReport, releaseReport, rollbackReport, verifyReport } from "./report.ts";

/** Where commits are checked out for as long as a command needs them. */
const worktrees = (state: string) => join(state, "worktrees");

export async function previewCommand(state: string, { json, markdown: page }: Output & { markdown?: string }) {
  const preview = await previewAll(workspaceOf(await findLocation(state)), progress);
  say(previewReport(preview));
  if (page) writeFileSync(page, markdown(preview));
  finish(blocking(preview.findings).length === 0, preview, json);
}

export async function releaseCommand(state: string, { json }: Output) {
  const released = await releaseAll(workspaceOf(await findLocation(state)), { folder: worktrees(state), progress });
  say(releaseReport(released));
  finish(released.completed, released, json);
}

export async function rollbackCommand(
  state: string,
  stack: string,
  { json, to, dryRun }: Output & { to?: number; dryRun?: boolean },
) {
  const done = await rollback(workspaceOf(await findLocation(state)), stack, {
    folder: worktrees(state),
    progress,
    to,
    dryRun,
  });
  say(rollbackReport(done));
  finish(true, done, json);
}

export async function verifyCommand(state: string, stack: string, { json }: Output) {
  const report = await verifyStack(workspaceOf(await findLocation(state)), stack);
  say(verifyReport(stack, report));
  finish(true, report, json);
}

export async function driftCommand(state: string, stack: string | undefined, { json }: Output) {
  const names = stack === undefined ? stacks.map(({ name }) => name) : [stack];
  const workspace = workspaceOf(await findLocation(state));
  const drifts = await Promise.all(names.map((name) => driftOf(workspace, name)));
  say(driftReport(drifts));
  const still = drifts.every((d) => !d.error && d.resources.length === 0 && d.differences.length === 0);
  finish(still, { stacks: drifts }, json);
}

export async function drillCommand(
  state: string,
  { corpus, only, baseline = false, json }: Output & { corpus?: string; only?: string; baseline?: boolean },
) {
  const result = await drill(chooseFaults(corpus, only), { baseline, state: resolve(state) }, progress);
  say(drillReport(result));
  const good = result.faults.every(isCaught) && result.harmless.every(({ stopped }) => stopped === null);
  finish(good, result, json);
}

export async function diagnoseCommand(state: string, stack: string, { json }: Output) {
  const diagnosis = await diagnose(await findLocation(state), stack);
  say(diagnosisReport(diagnosis));
  finish(diagnosis.causes.length === 0, diagnosis, json);
}

export async function replayCommand(state: string, { json, ...files }: Output & { page?: string; picture?: string }) {
  const local = await openLocal(resolve(state), progress);
  try {
    const replayed = await replay(local, await deployAll(local, progress), progress);
    say(table(replayed));
    if (files.page) writeFileSync(files.page, page(replayed));
    if (files.picture) writeFileSync(files.picture, picture(replayed));
    finish(kept(replayed), figures(replayed), json);
  } finally {
    await local.stop();
  }
}

/** Lines for `eval`, quoted for any POSIX shell. */
export async function environmentLines(state: string): Promise<void> {
  const { location } = await attachLocal(state);
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  for (const [name, value] of Object.entries(processEnvironment(location))) say(`export ${name}=${quote(value)}`);
}

export async function twinCommand(state: string, { proxyPort, containers }: TwinSettings): Promise<void> {
  const local = await startLocal(state, progress, { proxyPort, containers });
  say(
    `The twin is up (process ${local.twin.pid}, status page and control API ${local.twin.api}). In another terminal: eval "$(npx order-queue env)". Ctrl-C stops it.`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await local.stop();
}
