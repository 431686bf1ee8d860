/** How many checks passed and failed. */
export interface Tally {
  passed: number;
  failed: number;
}

/** What is read of jest's `--json`. */
export interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numTotalTests: number;
  /** Suites that could not even be loaded: their tests are counted nowhere else. */
  numRuntimeErrorTestSuites: number;
}

/** How jest says that a test file left something open: a handle, a timer or a child that keeps its worker alive. */
const OPEN = /failed to exit gracefully|did not exit one second after/;

/**
 * Counts jest's tests; whatever makes jest fail without a failed test counts as one, with the problem in words.
 *
 * @param output the last of what jest printed
 */
export function tallyOfJest(code: number, result: JestResult | undefined, output = ""): Tally & { problem?: string } {
  if (!result) return { passed: 0, failed: 1, problem: `jest ended with exit code ${code} and without a result` };
  const passed = result.numPassedTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (passed + failed === 0) return { passed, failed: 1, problem: "no test ran" };
  if (code !== 0 && failed === 0) return { passed, failed: 1, problem: `jest ended with exit code ${code}` };
  if (OPEN.test(output)) {
    const problem = "a test file leaves a handle open. Fix: find it with `npx jest --detectOpenHandles FILE`";
    return { passed, failed: failed + 1, problem };
  }
  return { passed, failed };
}

export function total(tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
  };
}

export function lastLine({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}
