import { lastLines, passOrFail, tallyOfJest, total } from "../../../runner/tally.ts";

const root = "/project";
const result = {
  numPassedTests: 12,
  numFailedTests: 0,
  numTotalTests: 12,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};

const failedSuite = {
  name: "/project/test/unit/infra/network.test.ts",
  message: "● the network has two subnets\n\n    a long report",
  assertionResults: [
    { fullName: "the network has a VPC", status: "passed", failureMessages: [] },
    {
      fullName: "the network has two subnets",
      status: "failed",
      failureMessages: [
        "Error: \u001b[2m expect(\u001b[22m received).toBe(expected)\n\nExpected: 2\nReceived: 1\n    at Object.toBe (/project/x.ts:3:9)",
      ],
    },
  ],
};

const notLoaded = {
  name: "/project/test/unit/infra/queue.test.ts",
  message:
    "  ● Test suite failed to run\n\n    Cannot find module './queue.ts'\n\n      at Resolver (/project/y.js:1:1)",
  assertionResults: [],
};

test("lint, types and jest's tests add up in the last line", () => {
  const tallies = [passOrFail("lint", 0), passOrFail("types", 1), tallyOfJest("unit", 0, result, root)];
  expect(lastLines(total(tallies))).toBe("Failed:\n  types\n13 passed, 1 failed");
});

test("without a failure the last line stands alone", () => {
  expect(lastLines(tallyOfJest("unit", 0, result, root))).toBe("12 passed, 0 failed");
});

test("a failed test is named with its file and its first lines, in plain text", () => {
  const failed = { ...result, numFailedTests: 1, testResults: [failedSuite] };
  expect(tallyOfJest("unit", 1, failed, root)).toEqual({
    passed: 12,
    failed: 1,
    failures: [
      "test/unit/infra/network.test.ts: the network has two subnets: Error:  expect( received).toBe(expected) | Expected: 2 | Received: 1",
    ],
  });
});

test("a suite that could not be loaded counts as one failed, and says why", () => {
  const failed = { ...result, numFailedTests: 2, numRuntimeErrorTestSuites: 1, testResults: [notLoaded] };
  expect(tallyOfJest("unit", 1, failed, root)).toEqual({
    passed: 12,
    failed: 3,
    failures: ["test/unit/infra/queue.test.ts: could not be loaded: Cannot find module './queue.ts'"],
  });
});

test("of many failures the first 20 are listed", () => {
  const failures = Array.from({ length: 23 }, (_, index) => `test ${index + 1}`);
  const lines = lastLines({ passed: 1, failed: 23, failures }).split("\n");
  expect(lines.slice(-3)).toEqual(["  test 20", "  and 3 more", "1 passed, 23 failed"]);
  expect(lines).toHaveLength(23);
});

test("a long message is cut", () => {
  const suite = { ...notLoaded, message: "x".repeat(500) };
  const failed = { ...result, numRuntimeErrorTestSuites: 1, testResults: [suite] };
  const [line] = tallyOfJest("unit", 1, failed, root).failures;
  expect(line).toBe(`test/unit/infra/queue.test.ts: could not be loaded: ${"x".repeat(239)}…`);
});

test("no test at all counts as one failed", () => {
  expect(tallyOfJest("unit", 0, { ...result, numPassedTests: 0 }, root)).toEqual({
    passed: 0,
    failed: 1,
    failures: ["unit tests: no test ran"],
  });
});

test("a jest that fails without a failed test, or without a result, counts as one failed", () => {
  expect(tallyOfJest("unit", 1, result, root)).toEqual({
    passed: 12,
    failed: 1,
    failures: ["unit tests: jest ended with exit code 1"],
  });
  expect(tallyOfJest("unit", 137, undefined, root)).toEqual({
    passed: 0,
    failed: 1,
    failures: ["unit tests: jest ended with exit code 137 and without a result"],
  });
});
