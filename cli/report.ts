import type { Check } from "../release/checks/finding.ts";
import { checks } from "../release/checks/list.ts";
import { parityFinding } from "../release/checks/parity.ts";
import type { Preview, StackPreview } from "../release/checks/preview.ts";
import { printFinding, printFindings } from "../release/checks/print.ts";
import type { Drift } from "../release/operate/drift.ts";
import { driftedWords } from "../release/operate/drifted.ts";
import type { Step } from "../release/plan/graph.ts";

import type { Released } from "../release/promotion/release.ts";
import type { Rollback } from "../release/promotion/rollback.ts";
import type { Report } from "../stacks/verification.ts";

/** A preview: what changes in each stack, then every check with its findings and notes. */
export function previewReport({ stacks, findings, notes, seconds }: Preview): string {
  const reports = ({ name }: Check) => name in notes || findings.some(({ check }) => check === name);
  const silent = checks.filter((check) => !reports(check)).map(({ name }) => name);
  const inOrder = checks.filter(reports).map(({ name }) => [name, notes[name] ?? []]);
  return [
    ...Object.entries(stacks).flatMap(([name, stack]) => stackLines(name, stack)),
    "",
    ...(silent.length > 0 ? [`no findings: ${silent.join(", ")}`] : []),
    printFindings(findings, "text", Object.fromEntries(inOrder)),
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

/** A line a stage with its seconds, then what stopped the release or which release every stack runs. */
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

/** A line a step of the plan, then the update that the stack runs, or would run, again. */
export function rollbackReport({ stack, target, steps, done, seconds }: Rollback): string {
  const where = `commit ${target.commit.slice(0, 12)} of update ${target.update.version}`;
  return [
    ...steps.map((step) => `  ${stepLine(step)}`),
    done
      ? `${stack} runs ${where} again, verified, after ${seconds.toFixed(1)} s.`
      : `${stack} would run ${where} again; nothing was changed.`,
  ].join("\n");
}

/** A line a host name with its certificate (days left), then the synthetic order (seconds). */
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

/** A line a difference of each stack, or that there is none. */
export function driftReport(drifts: readonly Drift[]): string {
  return drifts.flatMap(driftLines).join("\n");
}

function driftLines({ stack, resources, differences, partial, error }: Drift): string[] {
  if (error) return [`${stack}: cannot be compared with AWS`, ...error.split("\n").map((line) => `  ${line}`)];
  if (resources.length + differences.length === 0 && !partial) return [`${stack}: no drift`];
  return [
    `${stack}: differs from its last update, or from staging`,
    ...(partial ? [`  its last update, of release ${partial.release}, was partial: ${partial.why}`] : []),
    ...resources.map((drifted) => `  ${drifted.type} ${drifted.name} ${driftedWords(drifted)}`),
    ...differences.map((difference) => `  ${printFinding(parityFinding(difference))}`),
  ];
}
