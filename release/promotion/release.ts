/**
 * A release, from staging to the last production stack: rehearsed, verified, one stack after the other, each watched for
 * a while. Everything it goes by is in the stacks' own records, so an interrupted release goes on where it was.
 */

import { committedAs, verifiedAs } from "../../stacks/ledger.ts";
import type { Run } from "../../stacks/program.ts";
import { stacks, staging } from "../../stacks/registry.ts";
import { PolicyPackFailed } from "../checks/policy-pack.ts";
import { isChange, type Plan } from "../plan/graph.ts";
import type { Planned } from "../plan/plan.ts";
import { type Judge, judge, objections, planAll } from "../plan/preview.ts";
import type { Raised, Workspace } from "../workspace/workspace.ts";
import { watchAlarms } from "./alarms.ts";
import { advance, type Rehearsal, rehearse } from "./rehearsal.ts";
import { rollback } from "./rollback.ts";
import { update } from "./update.ts";

export interface Released {
  release: string;
  /** Whether every stack runs it now. */
  completed: boolean;
  /** What was done, in order. */
  stages: Stage[];
  /** Where, by what and why it ended early; stacks after that one were not touched. */
  stopped?: { stack: string; by: StoppedBy; why: string };
  seconds: number;
}

/** `verification` is any failure of an update, its checks among them. */
export type StoppedBy = Judge | "gate" | "verification" | "alarm";

export interface Stage {
  stack: string;
  what: "rehearsed" | "updated" | "unchanged" | "watched" | "rolled back";
  /** E.g. the transition, or the update that was gone back to. */
  detail: string;
  seconds: number;
}

export interface ReleaseOptions {
  /** Folder for worktrees. */
  folder: string;
  progress: (line: string) => void;
  run?: Run;
}

/** Ends a release. What could be rolled back has been. */
class Stopped extends Error {
  readonly at: string;
  readonly by: StoppedBy;

  constructor(stack: string, by: StoppedBy, why: string) {
    super(why);
    this.at = stack;
    this.by = by;
  }
}

/** Where a release works, and its notes of what it did. */
interface Work extends ReleaseOptions {
  workspace: Workspace;
  /** Times a stage and notes it; the work returns its detail. */
  stage: (stack: string, what: Stage["what"], work: () => Promise<string>) => Promise<void>;
}

const production = stacks.filter(({ role }) => role === "production");

export async function releaseAll(workspace: Workspace, options: ReleaseOptions): Promise<Released> {
  const started = performance.now();
  const result: Released = { release: "", completed: false, stages: [], seconds: 0 };
  const work: Work = {
    ...options,
    workspace,
    stage: async (stack, what, task) => {
      const began = performance.now();
      const detail = await task();
      result.stages.push({ stack, what, detail, seconds: (performance.now() - began) / 1000 });
      options.progress(`${stack}: ${what}: ${detail}`);
    },
  };
  try {
    result.release = await prove(work);
    const planned = await planSound(work);
    for (const { name } of production) await rollOut(work, name, planned);
    result.completed = true;
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    result.stopped = { stack: error.at, by: error.by, why: error.message };
  }
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

/** Every stack planned, with nothing to be said against it. */
async function planSound({ workspace, progress, run }: Work): Promise<Map<string, Planned>> {
  const planned = await planAll(workspace, progress, run);
  const against = objections(judge(planned));
  const [first] = against;
  if (first) throw new Stopped(staging.name, first.by, against.map(({ why }) => why).join("\n"));
  return planned;
}

/** Takes staging to the release, through the rehearsal of every transition that production is to make. Returns the release. */
async function prove(work: Work): Promise<string> {
  const { workspace, progress, run, stage, folder } = work;
  const planned = await planSound(work);
  const { release, commit, records } = observedOf(planned, staging.name);
  for (const { name } of production) {
    if (commit.dirty && !observedOf(planned, name).settings.uncommitted) {
      throw new Stopped(
        staging.name,
        "gate",
        `release ${release} comes from uncommitted files, which ${name} does not take: commit them`,
      );
    }
  }
  const rehearsals = transitions(planned);
  const plan = planned.get(staging.name)?.plan as Plan;
  if (rehearsals.length === 0 && records.own.running === release && !changesAnything(plan)) {
    await stage(staging.name, "unchanged", async () => `release ${release}`);
    return release;
  }
  try {
    for (const rehearsal of rehearsals) {
      await stage(staging.name, "rehearsed", async () => {
        await rehearse(workspace, rehearsal, { folder, progress, ...(run && { run }) });
        return `${rehearsal.from} → ${rehearsal.to}`;
      });
    }
    if (rehearsals.length === 0) {
      await stage(staging.name, "updated", async () => {
        await advance(workspace, `release ${release}`, { progress, run });
        return `release ${release}`;
      });
    }
  } catch (error) {
    if (error instanceof PolicyPackFailed) throw error;
    throw await undo(work, staging.name, "verification", (error as Error).message);
  }
  return release;
}

/** The transitions that production is to make and that can be rehearsed, each once. */
function transitions(planned: Map<string, Planned>): Rehearsal[] {
  const { release: to, records } = observedOf(planned, staging.name);
  const rehearsals = new Map<string, Rehearsal>();
  for (const { name } of production) {
    const { records: own, settings } = observedOf(planned, name);
    const from = own.own.running;
    if (from === undefined || from === to) continue;
    const commit = committedAs(records.own.ledger, from) ?? committedAs(own.own.ledger, from);
    if (commit) rehearsals.set(from, { from, to, commit });
    else if (!settings.uncommitted) {
      throw new Stopped(
        staging.name,
        "gate",
        `${name} runs release ${from}, which came from uncommitted files: going back to it cannot be rehearsed; ` +
          `break glass for release ${to} in ${name}'s settings, with the reason`,
      );
    }
  }
  return [...rehearsals.values()];
}

/** Updates a production stack and watches its alarms; takes it back if either goes wrong. */
async function rollOut(work: Work, name: string, planned: Map<string, Planned>): Promise<void> {
  const { workspace, progress, run, stage } = work;
  const { clock } = workspace;
  const { release, verdict, records, settings } = observedOf(planned, name);
  const plan = planned.get(name)?.plan as Plan;
  if (!verdict.allowed) throw new Stopped(name, "gate", `${verdict.why}. Mend: ${verdict.mend}`);
  let since = clock.now();
  let until: number;
  if (records.own.running === release && !changesAnything(plan)) {
    since = Date.parse(verifiedAs(records.own.ledger, release)?.at ?? "");
    until = since + settings.bakeSeconds * 1000;
    await stage(name, "unchanged", async () => `release ${release}`);
  } else {
    try {
      await stage(name, "updated", async () => {
        await update(workspace, name, { progress, message: `release ${release}`, ...(run && { run }) });
        return `release ${release}`;
      });
    } catch (error) {
      throw await undo(work, name, "verification", (error as Error).message);
    }
    until = clock.now() + settings.bakeSeconds * 1000;
  }
  if (clock.now() >= until) return;
  progress(`${name}: its alarms are watched until ${new Date(until).toISOString()}`);
  let raised: Raised[] = [];
  await stage(name, "watched", async () => {
    raised = await watchAlarms(workspace, name, { since, until });
    return raised.length === 0 ? "no alarm" : `${raised.length} raised`;
  });
  if (raised.length === 0) return;
  const alarms = raised.map((alarm) => `${alarm.name}: ${alarm.reason}`).join("; ");
  throw await undo(work, name, "alarm", `alarm while it was watched: ${alarms}`);
}

/** Takes a stack back to its last good update; where there is none, says so. */
async function undo(work: Work, name: string, by: StoppedBy, why: string): Promise<Stopped> {
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

/** Verification asks anew at each update; that alone is no reason for one. */
function changesAnything({ steps }: Plan): boolean {
  return steps.some((step) => isChange(step) && !step.type.endsWith(":Verification"));
}

function observedOf(planned: Map<string, Planned>, name: string) {
  const observed = planned.get(name)?.observed;
  if (!observed) throw new Stopped(name, "preview", "its plan ended before its release was known");
  return observed;
}
