/** The stage that a change was caught in, by what a check of release/ found. */
import type { Finding } from "../../release/checks/finding.ts";
import { operationParity } from "../../release/checks/operation-parity.ts";
import { parity } from "../../release/checks/parity.ts";
import { plan } from "../../release/checks/plan.ts";
import { policy } from "../../release/checks/policy.ts";
import { printFinding } from "../../release/checks/print.ts";
import type { Catch } from "./result.ts";

/** The twin lacks something that the fault needs: no result. */
export class NotModelled extends Error {
  override readonly name = "NotModelled";
}

const parities = new Set([parity.name, operationParity.name]);

/** The stage of the first finding. */
export function catchOf([first, ...rest]: readonly Finding[]): Catch | undefined {
  if (!first) return undefined;
  const { check, message } = first;
  if (check === plan.name && /the twin does not model/.test(message)) throw new NotModelled(message);
  const caughtBy = check === policy.name ? "policy" : parities.has(check) ? "parity" : "preview";
  // Wrong settings are refused before anything is planned.
  const stage = check === plan.name && /settings? (is|are) wrong/.test(message) ? "types" : caughtBy;
  const more = rest.filter((other) => other.check === check).length;
  return { stage, caughtBy, evidence: `${printFinding(first)}${more > 0 ? ` (and ${more} more)` : ""}` };
}
