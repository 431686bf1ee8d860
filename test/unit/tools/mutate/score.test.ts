import { readOptions } from "../../../../tools/mutate/options.ts";
import { type Report, scoresOf, unused } from "../../../../tools/mutate/score.ts";

const at = (line: number, from: number, to: number) => ({ start: { line, column: from }, end: { line, column: to } });
const mutant = (status: string, line = 1, replacement = "false") => ({
  ...{ mutatorName: "ConditionalExpression", status, replacement, location: at(line, 5, 10) },
});
const report = (...mutants: ReturnType<typeof mutant>[]): Report => ({
  files: { "stacks/gate.ts": { source: "if (a > b) return;\nif (c < d) return;\n", mutants } },
});
const entry = { file: "stacks/gate.ts", original: "a > b", replacement: "false", reason: "equivalent" };

test("killed and timed out mutants count, survivors are named with line and text", () => {
  const [score] = scoresOf(
    report(mutant("Killed"), mutant("Timeout"), mutant("Survived"), mutant("NoCoverage", 2), mutant("CompileError")),
    [],
  );
  const survivor = { file: "stacks/gate.ts", mutator: "ConditionalExpression", replacement: "false" };
  expect(score).toEqual({
    ...{ file: "stacks/gate.ts", killed: 1, timeout: 1, accepted: 0, score: 50 },
    survivors: [
      { ...survivor, line: 1, original: "a > b", uncovered: false },
      { ...survivor, line: 2, original: "c < d", uncovered: true },
    ],
  });
});

test("an accepted survivor does not count; one with another text or replacement does", () => {
  const survivors = report(mutant("Killed"), mutant("Survived"), mutant("Survived", 1, "true"), mutant("Survived", 2));
  const [score] = scoresOf(survivors, [entry]);
  expect([score?.accepted, score?.survivors.length, score?.score]).toEqual([1, 2, 100 / 3]);
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

test("the command reads globs, threshold and file", () => {
  expect(readOptions(["--files", "a.ts", "b/*.ts", "--json", "c.json"])).toEqual({
    ...{ files: ["a.ts", "b/*.ts"], threshold: 85, json: "c.json" },
  });
  expect(readOptions(["--files", "a.ts", "--threshold", "90"])).toEqual({ files: ["a.ts"], threshold: 90 });
});
