import { type Drift, driftedWords } from "../release/operate/drift.ts";
import type { Step } from "../release/plan/graph.ts";
import type { Preview, StackPreview } from "../release/plan/preview.ts";
import type { Released } from "../release/promotion/release.ts";
import type { Rollback } from "../release/promotion/rollback.ts";
import type { Report } from "../stacks/verification.ts";

/** A preview in words: per stack what changes, then parity, difference by difference. */
export function previewReport({ stacks, policy, hazards, parity, operations, gate, seconds }: Preview): string {
  const failed = Object.entries(stacks).flatMap(([name, { error }]) => (error ? [name] : []));
  return [
    ...Object.entries(stacks).flatMap(([name, stack]) => stackLines(name, stack)),
    "",
    ...policyLines(policy),
    ...hazards.map(({ stack, resource, message }) => `Hazard: ${stack}: ${resource}: ${message}`),
    ...parityLines(parity, failed),
    ...operationLines(operations),
    ...gateLines(gate),
    "",
    `${seconds.toFixed(1)} s`,
  ].join("\n");
}

/** What changes in a stack, in one line. */
export function summary({ create, update, replace, delete: gone, same }: StackPreview): string {
  const parts = [
    [create, "create"],
    [update, "update"],
    [replace, "replace"],
    [gone, "delete"],
  ].flatMap(([n, word]) => (n ? [`${n} to ${word}`] : []));
  return `${parts.length > 0 ? parts.join(", ") : "no changes"} (${same} unchanged)`;
}

function stackLines(name: string, stack: StackPreview): string[] {
  if (stack.error) return [`${name}: cannot be planned`, ...stack.error.split("\n").map((line) => `  ${line}`)];
  const { steps } = stack;
  // A first deployment creates everything: the number says it, the list would not be read.
  const shown = steps.length > 40 ? steps.filter(({ op }) => op !== "create") : steps;
  return [`${name}: ${summary(stack)}`, ...shown.map((step) => `  ${stepLine(step)}`)];
}

/** One step, with the property that forces a replacement, or those that change. */
export function stepLine({ op, type, name, replacedBy, changed }: Step): string {
  const why = replacedBy.length > 0 ? `, forced by ${replacedBy.join(", ")}` : "";
  return `${op.padEnd(8)} ${type} ${name}${why || (op === "update" ? `: ${changed.join(", ")}` : "")}`;
}

function policyLines({ violations }: Preview["policy"]): string[] {
  return violations.map((v) => `Policy: ${v.stack}: ${v.resource || "the stack"} breaks ${v.rule}: ${v.message}`);
}

function parityLines({ differences, allowed, equal }: Preview["parity"], failed: string[]): string[] {
  if (failed.length > 0) return [`Parity: not judged, since ${failed.join(" and ")} cannot be planned.`];
  const byReason = new Map<string, number>();
  for (const { reason } of allowed) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  return [
    equal
      ? "Parity: production equals staging, but for what stacks/parity-contract.ts allows:"
      : `Parity: ${differences.length} difference${differences.length === 1 ? "" : "s"} beyond stacks/parity-contract.ts:`,
    ...differences.map(
      (d) => `  ${d.stack}: ${d.resource} ${d.path}: staging has ${show(d.staging)}, here is ${show(d.here)}`,
    ),
    ...(equal ? [] : ["Allowed:"]),
    ...[...byReason].map(([reason, count]) => `  ${String(count).padStart(3)} × ${reason}`),
  ];
}

function operationLines(operations: Preview["operations"]): string[] {
  return Object.entries(operations).flatMap(([name, { unrehearsed, why }]) =>
    unrehearsed.length === 0
      ? [`Operations: ${name}: nothing that staging has not done (${why})`]
      : unrehearsed.map((operation) => `Operations: ${name} would ${operation}, which staging has not done (${why})`),
  );
}

function gateLines(gate: Preview["gate"]): string[] {
  return Object.entries(gate).map(
    ([name, { allowed, why, mend }]) =>
      `Gate: ${name}: ${allowed ? "open" : "closed"}: ${why}${mend ? `; ${mend}` : ""}`,
  );
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

export function releaseReport({ release, completed, stages, stopped, seconds }: Released): string {
  return [
    ...stages.map(
      ({ stack, what, detail, seconds: took }) => `${stack.padEnd(10)} ${what}: ${detail} (${took.toFixed(1)} s)`,
    ),
    stopped ? `Stopped at ${stopped.stack}: ${stopped.why}` : "",
    completed ? `Every stack runs release ${release}, after ${seconds.toFixed(1)} s.` : "",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

export function rollbackReport({ stack, target, steps, done, seconds }: Rollback): string {
  const where = `commit ${target.commit.slice(0, 12)} of update ${target.update.version}`;
  return [
    ...steps.map((step) => `  ${stepLine(step)}`),
    done
      ? `${stack} runs ${where} again, verified, after ${seconds.toFixed(1)} s.`
      : `${stack} would run ${where} again; nothing was changed.`,
  ].join("\n");
}

export function verifyReport(stack: string, { hostnames, release, syntheticOrder }: Report): string {
  return [
    ...hostnames.map(
      ({ hostname, issuer, daysLeft }) =>
        `  ${hostname}: release ${release} over TLS, by ${issuer}, ${daysLeft} days left`,
    ),
    `  synthetic order ${syntheticOrder.id}: there and back in ${syntheticOrder.seconds} s`,
    `${stack} is what its last update says.`,
  ].join("\n");
}

export function driftReport(drifts: readonly Drift[]): string {
  return drifts.flatMap(driftLines).join("\n");
}

function driftLines({ stack, resources, differences, error }: Drift): string[] {
  if (error) return [`${stack}: cannot be looked at`, ...error.split("\n").map((line) => `  ${line}`)];
  if (resources.length + differences.length === 0) return [`${stack}: as its last update left it`];
  return [
    `${stack}: not as its last update left it, or not as staging is`,
    ...resources.map((drifted) => `  ${drifted.type} ${drifted.name} ${driftedWords(drifted)}`),
    ...differences.map((d) => `  ${d.resource} ${d.path}: staging has ${show(d.staging)}, here is ${show(d.here)}`),
  ];
}
