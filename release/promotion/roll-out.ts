import { verifiedAs } from "../../stacks/ledger.ts";
import type { StackEntry } from "../../stacks/registry.ts";
import type { Plans } from "../checks/finding.ts";
import { gate } from "../checks/gate.ts";
import type { Raised } from "../workspace/workspace.ts";
import { watchAlarms } from "./alarms.ts";
import { UpdateFailed, update } from "./update.ts";
import {
  afterFailure,
  noteUpdate,
  observedOf,
  requireNoFreeze,
  requireUnchanged,
  rollBack,
  runsAlready,
  Stopped,
  type Work,
} from "./work.ts";

/**
 * Deploys the stacks of one wave in parallel, each watched for its own time. One that fails is rolled back; the others
 * finish.
 *
 * @throws {Stopped} after all of them have finished, naming each that failed
 */
export async function rollOut(work: Work, wave: readonly StackEntry[], planned: Plans): Promise<void> {
  const updates: Promise<unknown>[] = [];
  const results = await Promise.allSettled(wave.map(({ name }) => deploy(work, name, planned, updates)));
  const errors: unknown[] = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const [first, ...others] = errors.map((error) => {
    if (error instanceof Stopped) return error;
    throw error;
  });
  if (!first) return;
  const why = [first.message, ...others.map(({ at, message }) => `${at}: ${message}`)].join("\n");
  throw new Stopped(first.at, first.by, why);
}

/** Updates a production stack and watches its alarms; rolls it back if either goes wrong. @throws {Stopped} */
async function deploy(work: Work, name: string, planned: Plans, updates: Promise<unknown>[]): Promise<void> {
  const { workspace, progress, run, breakLock, stage } = work;
  const { clock } = workspace;
  const observed = observedOf(planned, name);
  const { release, verdict, records, settings } = observed;
  requireNoFreeze(work, name, observed);
  if (!verdict.allowed) throw new Stopped(name, gate.name, `${verdict.why}. Fix: ${verdict.fix}`);
  await requireUnchanged(work, name);
  let since = clock.now();
  let until: number;
  if (runsAlready(observed, release)) {
    since = Date.parse(verifiedAs(records.own.ledger, release)?.at ?? "");
    until = since + settings.bakeSeconds * 1000;
    await stage(name, "unchanged", async () => `release ${release}`);
  } else {
    const options = { progress, message: `release ${release}`, run, breakLock };
    try {
      await stage(name, "updated", async () => {
        await beside(work, name, updates, () => update(workspace, name, options));
        return `release ${release}`;
      });
    } catch (error) {
      throw await afterFailure(work, name, error);
    }
    await noteUpdate(work, name);
    until = clock.now() + settings.bakeSeconds * 1000;
  }
  if (clock.now() >= until) return;
  progress(`${name}: its alarms are watched until ${new Date(until).toISOString()}`);
  let raised: Raised[] = [];
  await stage(name, "watched", async () => {
    raised = await watchAlarms(workspace, name, { since, until });
    return raised.length === 0 ? "no alarm" : `${raised.length} raised`;
  });
  await requireUnchanged(work, name);
  if (raised.length === 0) return;
  const alarms = raised.map((alarm) => `${alarm.name}: ${alarm.reason}`).join("; ");
  throw await rollBack(work, name, "alarm", `alarm while it was watched: ${alarms}`);
}

/**
 * Makes an update beside others. The SDK reports one program's error to every program of the process: an update that has
 * no failure of its own is made again when the others are over, if one of them failed.
 */
async function beside(
  work: Work,
  name: string,
  updates: Promise<unknown>[],
  updated: () => Promise<unknown>,
): Promise<void> {
  const attempt = updated();
  updates.push(attempt);
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof UpdateFailed) || error.own) throw error;
    const others = await Promise.allSettled(updates.filter((other) => other !== attempt));
    if (others.every(({ status }) => status === "fulfilled")) throw error;
    if (error.outcome !== "not started") await noteUpdate(work, name);
    await updated();
  }
}
