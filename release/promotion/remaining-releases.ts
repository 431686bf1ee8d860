import { type Ledger, runs, transitionBetween } from "../../stacks/ledger.ts";

export interface Rehearsal {
  from: string;
  to: string;
  /** Commit of `from`. */
  commit: string;
}

/**
 * The releases that staging has still to take, in this order, until the transition is rehearsed and staging runs its end.
 * What was done before an interruption is not done again. Pure.
 */
export function remainingReleases(ledger: Ledger, { from, to }: Pick<Rehearsal, "from" | "to">): string[] {
  const log = runs(ledger.verified).map(({ release }) => release);
  if (transitionBetween(ledger, from, to)) return log[0] === to ? [] : [to];
  const all = [from, to, from, to];
  for (const done of [3, 2, 1]) {
    const last = log.slice(0, done).reverse();
    if (last.length === done && last.every((release, index) => release === all[index])) return all.slice(done);
  }
  return all;
}
