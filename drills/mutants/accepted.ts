/** The mutants that no check has to stop: the reviewed list. An entry that no mutant needs fails a whole run. Pure. */
import { matches, matchesResource } from "../../release/plan/glob.ts";
import type { Mutant, Scope } from "./mutant.ts";

export interface Accepted {
  /** Key of the resource, `aws:sqs/queue:Queue {stack}-receipts`; `*` stands for anything but a dot or bracket, `**` for anything. */
  readonly resource: string;
  /** Path of the value, `option NAME` or `resource`; with the same signs. */
  readonly path: string;
  /** Every operator where it is left out. */
  readonly operator?: string;
  /** Every scope where it is left out. */
  readonly scope?: Scope;
  /** Why it is harmless, or whose decision it is. */
  readonly reason: string;
}

export const accepted: readonly Accepted[] = [];

/** The first entry that accepts a mutant. */
export function acceptedBy(list: readonly Accepted[], { key, path, operator, scope }: Mutant): Accepted | undefined {
  const [type = "", name = ""] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" ") + 1)];
  return list.find(
    (entry) =>
      (entry.scope === undefined || entry.scope === scope) &&
      matchesResource(entry.resource, { type, name }) &&
      matches(entry.path, path) &&
      (entry.operator === undefined || matches(entry.operator, operator)),
  );
}
