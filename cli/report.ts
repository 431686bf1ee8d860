import type { Preview, StackPreview } from "../release/preview.ts";

/** A preview in words: per stack what changes, then parity, difference by difference. */
export function previewReport({ stacks, policy, parity, seconds }: Preview): string {
  const failed = Object.entries(stacks).flatMap(([name, { error }]) => (error ? [name] : []));
  return [
    ...Object.entries(stacks).flatMap(([name, stack]) => stackLines(name, stack)),
    "",
    ...policyLines(policy),
    ...parityLines(parity, failed),
    "",
    `${seconds.toFixed(1)} s`,
  ].join("\n");
}

function stackLines(name: string, stack: StackPreview): string[] {
  if (stack.error) return [`${name}: cannot be planned`, ...stack.error.split("\n").map((line) => `  ${line}`)];
  const { create, update, replace, delete: gone, same } = stack;
  const parts = [
    [create, "create"],
    [update, "update"],
    [replace, "replace"],
    [gone, "delete"],
  ].flatMap(([n, word]) => (n ? [`${n} to ${word}`] : []));
  const changed = stack.steps.filter((step) => !["same", "read", "refresh"].includes(step.op));
  // A first deployment creates everything: the number says it, the list would not be read.
  const shown = changed.length > 40 ? changed.filter((step) => step.op !== "create") : changed;
  return [
    `${name}: ${parts.length > 0 ? parts.join(", ") : "no changes"} (${same} unchanged)`,
    ...shown.map(
      (step) =>
        `  ${step.op.padEnd(8)} ${step.type} ${step.name}${step.replacedBy.length > 0 ? `, forced by ${step.replacedBy.join(", ")}` : step.op === "update" ? `: ${step.changed.join(", ")}` : ""}`,
    ),
  ];
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

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
