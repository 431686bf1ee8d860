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

/** Counts jest's tests; whatever makes jest fail without a failed test counts as one, with the problem in words. */
export function tallyOfJest(code: number, result: JestResult | undefined): Tally & { problem?: string } {
  if (!result) return { passed: 0, failed: 1, problem: `jest ended with exit code ${code} and without a result` };
  const passed = result.numPassedTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (passed + failed === 0) return { passed, failed: 1, problem: "no test ran" };
  if (code !== 0 && failed === 0) return { passed, failed: 1, problem: `jest ended with exit code ${code}` };
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
