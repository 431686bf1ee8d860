/** Commands that start a twin: they need the packages for development. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { deployAll } from "../drills/deploy.ts";
import { chooseFaults } from "../drills/faults/read.ts";
import { drillReport } from "../drills/faults/report.ts";
import { isCaught } from "../drills/faults/result.ts";
import { drill } from "../drills/faults/run.ts";
import { openLocal, startLocal, type TwinSettings } from "../drills/local.ts";
import { judgeMutants } from "../drills/mutants/run.ts";
import { scoreReport } from "../drills/mutants/score.ts";
import { picture } from "../drills/replay/chart.ts";
import { figures, kept } from "../drills/replay/comparison.ts";
import { page } from "../drills/replay/page.ts";
import { replay } from "../drills/replay/replay.ts";
import { table } from "../drills/replay/table.ts";
import { finish, type Output, progress, say } from "./output.ts";

/** `order-queue drill --mutants`; exit code 1 where a mutant survives or an entry of the reviewed list accepts none. */
export async function mutantsCommand(
  state: string,
  { seed = 1, sample, changed, json }: Output & { seed?: number; sample?: number; changed?: string },
) {
  const score = await judgeMutants({ seed, sample, changed, state: resolve(state) }, progress);
  say(scoreReport(score));
  finish(score.surviving === 0 && score.unused.length === 0, score, json);
}

/** `order-queue drill`; exit code 1 where a fault was not caught or a harmless change was stopped. */
export async function drillCommand(
  state: string,
  { corpus, only, baseline = false, json }: Output & { corpus?: string; only?: string; baseline?: boolean },
) {
  const result = await drill(chooseFaults(corpus, only), { baseline, state: resolve(state) }, progress);
  say(drillReport(result));
  const good = result.faults.every(isCaught) && result.harmless.every(({ stopped }) => stopped === null);
  finish(good, result, json);
}

/** `order-queue replay`; exit code 1 where a goal was missed, but for those of time. */
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

/** `order-queue twin`: resolves after Ctrl-C or SIGTERM, when the twin has stopped. */
export async function twinCommand(state: string, { proxyPort, containers }: TwinSettings): Promise<void> {
  const local = await startLocal(state, progress, { proxyPort, containers });
  const { pid, api } = local.twin;
  const env = `npx order-queue${resolve(state) === resolve(".order-queue") ? "" : ` --state ${state}`} env`;
  say(
    `The twin is up (process ${pid}, status page and control API ${api}). In another terminal: eval "$(${env})". Ctrl-C stops it.`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await local.stop();
}
