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
  /** The text that is changed, and what it becomes. */
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

export interface Survivor {
  readonly file: string;
  readonly line: number;
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
  readonly accepted: number;
  readonly survivors: readonly Survivor[];
  /** Killed and timed out, of all but the accepted ones, in percent; 100 where there is none. */
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
        return { file, line: location.start.line, mutator: mutatorName, original, replacement, uncovered };
      });
    const survivors = alive.filter((one) => !accepted.some((entry) => isSame(entry, one)));
    const [killed, timeout] = [count("Killed"), count("Timeout")];
    const all = killed + timeout + survivors.length;
    const score = all === 0 ? 100 : (100 * (killed + timeout)) / all;
    return { file, killed, timeout, accepted: alive.length - survivors.length, survivors, score };
  });
}

/** Entries of the reviewed list that no survivor of the mutated files needs: they are to be removed. */
export function unused(report: Report, accepted: readonly Accepted[]): Accepted[] {
  const alive = scoresOf(report, []).flatMap(({ survivors }) => survivors);
  return accepted.filter((entry) => entry.file in report.files && !alive.some((one) => isSame(entry, one)));
}

function isSame(entry: Accepted, { file, original, replacement }: Survivor): boolean {
  return entry.file === file && entry.original === original && entry.replacement === replacement;
}

/** @param start line and column from 1 */
function textAt(source: string, start: Position, end: Position): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join("\n");
}
