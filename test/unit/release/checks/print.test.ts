import { printFinding, printFindings } from "../../../../release/checks/print.ts";

const finding = { check: "parity", stack: "prod-eu", message: "is 5", fix: "make both equal" };
const whole = {
  ...finding,
  resource: "aws:sqs/queue:Queue orders",
  path: "delaySeconds",
  expected: "0, as in staging",
};
const failed = { check: "plan", stack: "prod-au", message: "1 setting is wrong:\n  zones: got 9", fix: "correct it" };

test.each([
  [finding, "prod-eu: is 5. Fix: make both equal"],
  [whole, "prod-eu: aws:sqs/queue:Queue orders delaySeconds: is 5; expected 0, as in staging. Fix: make both equal"],
  [{ ...finding, message: "is 5." }, "prod-eu: is 5. Fix: make both equal"],
  [{ ...finding, message: "has 1.5 GB." }, "prod-eu: has 1.5 GB. Fix: make both equal"],
  [failed, "prod-au: 1 setting is wrong:\n  zones: got 9\nFix: correct it"],
])("a finding says where, what is wrong, what was expected, and the fix", (one, line) => {
  expect(printFinding(one)).toBe(line);
});

test("findings stand under the name of their check, with its notes below them", () => {
  expect(printFindings([failed, finding, finding], "text", { gate: ["staging: open"] })).toBe(
    [
      ...["gate: no findings", "  staging: open"],
      "plan: 1 finding",
      "  prod-au: 1 setting is wrong:",
      "      zones: got 9",
      "    Fix: correct it",
      "parity: 2 findings",
      "  prod-eu: is 5. Fix: make both equal",
      "  prod-eu: is 5. Fix: make both equal",
    ].join("\n"),
  );
});

test("in Markdown each check is a list", () => {
  expect(printFindings([failed, finding], "markdown", { parity: ["prod-au was not compared"] })).toBe(
    [
      ...["**parity**: 1 finding", "", "- prod-eu: is 5. Fix: make both equal", "- prod-au was not compared", ""],
      ...["**plan**: 1 finding", "", "- prod-au: 1 setting is wrong:", "    zones: got 9", "  Fix: correct it"],
    ].join("\n"),
  );
});
