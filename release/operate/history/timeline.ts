/** The updates of all stacks as one timeline. Pure: read.ts reads what it is made of. */
import type { Verified } from "../../../stacks/ledger.ts";
import { rolledBackTo, type Update, verifiedIn, whyNoTarget } from "../../promotion/history.ts";

/** A stack's updates, the newest first, and its ledger's entries. */
export interface StackHistory {
  stack: string;
  production: boolean;
  updates: readonly Update[];
  verified: readonly Verified[];
}

/**
 * `release`: another release than before; `settings`: the same one; `rehearsal`: staging's three updates of a transition;
 * `rollback`; `other`: the engine's own kinds, such as a refresh.
 */
export type EventKind = "release" | "settings" | "rehearsal" | "rollback" | "other";

/** One update of one stack; times are ISO 8601. */
export interface HistoryEvent {
  stack: string;
  /** Number in `pulumi stack history`. */
  version: number;
  what: EventKind;
  /** As the engine records it: `succeeded`, `failed` … */
  result: string;
  partial: boolean;
  /** Undefined where its verification did not hold, or the ledger no longer has it. */
  release?: string;
  commit?: string;
  subject?: string;
  author?: string;
  build?: string;
  message: string;
  start: string;
  end: string;
  seconds: number;
  /** Why it passed the gate, where that was by breaking glass. */
  brokenGlass?: string;
  /** Whether `order-queue rollback STACK --to VERSION` can return to it, and why not. */
  rollback: { possible: true } | { possible: false; why: string };
}

/** Everything that happened, the newest first. @param subject first line of a commit's message, where it is in this clone */
export function timelineOf(
  histories: readonly StackHistory[],
  subject: (commit: string) => string | undefined,
): HistoryEvent[] {
  return histories
    .flatMap((history) => history.updates.map((update, index) => eventOf(history, update, index, subject)))
    .toSorted((one, other) => Date.parse(other.end) - Date.parse(one.end));
}

function eventOf(
  { stack, updates, verified }: StackHistory,
  update: Update,
  index: number,
  subject: (commit: string) => string | undefined,
): HistoryEvent {
  const { version, result, partial, commit, author, build, message, startTime: start, endTime: end } = update;
  const proved = verifiedIn(update, verified);
  const words = commit === undefined ? undefined : subject(commit);
  const release = proved?.release ?? /^release ([0-9a-f]{12})$/.exec(message)?.[1];
  return {
    ...{
      stack,
      version,
      what: kindOf(update, updates.slice(index + 1), verified),
      result,
      partial,
      message,
      start,
      end,
    },
    seconds: (Date.parse(end) - Date.parse(start)) / 1000,
    ...(release !== undefined && { release }),
    ...(commit !== undefined && { commit }),
    ...(words !== undefined && { subject: words }),
    ...(author !== undefined && { author }),
    ...(build !== undefined && { build }),
    ...(proved?.brokenGlass !== undefined && { brokenGlass: proved.brokenGlass }),
    rollback: rollbackTo(update, index === 0),
  };
}

function rollbackTo(update: Update, newest: boolean): HistoryEvent["rollback"] {
  const why = newest ? "it is the newest" : whyNoTarget(update);
  return why === undefined ? { possible: true } : { possible: false, why };
}

/** @param before the stack's earlier updates, the newest first */
function kindOf(update: Update, before: readonly Update[], verified: readonly Verified[]): EventKind {
  if (update.kind !== "update") return "other";
  if (rolledBackTo(update) !== undefined) return "rollback";
  if (/^rehearsal of /.test(update.message)) return "rehearsal";
  const proved = verifiedIn(update, verified);
  const last = before.map((one) => verifiedIn(one, verified)).find((one) => one !== undefined);
  const same = proved ? proved.release === last?.release : before.some(({ commit }) => commit === update.commit);
  return same && last ? "settings" : "release";
}
