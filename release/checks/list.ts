/**
 * Every check of a plan, in the order in which their findings are reported. A new check is a file of its own and a line
 * here: preview, release, the drill and the reports take it from this list.
 */

import { timedSync } from "../workspace/timings.ts";
import { authentication } from "./authentication.ts";
import { dangling } from "./dangling.ts";
import { duplicateIdentity } from "./duplicate-identity.ts";
import type { Check, Finding, Plans } from "./finding.ts";
import { gate } from "./gate.ts";
import { lostScaling } from "./lost-scaling.ts";
import { lostState } from "./lost-state.ts";
import { lostValidationRecord } from "./lost-validation-record.ts";
import { missingReplica } from "./missing-replica.ts";
import { operationParity } from "./operation-parity.ts";
import { parity } from "./parity.ts";
import { partialUpdate } from "./partial-update.ts";
import { plan } from "./plan.ts";
import { policy } from "./policy.ts";
import { priorityInUse } from "./priority-in-use.ts";
import { quotasCheck } from "./quotas.ts";
import { recordKeepsItsType } from "./record-type.ts";
import { sameIdentity } from "./same-identity.ts";
import { sharedRecord } from "./shared-record.ts";

export const checks: readonly Check[] = [
  plan,
  policy,
  sameIdentity,
  duplicateIdentity,
  priorityInUse,
  recordKeepsItsType,
  lostValidationRecord,
  lostState,
  dangling,
  lostScaling,
  sharedRecord,
  missingReplica,
  quotasCheck,
  parity,
  operationParity,
  partialUpdate,
  authentication,
  gate,
];

/** The findings of every check on the plans of all stacks, in the order of the list. */
export function findingsOf(planned: Plans): Finding[] {
  return checks.flatMap((check) => timedSync(`check ${check.name}`, () => check.judge(planned)));
}

/** What a release itself fixes, and what is a choice. */
const notBlocking: readonly string[] = [gate.name, partialUpdate.name, authentication.name];

/** Findings that stop a release before it starts. */
export function blocking(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ check }) => !notBlocking.includes(check));
}
