import type { Finding } from "./finding.ts";

export type Format = "text" | "markdown";

/** By check: what it compared with, allows, or could not judge. */
export type Notes = Readonly<Record<string, readonly string[]>>;

/**
 * Findings under the name of their check, with the check's notes below them. JSON has findings and notes as they are.
 */
export function printFindings(findings: readonly Finding[], format: Format, notes: Notes = {}): string {
  const byCheck = Map.groupBy(findings, ({ check }) => check);
  const names = new Set([...Object.keys(notes), ...byCheck.keys()]);
  const { title, item, note } = layouts[format];
  return [...names]
    .map((check) => {
      const found = byCheck.get(check) ?? [];
      return [
        title(check, count(found.length)),
        ...found.map((one) => item(printFinding(one))),
        ...(notes[check] ?? []).map(note),
      ].join("\n");
    })
    .join(format === "text" ? "\n" : "\n\n");
}

/** Where, what is wrong, what was expected, and the fix. */
export function printFinding({ stack, resource, path, message, expected, fix }: Finding): string {
  const what = [resource, path].filter((part) => part !== undefined).join(" ");
  const wrong = `${message}${expected === undefined ? "" : `; expected ${expected}`}`.replace(/\.$/, "");
  return `${[stack, ...(what ? [what] : []), wrong].join(": ")}${wrong.includes("\n") ? "\n" : ". "}Fix: ${fix}`;
}

const layouts: Record<Format, { title(check: string, found: string): string; item: Line; note: Line }> = {
  text: {
    title: (check, found) => `${check}: ${found}`,
    item: (text) => `  ${text.replaceAll("\n", "\n    ")}`,
    note: (text) => `  ${text}`,
  },
  markdown: {
    title: (check, found) => `**${check}**: ${found}\n`,
    item: (text) => `- ${text.replaceAll("\n", "\n  ")}`,
    note: (text) => `- ${text}`,
  },
};

type Line = (text: string) => string;

function count(findings: number): string {
  return findings === 0 ? "no findings" : `${findings} finding${findings === 1 ? "" : "s"}`;
}
