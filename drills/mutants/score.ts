/** What a run came to: mutants by category and stage, what survives by class, and what the command prints of it. Pure. */
import type { Accepted } from "./accepted.ts";
import type { Stage, Verdict } from "./judge.ts";
import type { Category, Mutant, Scope } from "./mutant.ts";

/** A mutant and its verdict. */
export interface Judged
  extends Pick<Mutant, "id" | "scope" | "key" | "type" | "category" | "path" | "operator">,
    Verdict {
  /** Of the entry that accepts it, where one does. */
  reason?: string;
}

/** Survivors of one kind. */
export interface SurvivingClass {
  /** `type PATH: OPERATOR`, places of lists left open. */
  class: string;
  count: number;
  scopes: Scope[];
  example: string;
}

export interface Score {
  /** ISO 8601. */
  at: string;
  commit?: string;
  dirty: boolean;
  /** Of the draw; undefined where every mutant was judged. */
  seed?: number;
  /** The commit from which the resources differ whose mutants were judged. */
  changed?: string;
  /** How many there are, and how many of them were judged. */
  generated: number;
  judged: number;
  /** By category, then by stage. */
  counts: Partial<Record<Category, Partial<Record<Stage | "accepted", number>>>>;
  killed: number;
  equivalent: number;
  accepted: number;
  surviving: number;
  survivors: SurvivingClass[];
  /** Entries of the reviewed list, each with the number of mutants that it accepts. */
  entries: { entry: string; count: number; reason: string }[];
  /** Entries that accept none; empty after a sample, which cannot tell. */
  unused: string[];
  /** Wall clock of the judging, and processor time. */
  seconds: number;
  processorSeconds: number;
}

/** How an entry is named. */
export function titleOf({ resource, path, operator, scope }: Accepted): string {
  return [resource, path, ...(operator ? [operator] : []), ...(scope ? [`(${scope})`] : [])].join(" ");
}

/** Survivors by class, the largest first. */
export function classesOf(judged: readonly Judged[]): SurvivingClass[] {
  const surviving = judged.filter(({ stage, reason }) => stage === "survives" && reason === undefined);
  const byClass = Map.groupBy(
    surviving,
    ({ type, path, operator }) => `${type} ${path.replace(/\[[^\]]*\]/g, "[]")}: ${operator.slice(0, 60)}`,
  );
  return [...byClass]
    .map(([name, all]) => ({
      class: name,
      count: all.length,
      scopes: [...new Set(all.map(({ scope }) => scope))],
      example: all[0]?.id ?? "",
    }))
    .sort((one, other) => other.count - one.count || one.class.localeCompare(other.class));
}

/** By category and stage; one that the list accepts counts as accepted. */
export function countsOf(judged: readonly Judged[]): Score["counts"] {
  const counts: Score["counts"] = {};
  for (const { category, stage, reason } of judged) {
    const of = counts[category] ?? {};
    const where = reason === undefined ? stage : "accepted";
    of[where] = (of[where] ?? 0) + 1;
    counts[category] = of;
  }
  return counts;
}

/** Columns of the table, in the order of their cost. */
export const stages = [
  "types",
  "provider",
  "policy",
  "plan checks",
  "parity",
  "AWS",
  "container",
  "engine",
  "equivalent",
  "accepted",
  "survives",
] as const;

/** The table, what survives by class, and what the list has too much, as text. */
export function scoreReport(score: Score): string {
  const row = (cells: readonly (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(10) : String(cell).padStart(11))).join(" ");
  const { seconds, processorSeconds, judged } = score;
  const lines = [
    row(["", ...stages]),
    ...Object.entries(score.counts).map(([category, counts]) =>
      row([category, ...stages.map((stage) => counts[stage] ?? 0)]),
    ),
    "",
    `${judged} of ${score.generated} mutants judged in ${Math.round(seconds)} s (${Math.round((judged / processorSeconds) * 60)} a processor minute): ` +
      `${score.killed} killed, ${score.equivalent} equivalent, ${score.accepted} accepted, ${score.surviving} surviving`,
  ];
  if (score.survivors.length > 0)
    lines.push("", "Surviving, by class. Fix: add a check, or an entry with its reason to drills/mutants/accepted.ts");
  for (const { class: name, count, scopes } of score.survivors)
    lines.push(`${String(count).padStart(5)} × ${name} (${scopes.join(", ")})`);
  for (const entry of score.unused)
    lines.push(`drills/mutants/accepted.ts: accepts no mutant: ${entry}. Fix: remove the entry`);
  return lines.join("\n");
}
