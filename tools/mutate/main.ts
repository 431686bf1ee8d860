/** `npm run mutate -- --files GLOB`: exit codes 0 enough mutants are killed; 1 too few, or Stryker failed; 2 a wrong call. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import accepted from "./accepted.json" with { type: "json" };
import { readOptions } from "./options.ts";
import { type FileScore, type Report, type Survivor, scoresOf, unused } from "./score.ts";

const root = join(import.meta.dirname, "../..");
const reportFile = join(root, ".order-queue", "mutation.json");
const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const { files, threshold, json } = readOptions(process.argv.slice(2));
  const report = mutate(files);
  const scores = scoresOf(report, accepted);
  for (const survivor of scores.flatMap(({ survivors }) => survivors)) say(diff(survivor));
  for (const { file, original, replacement } of unused(report, accepted))
    say(`tools/mutate/accepted.json: ${file}: ${original} → ${replacement} does not survive. Fix: remove the entry.`);
  for (const score of scores) say(lineOf(score));
  if (json) writeFileSync(json, `${JSON.stringify({ threshold, files: scores }, null, 2)}\n`);
  const low = scores.filter(({ score }) => score < threshold);
  if (scores.length === 0) throw new Error(`${files.join(", ")}: no file found. Fix: give --files a path or a glob.`);
  if (low.length > 0) {
    const names = low.map(({ file }) => file).join(", ");
    throw new Error(`${names}: expected ${threshold} % killed. Fix: add a test, or list the mutant in accepted.json.`);
  }
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** Runs Stryker, its progress on standard error, and reads what it wrote. */
function mutate(files: readonly string[]): Report {
  rmSync(reportFile, { force: true });
  const stryker = join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
  const args = [stryker, "run", join(import.meta.dirname, "stryker.config.mjs"), "--mutate", files.join(",")];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`Stryker exited with ${status}: the lines above say why.`);
  return JSON.parse(readFileSync(reportFile, "utf8")) as Report;
}

function diff({ file, line, mutator, original, replacement, uncovered }: Survivor): string {
  const marked = (sign: string, text: string) => text.replaceAll(/^/gm, sign);
  const what = uncovered ? "survived, no test runs it" : "survived";
  return `${file}:${line} ${mutator} ${what}\n${marked("- ", original)}\n${marked("+ ", replacement)}\n`;
}

function lineOf({ file, killed, timeout, accepted: listed, survivors, score }: FileScore): string {
  return `${file}: ${score.toFixed(1)} % killed (${killed} killed, ${timeout} timed out, ${survivors.length} survived, ${listed} accepted)`;
}
