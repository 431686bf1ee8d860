/**
 * A release, from staging to the last wave of production: rehearsed, verified, one wave after the other, each stack
 * watched for a while. All that it reads is in the stacks' own records, so an interrupted release resumes where it stopped.
 */
import { staging } from "../../stacks/registry.ts";
import type { Finding, Plans } from "../checks/finding.ts";
import { blocking, findingsOf } from "../checks/list.ts";
import { printFindings } from "../checks/print.ts";
import { askQuotas } from "../checks/quotas.ts";
import { openAll, planAll } from "../plan/plan-all.ts";
import { timed } from "../workspace/timings.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { advance, rehearse } from "./rehearsal.ts";
import { rollOut } from "./roll-out.ts";
import { transitionsOf } from "./transitions.ts";
import { wavesOf } from "./waves.ts";
import {
  afterFailure,
  changesAnything,
  newestUpdate,
  noteUpdate,
  observedOf,
  type ReleaseOptions,
  requireNoFreeze,
  requireUnchanged,
  type Stage,
  Stopped,
  type Work,
} from "./work.ts";

export interface Released {
  release: string;
  /** Whether every stack runs it now. */
  completed: boolean;
  /** What was done, in order. */
  stages: Stage[];
  /** Where, by what and why it stopped early; stacks of later waves were not changed. */
  stopped?: { stack: string; by: Stopped["by"]; why: string; findings?: readonly Finding[] };
  seconds: number;
}

/** Takes the working tree through staging and then production, wave by wave. What stopped it is in the result. */
export async function releaseAll(workspace: Workspace, options: ReleaseOptions): Promise<Released> {
  const started = performance.now();
  const result: Released = { release: "", completed: false, stages: [], seconds: 0 };
  const work: Work = {
    ...options,
    workspace,
    seen: new Map(),
    stage: async (stack, what, task) => {
      const began = performance.now();
      const detail = await timed(`${stack}: ${what}`, task);
      result.stages.push({ stack, what, detail, seconds: (performance.now() - began) / 1000 });
      options.progress(`${stack}: ${what}: ${detail}`);
    },
  };
  try {
    const waves = wavesOf(workspace.stacks);
    result.release = await verifyInStaging(
      work,
      waves.flat().map(({ name }) => name),
    );
    const planned = await planWithoutFindings(work);
    for (const wave of waves) await rollOut(work, wave, planned);
    result.completed = true;
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    const { at: stack, by, message: why, findings } = error;
    result.stopped = { stack, by, why, ...(findings.length > 0 && { findings }) };
  }
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

/** Plans every stack as it is now. @throws {Stopped} with all findings, if there are any */
async function planWithoutFindings({ workspace, progress, run, seen }: Work): Promise<Plans> {
  await openAll(workspace);
  await Promise.all(workspace.stacks.map(async ({ name }) => seen.set(name, await newestUpdate(workspace, name))));
  const planned = await planAll(workspace, progress, run);
  await askQuotas(planned, workspace.quotas);
  const findings = blocking(findingsOf(planned));
  const [first] = findings;
  if (first) throw new Stopped(staging.name, first.check, printFindings(findings, "text"), findings);
  return planned;
}

/** Takes staging to the release, through the rehearsal of every transition that production is to make. Returns the release. */
async function verifyInStaging(work: Work, production: readonly string[]): Promise<string> {
  const { workspace, stage } = work;
  const planned = await planWithoutFindings(work);
  const { release, records, plan } = observedOf(planned, staging.name);
  for (const name of production) requireNoFreeze(work, name, observedOf(planned, name));
  const rehearsals = transitionsOf(planned, production);
  if (rehearsals.length === 0 && records.own.running === release && !changesAnything(plan)) {
    await stage(staging.name, "unchanged", async () => `release ${release}`);
    return release;
  }
  const updated = () => noteUpdate(work, staging.name);
  const options = { ...work, updated };
  try {
    await requireUnchanged(work, staging.name);
    for (const rehearsal of rehearsals) {
      await stage(staging.name, "rehearsed", async () => {
        await rehearse(workspace, rehearsal, options);
        return `${rehearsal.from} → ${rehearsal.to}`;
      });
    }
    if (rehearsals.length === 0) {
      await stage(staging.name, "updated", async () => {
        await advance(workspace, `release ${release}`, options);
        await updated();
        return `release ${release}`;
      });
    }
  } catch (error) {
    throw await afterFailure(work, staging.name, error);
  }
  return release;
}
