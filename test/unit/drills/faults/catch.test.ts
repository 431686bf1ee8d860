import { catchOf, NotModelled } from "../../../../drills/faults/catch.ts";
import { checks } from "../../../../release/checks/list.ts";

const finding = (check: string, message = "is wrong") => ({ check, stack: "staging", message, fix: "correct it" });

test.each([
  ["plan", "preview"],
  ["policy", "policy"],
  ["lost-state", "preview"],
  ["missing-replica", "preview"],
  ["parity", "parity"],
  ["operation-parity", "parity"],
])("a finding of %s is caught by %s", (check, stage) => {
  expect(checks.map(({ name }) => name)).toContain(check);
  expect(catchOf([finding(check)])).toEqual({
    stage,
    caughtBy: stage,
    evidence: "staging: is wrong. Fix: correct it",
  });
});

test("wrong settings are caught by types, where the preview shows them", () => {
  expect(catchOf([finding("plan", "cannot be planned: 1 setting is wrong:")])).toMatchObject({
    stage: "types",
    caughtBy: "preview",
  });
});

test("the first finding decides, and further ones of its check are counted", () => {
  const caught = catchOf([finding("policy"), finding("policy"), finding("parity")]);
  expect(caught).toMatchObject({ stage: "policy", evidence: "staging: is wrong. Fix: correct it (and 1 more)" });
  expect(catchOf([])).toBeUndefined();
});

test("what the twin does not model catches nothing: it is an error of the drill", () => {
  expect(() => catchOf([finding("plan", "the twin does not model aws:x/y:Z")])).toThrow(NotModelled);
});
