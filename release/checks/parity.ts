import { contract } from "../../stacks/parity-contract.ts";
import { staging } from "../../stacks/registry.ts";
import { STORE } from "../plan/comparable-graph.ts";
import { type Allowed, type Comparison, compare, type Difference } from "../plan/compare.ts";
import type { Planned } from "../plan/plan.ts";
import type { Check, Finding, Plans } from "./finding.ts";

/** Production equals staging, but for the differences that stacks/parity-contract.ts allows. */
export const parity: Check = {
  name: "parity",
  judge: (planned) => compareAll(planned).flatMap(({ differences }) => differences.map(parityFinding)),
  notes(planned) {
    const unplanned = [...planned].flatMap(([stack, { error }]) => (error === undefined ? [] : [stack]));
    const byReason = Map.groupBy(allowedIn(planned), ({ reason }) => reason);
    return [
      ...unplanned.map((stack) =>
        stack === staging.name
          ? "no stack was compared: staging cannot be planned"
          : `${stack} was not compared: it cannot be planned`,
      ),
      ...[...byReason].map(([reason, all]) => `allowed: ${String(all.length).padStart(3)} × ${reason}`),
    ];
  },
};

/** A difference as a finding. */
export function parityFinding({ stack, resource, path, staging: expected, here }: Difference): Finding {
  const where = { check: parity.name, stack, resource };
  const fix = "make both equal, or allow the difference in stacks/parity-contract.ts with its reason";
  if (path === "resource")
    return {
      ...where,
      message: here === undefined ? "is missing, and staging has it" : "is extra: staging has none",
      fix,
    };
  if (resource.startsWith(`${STORE} `))
    return {
      ...where,
      message: `has the store class ${show(here)}`,
      expected: "a store of this class in staging",
      fix: "add one to Pulumi.staging.yaml",
    };
  return { ...where, path, message: `is ${show(here)}`, expected: `${show(expected)}, as in staging`, fix };
}

/** Characters of a value in a message: in a whole policy document no difference is seen. */
const shown = 200;

function show(value: unknown): string {
  const text = value === undefined ? "not set" : JSON.stringify(value);
  return text.length > shown ? `${text.slice(0, shown)}… (${text.length} characters)` : text;
}

/** Differences that the contract allows. */
export function allowedIn(planned: Plans): Allowed[] {
  return compareAll(planned).flatMap(({ allowed }) => allowed);
}

/** By production's plan: findings and notes come from one comparison. */
const comparisons = new WeakMap<Planned, Comparison>();

function compareAll(planned: Plans): Comparison[] {
  const ofStaging = planned.get(staging.name);
  if (!ofStaging || ofStaging.error !== undefined) return [];
  return [...planned].flatMap(([name, here]) => {
    if (name === staging.name || here.error !== undefined) return [];
    const comparison = comparisons.get(here) ?? compare(ofStaging.plan.resources, here.plan.resources, name, contract);
    comparisons.set(here, comparison);
    return [comparison];
  });
}
