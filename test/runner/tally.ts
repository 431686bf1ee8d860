import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** How many checks passed and failed, and one line on each that failed. */
export interface Tally {
  passed: number;
  failed: number;
  failures: string[];
}

/** What is read of jest's `--json`. */
export interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numTotalTests: number;
  /** Suites that could not even be loaded: their tests are counted nowhere else. */
  numRuntimeErrorTestSuites: number;
  testResults: SuiteResult[];
}

interface SuiteResult {
  /** The absolute path of the file. */
  name: string;
  /** Why a suite that could not be loaded failed; the report of all its tests otherwise. */
  message: string;
  assertionResults: { fullName: string; status: string; failureMessages: string[] | null }[];
}

const SHOWN_FAILURES = 20;
const SHOWN_LINES = 6;
const SHOWN_CHARACTERS = 240;

/** A check that counts as one; it failed unless its exit code is 0. */
export function passOrFail(name: string, code: number): Tally {
  return code === 0 ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [name] };
}

/** Counts and names jest's tests; whatever makes jest fail without a failed test counts as one. Paths are relative to `root`. */
export function tallyOfJest(type: string, code: number, result: JestResult | undefined, root: string): Tally {
  const problem = (what: string) => [`${type} tests: ${what}`];
  if (!result)
    return { passed: 0, failed: 1, failures: problem(`jest ended with exit code ${code} and without a result`) };
  const passed = result.numPassedTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (passed + failed === 0) return { passed, failed: 1, failures: problem("no test ran") };
  if (code !== 0 && failed === 0) return { passed, failed: 1, failures: problem(`jest ended with exit code ${code}`) };
  return { passed, failed, failures: result.testResults.flatMap((suite) => failuresOf(suite, root)) };
}

function failuresOf({ name, message, assertionResults }: SuiteResult, root: string): string[] {
  const file = relative(root, name);
  if (assertionResults.length === 0 && message !== "") return [`${file}: could not be loaded: ${short(message)}`];
  return assertionResults
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${short(failureMessages?.[0] ?? "no message")}`);
}

/** The first lines of a message as one, without jest's headings (●) and stack frames. */
function short(message: string): string {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(?:●|at )/.test(line));
  const text = lines.slice(0, SHOWN_LINES).join(" | ");
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}

export function total(tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
  };
}

/** What failed, as a list that .ci/run repeats, and the last line, which is exactly `N passed, N failed`. */
export function lastLines({ passed, failed, failures }: Tally): string {
  const list = failures.slice(0, SHOWN_FAILURES).map((line) => `  ${line}`);
  if (failures.length > SHOWN_FAILURES) list.push(`  and ${failures.length - SHOWN_FAILURES} more`);
  return [...(list.length > 0 ? ["Failed:", ...list] : []), `${passed} passed, ${failed} failed`].join("\n");
}
