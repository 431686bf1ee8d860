import { printScore, printUnused, type Report, scoresOf, unused } from "../../../../tools/mutate/score.ts";

const at = (line: number, from: number, to: number) => ({ start: { line, column: from }, end: { line, column: to } });
const mutant = (status: string, line = 1, replacement = "false") => ({
  ...{ mutatorName: "ConditionalExpression", status, replacement, location: at(line, 5, 10) },
});
const report = (...mutants: ReturnType<typeof mutant>[]): Report => ({
  files: { "stacks/gate.ts": { source: "if (a > b) return;\nif (c < d) return;\n", mutants } },
});
const [firstLine, secondLine] = ["if (a > b) return;", "if (c < d) return;"];
const entry = {
  file: "stacks/gate.ts",
  line: firstLine,
  original: "a > b",
  replacement: "false",
  reason: "equivalent",
};

test("killed and timed out mutants count, survivors are named with line and text", () => {
  const [score] = scoresOf(
    report(mutant("Killed"), mutant("Timeout"), mutant("Survived"), mutant("NoCoverage", 2), mutant("CompileError")),
    [],
  );
  const survivor = { file: "stacks/gate.ts", mutator: "ConditionalExpression", replacement: "false" };
  expect(score).toEqual({
    ...{ file: "stacks/gate.ts", killed: 1, timeout: 1, invalid: 1, accepted: 0, score: 50 },
    survivors: [
      { ...survivor, line: 1, text: firstLine, original: "a > b", uncovered: false },
      { ...survivor, line: 2, text: secondLine, original: "c < d", uncovered: true },
    ],
  });
});

test("an accepted survivor does not count; one with another text or replacement, or in another line, does", () => {
  const survivors = report(mutant("Killed"), mutant("Survived"), mutant("Survived", 1, "true"), mutant("Survived", 2));
  const [score] = scoresOf(survivors, [entry]);
  expect([score?.accepted, score?.survivors.length, score?.score]).toEqual([1, 2, 100 / 3]);
  expect(scoresOf(report(mutant("Survived")), [{ ...entry, line: secondLine }])[0]?.accepted).toBe(0);
});

test("a text of several lines is read to its end", () => {
  const several = { ...mutant("Survived"), location: { start: { line: 1, column: 12 }, end: { line: 2, column: 3 } } };
  expect(scoresOf(report(several), [])[0]?.survivors[0]?.original).toBe("return;\nif");
});

test("a file without mutants has 100 percent", () => {
  expect(scoresOf(report(), [])[0]?.score).toBe(100);
});

test("an entry of a mutated file that no survivor needs is named", () => {
  expect(unused(report(mutant("Killed")), [entry])).toEqual([entry]);
  expect(unused(report(mutant("Survived")), [entry])).toEqual([]);
  expect(unused(report(mutant("Killed")), [{ ...entry, file: "stacks/ledger.ts" }])).toEqual([]);
});

test("a score is printed with the change of each survivor", () => {
  const scores = scoresOf(
    report(mutant("Killed"), mutant("Survived"), mutant("NoCoverage", 2), mutant("RuntimeError")),
    [],
  );
  expect(scores.map(printScore)).toEqual([
    [
      "stacks/gate.ts:1 ConditionalExpression survived in: if (a > b) return;\n- a > b\n+ false\n",
      "stacks/gate.ts:2 ConditionalExpression survived, no test runs it in: if (c < d) return;\n- c < d\n+ false\n",
      "stacks/gate.ts: 33.3 % killed (1 killed, 0 timed out, 2 survived, 0 accepted, 1 invalid)",
    ].join("\n"),
  ]);
});

test("an entry that no survivor needs is printed with its fix", () => {
  expect(printUnused(entry)).toBe(
    "tools/mutate/accepted.json: stacks/gate.ts: a > b → false does not survive in: if (a > b) return;. Fix: remove the entry.",
  );
});
