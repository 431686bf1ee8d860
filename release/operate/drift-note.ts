/** The last drift check of a stack, which `order-queue drift` notes in the stack's tags, where every machine finds it. */

/** Name of the tag. */
export const driftTag = "order-queue:drift";

export interface DriftNote {
  /** When the check ended, ISO 8601. */
  at: string;
  /** How many differences it found; undefined where the stack could not be compared. */
  found?: number;
}

/** The note in a stack's tags; undefined before the first check. */
export function readDriftNote(tags: Readonly<Record<string, string>>): DriftNote | undefined {
  const [, at, found] = /^(\S+) (\d+|failed)$/.exec(tags[driftTag] ?? "") ?? [];
  if (at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { at, ...(found !== "failed" && { found: Number(found) }) };
}

/** The tag's value. */
export function driftNoteText({ at, found }: DriftNote): string {
  return `${at} ${found ?? "failed"}`;
}
