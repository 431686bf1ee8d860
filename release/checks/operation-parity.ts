import { operationsBetween } from "../../stacks/ledger.ts";
import { operationContract } from "../../stacks/parity-contract.ts";
import { operationsOf, unrehearsed } from "../plan/operations.ts";
import type { Planned } from "../plan/plan.ts";

/** Whether staging has done all that a production stack would do. */
export interface OperationParity {
  /** Operations that staging has not done; empty as well where nothing could be judged. */
  unrehearsed: string[];
  /** What it was judged by, or why it could not be. */
  why: string;
}

/**
 * Judges a production stack's plan by what staging noted of the same transition, and by what staging itself would do
 * now where it stands at the same beginning.
 */
export function judgeOperations(staging: Planned, here: Planned): OperationParity {
  if (!here.observed) return { unrehearsed: [], why: "the plan ended before its release was known" };
  const { release, records } = here.observed;
  const from = records.own.running;
  if (from === undefined) return { unrehearsed: [], why: "first deployment" };
  const noted = operationsBetween(records.staging.ledger, from, release);
  const startsThere = from === records.staging.running;
  if (noted === undefined && !startsThere) {
    return { unrehearsed: [], why: `staging has not gone from ${from} to ${release} yet` };
  }
  const done = [...(noted ?? []), ...(staging.error ? [] : operationsOf(staging.plan))];
  return {
    unrehearsed: unrehearsed(operationsOf(here.plan), done, operationContract),
    why: noted && from !== release ? `staging's rehearsal of ${from} → ${release}` : "what staging would do now",
  };
}
