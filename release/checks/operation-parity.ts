import { operationsBetween } from "../../stacks/ledger.ts";
import { operationContract } from "../../stacks/parity-contract.ts";
import { staging } from "../../stacks/registry.ts";
import { operationsOf, unrehearsed } from "../plan/operations.ts";
import type { Planned } from "../plan/plan.ts";
import type { Check, Plans } from "./finding.ts";

/** Production creates, replaces and deletes only what staging did in the same transition. */
export const operationParity: Check = {
  name: "operation-parity",
  judge: (planned) =>
    judgedStacks(planned).flatMap(([stack, { operations, basis }]) =>
      operations.map((operation) => {
        const [op, ...resource] = operation.split(" ");
        return {
          check: operationParity.name,
          stack,
          resource: resource.join(" "),
          message: `would be ${op}d, which staging has not done (${basis})`,
          fix: "make the same change in staging first, or allow the operation in stacks/parity-contract.ts with its reason",
        };
      }),
    ),
  notes: (planned) => judgedStacks(planned).map(([stack, { basis }]) => `${stack}: ${basis}`),
};

interface OperationParity {
  /** Operations that staging has not done; empty as well where nothing could be judged. */
  operations: string[];
  /** What they were compared with, or why they could not be. */
  basis: string;
}

/** Of every production stack that has a plan. */
function judgedStacks(planned: Plans): [stack: string, OperationParity][] {
  const ofStaging = planned.get(staging.name);
  return [...planned].flatMap(([name, here]) =>
    !ofStaging || name === staging.name || here.error !== undefined ? [] : [[name, judgeOperations(ofStaging, here)]],
  );
}

/**
 * Judges a production stack's plan by what staging recorded of the same transition, and by what staging itself would do
 * now where it runs the same release.
 */
function judgeOperations(ofStaging: Planned, here: Planned): OperationParity {
  if (!here.observed) return { operations: [], basis: "not judged: the plan failed before its release was known" };
  const { release, records } = here.observed;
  const from = records.own.running;
  if (from === undefined) return { operations: [], basis: "first deployment" };
  const recorded = operationsBetween(records.staging.ledger, from, release);
  if (recorded === undefined && from !== records.staging.running)
    return { operations: [], basis: `not judged: staging has not made the transition ${from} → ${release}` };
  const done = [...(recorded ?? []), ...(ofStaging.error === undefined ? operationsOf(ofStaging.plan) : [])];
  return {
    operations: unrehearsed(operationsOf(here.plan), done, operationContract),
    basis: recorded && from !== release ? `staging's rehearsal of ${from} → ${release}` : "what staging would do now",
  };
}
