/**
 * `npm run mutate -- --files GLOB`: exit codes 0 enough mutants of each file are killed; 1 too few, or Stryker failed;
 * 2 a wrong call.
 */
import { globSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommanderError } from "commander";
import accepted from "./accepted.json" with { type: "json" };
import { readOptions } from "./options.ts";
import { type FileScore, printScore, printUnused, scoresOf, unused } from "./score.ts";
import { runStryker } from "./stryker.ts";
import { testsOf } from "./tests.ts";

const root = join(import.meta.dirname, "../..");
const filesIn = (pattern: string) => globSync(pattern, { cwd: root }).map((path) => path.replaceAll("\\", "/"));

try {
  const { files, threshold, json } = readOptions(process.argv.slice(2), filesIn);
  const scores = await mutateAll(files, filesIn("test/unit/**/*.test.ts"));
  if (json) writeFileSync(json, `${JSON.stringify({ threshold, files: scores }, null, 2)}\n`);
  const low = scores.filter(({ score }) => score < threshold).map(({ file }) => file);
  if (low.length > 0)
    throw new Error(
      `${low.join(", ")}: too many mutants survive; expected ${threshold} % killed. Fix: add a test, or list the mutant in tools/mutate/accepted.json with its reason.`,
    );
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** One source after the other; prints each result as it comes. */
async function mutateAll(files: readonly string[], unitTests: readonly string[]): Promise<FileScore[]> {
  const testsByFile = files.map((file) => [file, testsOf(file, unitTests)] as const);
  const untested = testsByFile.flatMap(([file, tests]) => (tests.length === 0 ? [file] : []));
  if (untested.length > 0) {
    const tests = untested.map((file) => `test/unit/${file.replace(/\.ts$/, ".test.ts")}`);
    throw new Error(`${untested.join(", ")}: no unit test. Fix: write ${tests.join(", ")}`);
  }
  const scores: FileScore[] = [];
  for (const [file, tests] of testsByFile) {
    const named = tests.length === 1 ? tests[0] : `${tests.length} files of ${dirname(`test/unit/${file}`)}`;
    process.stderr.write(`${file}: running its mutants against ${named}\n`);
    const report = await runStryker(root, file, tests);
    const found = scoresOf(report, accepted);
    const stale = unused(report, accepted);
    const lines = found.length > 0 ? found.map(printScore) : [`${file}: no mutants`];
    process.stdout.write(`${[...lines, ...stale.map(printUnused)].join("\n")}\n`);
    scores.push(...found);
  }
  return scores;
}
