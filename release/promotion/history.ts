/** What a stack's history says; pure, so that what may be rolled back to is decided without an engine. */

import type { Verified } from "../../stacks/ledger.ts";
import { partialUpdateFlags } from "../../stacks/scope.ts";

/** One update, as `pulumi stack history --json` tells it; the newest comes first. */
export interface Update {
  version: number;
  kind: string;
  result: string;
  message: string;
  /** Commit of the program; undefined outside a git working tree. */
  commit?: string;
  /** Who made that commit. */
  author?: string;
  /** The files that ran were not what the commit has. */
  dirty: boolean;
  /** It left out resources (`--target` and the like): it is no state to roll back to. */
  partial: boolean;
  /** ISO 8601. */
  startTime: string;
  endTime: string;
  /** Page of the CI job that made it. */
  build?: string;
}

export interface Target {
  update: Update;
  commit: string;
  why: string;
}

/** No earlier good update exists; the message says what history holds instead. */
export class NothingToRollBackTo extends Error {
  override readonly name = "NothingToRollBackTo";
}

/** The message of a rollback in the history, by which the next rollback goes one update further. */
export function rollbackMessage({ update, commit }: Target): string {
  return `rollback to update ${update.version} (commit ${commit.slice(0, 12)})`;
}

/** Number of the update that a rollback rolled back to; undefined for any other update. */
export function rolledBackTo({ message }: Update): number | undefined {
  const version = /^rollback to update (\d+) /.exec(message)?.[1];
  return version === undefined ? undefined : Number(version);
}

/**
 * The last good update before what runs now: after a failed update the last that succeeded; after a good one the last
 * good one of another commit; after a rollback, one before the update it rolled back to. A rollback in between counts as
 * the update that it rolled back to.
 * @param history newest first
 * @throws {NothingToRollBackTo}
 */
export function lastGood(stack: string, history: readonly Update[]): Target {
  const updates = history.filter((update) => update.kind === "update");
  const [latest] = updates;
  if (!latest) throw new NothingToRollBackTo(`${stack}: has no update to roll back to. Fix: npx order-queue release`);
  const before = rolledBackTo(latest) ?? latest.version;
  const running = updates.find((update) => update.version === before) ?? latest;
  const succeeded = updates.filter((u) => u.version < before && u.result === "succeeded" && !u.partial);
  const good = [...new Set(succeeded.map((u) => updates.find((v) => v.version === rolledBackTo(u)) ?? u))];
  const target = good.find(
    (u) => u.commit && !u.dirty && (latest.result !== "succeeded" || u.commit !== running.commit),
  );
  if (target?.commit)
    return {
      update: target,
      commit: target.commit,
      why:
        latest.result === "succeeded"
          ? "the last good update of another commit"
          : `update ${latest.version} ${latest.result}`,
    };
  if (good.length === 0 && rolledBackTo(latest) !== undefined)
    throw new NothingToRollBackTo(
      `${stack}: was rolled back to update ${before}, and no update before that succeeded. ` +
        `Fix: npx order-queue rollback ${stack} --to UPDATE, of those that npx order-queue history ${stack} lists`,
    );
  const seen =
    good.length === 0
      ? "no earlier update succeeded"
      : `of ${good.length} earlier good update${good.length > 1 ? "s" : ""} ${good.filter((u) => u.dirty).length} came from uncommitted files and the others from the same commit`;
  throw new NothingToRollBackTo(
    `${stack}: has no earlier good update of another commit: ${seen}. Fix: commit before each update, so that the history names what ran`,
  );
}

/**
 * A named update, if the stack can be rolled back to it.
 * @throws {NothingToRollBackTo} with the reason
 */
export function namedUpdate(stack: string, history: readonly Update[], version: number): Target {
  const update = history.find((one) => one.version === version);
  const refuse = (why: string) => {
    throw new NothingToRollBackTo(
      `${stack}: cannot be rolled back to update ${version}: ${why}. Fix: choose another one of pulumi stack history -s ${stack}`,
    );
  };
  if (!update) return refuse(`its history has updates ${history.at(-1)?.version ?? 0} to ${history[0]?.version ?? 0}`);
  const why = whyNoTarget(update);
  return why === undefined && update.commit ? { update, commit: update.commit, why: "as asked" } : refuse(why ?? "");
}

/** Why no rollback can return to an update; undefined where one can. */
export function whyNoTarget({ kind, result, partial, commit, dirty }: Update): string | undefined {
  if (kind !== "update") return `it was a ${kind}`;
  if (result !== "succeeded") return `it ${result}`;
  if (partial) return "it was partial";
  return !commit || dirty ? "it came from uncommitted files" : undefined;
}

/** How the CLI records the flags of an update that leaves out resources (pulumi pkg/cmd/pulumi/metadata/metadata.go). */
const partialFlags = partialUpdateFlags.map((flag) => `pulumi.flag.${flag}`);

/** An entry of `pulumi stack history --json`. */
export interface HistoryEntry {
  version?: number;
  kind: string;
  result: string;
  message: string;
  startTime: string;
  endTime: string;
  environment?: Record<string, string>;
}

/**
 * Reads the JSON of `pulumi stack history --json`.
 *
 * @param verified the stack's own ledger: it knows which files count; the engine calls a working tree dirty for any file
 */
export function parseHistory(json: string, verified: readonly Verified[] = []): Update[] {
  const entries = JSON.parse(json) as HistoryEntry[];
  // The file backend leaves the version out: updates are counted from the oldest.
  return entries.map((entry, index) => updateOf(entry, entry.version || entries.length - index, verified));
}

/** One update of a stack's history; `verified` as for {@link parseHistory}. */
export function updateOf(entry: HistoryEntry, version: number, verified: readonly Verified[]): Update {
  const { kind, result, message, startTime, endTime, environment = {} } = entry;
  const named = (name: string, key: string) => (environment[key] ? { [name]: environment[key] } : {});
  return {
    ...{ version, kind, result, message, startTime, endTime },
    partial: partialFlags.some((flag) => flag in environment),
    // Names of the engine's metadata (pulumi pkg/backend/updates.go).
    ...named("commit", "git.head"),
    ...named("author", "git.author"),
    ...named("build", "ci.build.url"),
    dirty: verifiedIn({ startTime, endTime }, verified)?.dirty ?? environment["git.dirty"] === "true",
  };
}

/** The entry that an update made in its stack's ledger; undefined where it proved nothing. */
export function verifiedIn(
  { startTime, endTime }: Pick<Update, "startTime" | "endTime">,
  verified: readonly Verified[],
): Verified | undefined {
  // The engine records whole seconds: an update ends up to a second later than its end is written.
  const [start, end] = [Date.parse(startTime), Date.parse(endTime) + 1000];
  return verified.find(({ at }) => start <= Date.parse(at) && Date.parse(at) < end);
}
