/** What a run of Stryker says of the tests. Pure: takes its report and the reviewed list, returns evidence. */

/** Of Stryker's JSON report (mutation-testing-report-schema), what is read here. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** A mutant that no test can or has to kill. */
export interface Accepted {
  readonly file: string;
  /** The line of source in which the changed text begins, without its indentation. */
  readonly line: string;
  /** The text that is changed, and what it becomes. */
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

export interface Survivor {
  readonly file: string;
  readonly line: number;
  /** The line of source in which the changed text begins, without its indentation. */
  readonly text: string;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
  /** No test runs the line. */
  readonly uncovered: boolean;
}

export interface FileScore {
  readonly file: string;
  readonly killed: number;
  readonly timeout: number;
  /** A test file throws with it while it loads, before any test: neither killed nor alive. */
  readonly invalid: number;
  readonly accepted: number;
  readonly survivors: readonly Survivor[];
  /** Killed and timed out, of all but the invalid and accepted ones, in percent; 100 where there is none. */
  readonly score: number;
}

/** The score of each file: killed mutants, and survivors that the reviewed list does not accept. */
export function scoresOf(report: Report, accepted: readonly Accepted[]): FileScore[] {
  return Object.entries(report.files).map(([file, { source, mutants }]) => {
    const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
    const alive = mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map(({ mutatorName, replacement = "", status, location }): Survivor => {
        const original = textAt(source, location.start, location.end);
        const uncovered = status === "NoCoverage";
        const { line } = location.start;
        const text = source.split("\n")[line - 1]?.trim() ?? "";
        return { file, line, text, mutator: mutatorName, original, replacement, uncovered };
      });
    const survivors = alive.filter((one) => !accepted.some((entry) => isSame(entry, one)));
    const [killed, timeout] = [count("Killed"), count("Timeout")];
    const all = killed + timeout + survivors.length;
    const score = all === 0 ? 100 : (100 * (killed + timeout)) / all;
    const invalid = count("RuntimeError") + count("CompileError");
    return { file, killed, timeout, invalid, accepted: alive.length - survivors.length, survivors, score };
  });
}

/** Entries of the reviewed list that no survivor of the mutated files needs: they are to be removed. */
export function unused(report: Report, accepted: readonly Accepted[]): Accepted[] {
  const alive = scoresOf(report, []).flatMap(({ survivors }) => survivors);
  return accepted.filter((entry) => entry.file in report.files && !alive.some((one) => isSame(entry, one)));
}

function isSame(entry: Accepted, { file, text, original, replacement }: Survivor): boolean {
  return entry.file === file && entry.line === text && entry.original === original && entry.replacement === replacement;
}

/** @param start line and column from 1 */
function textAt(source: string, start: Position, end: Position): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join("\n");
}

/** A file's survivors with their change, and a line with its figures. */
export function printScore({ file, killed, timeout, invalid, accepted, survivors, score }: FileScore): string {
  const figures = [
    `${killed} killed`,
    `${timeout} timed out`,
    `${survivors.length} survived`,
    `${accepted} accepted`,
    `${invalid} invalid`,
  ];
  return [...survivors.map(diff), `${file}: ${score.toFixed(1)} % killed (${figures.join(", ")})`].join("\n");
}

function diff({ file, line, text, mutator, original, replacement, uncovered }: Survivor): string {
  const marked = (sign: string, text: string) => text.replaceAll(/^/gm, sign);
  const what = uncovered ? "survived, no test runs it" : "survived";
  return `${file}:${line} ${mutator} ${what} in: ${text}\n${marked("- ", original)}\n${marked("+ ", replacement)}\n`;
}

/** The finding on an entry of the reviewed list that no survivor needs. */
export function printUnused({ file, line, original, replacement }: Accepted): string {
  return `tools/mutate/accepted.json: ${file}: ${original} → ${replacement} does not survive in: ${line}. Fix: remove the entry.`;
}
