import { lastLine, tallyOfJest, total } from "../../../runner/tally.ts";

const result = { numPassedTests: 12, numFailedTests: 0, numTotalTests: 12, numRuntimeErrorTestSuites: 0 };

test("lint, types and jest's tests add up in the last line", () => {
  expect(lastLine(total([{ passed: 1, failed: 0 }, { passed: 0, failed: 1 }, tallyOfJest(0, result)]))).toBe(
    "13 passed, 1 failed",
  );
});

test("a suite that could not be loaded counts as one failed", () => {
  expect(tallyOfJest(1, { ...result, numFailedTests: 2, numRuntimeErrorTestSuites: 1 })).toEqual({
    passed: 12,
    failed: 3,
  });
});

test("no test at all counts as one failed", () => {
  expect(tallyOfJest(0, { ...result, numPassedTests: 0 })).toEqual({ passed: 0, failed: 1, problem: "no test ran" });
});

test("a jest that fails without a failed test, or without a result, counts as one failed", () => {
  expect(tallyOfJest(1, result)).toEqual({ passed: 12, failed: 1, problem: "jest ended with exit code 1" });
  expect(tallyOfJest(137, undefined)).toEqual({
    passed: 0,
    failed: 1,
    problem: "jest ended with exit code 137 and without a result",
  });
});
