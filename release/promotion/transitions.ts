import { committedAs } from "../../stacks/ledger.ts";
import { staging } from "../../stacks/registry.ts";
import type { Plans } from "../checks/finding.ts";
import { gate } from "../checks/gate.ts";
import type { Rehearsal } from "./remaining-releases.ts";
import { observedOf, Stopped } from "./work.ts";

/**
 * The transitions that production is to make and that staging can rehearse, each once. Pure.
 *
 * @param production names of the stacks
 * @throws {Stopped} where a stack would make a transition that cannot be rehearsed
 */
export function transitionsOf(planned: Plans, production: readonly string[]): Rehearsal[] {
  const { release: to, commit: ours, records } = observedOf(planned, staging.name);
  const observed = production.map((name) => ({ name, ...observedOf(planned, name) }));
  for (const { name, settings } of observed) {
    if (!ours.dirty || settings.uncommitted) continue;
    const why = `release ${to} comes from uncommitted files, and ${name} takes only committed ones. Fix: commit them`;
    throw new Stopped(staging.name, gate.name, why);
  }
  const rehearsals = new Map<string, Rehearsal>();
  for (const { name, records: own, settings } of observed) {
    const from = own.own.running;
    if (from === undefined || from === to) continue;
    const commit = committedAs(records.own.ledger, from) ?? committedAs(own.own.ledger, from);
    if (commit) rehearsals.set(from, { from, to, commit });
    else if (!settings.uncommitted) {
      const why =
        `${name} runs release ${from}, which came from uncommitted files: a rollback to it cannot be rehearsed. ` +
        `Fix: set order-queue:breakGlass in Pulumi.${name}.yaml for release ${to}, with the reason`;
      throw new Stopped(staging.name, gate.name, why);
    }
  }
  return [...rehearsals.values()];
}
