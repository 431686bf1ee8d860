/** `npm run soak`: exit codes 0 every check passed; 1 a check failed; 2 a wrong call. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommanderError } from "commander";
import { held } from "./figures.ts";
import { readOptions } from "./options.ts";
import { report } from "./report.ts";

const root = join(import.meta.dirname, "../..");
const started = performance.now();
const say = (line: string) => void process.stdout.write(`${line}\n`);
const progress = (line: string) => say(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

try {
  const { faults, seed, json, state } = readOptions(root, process.argv.slice(2));
  // Only now: the engine's packages take their time, and a wrong call should not.
  const { soak } = await import("./soak.ts");
  progress(`seed ${seed}, ${faults} faults`);
  const figures = await soak(root, { seed, faults, state: resolve(state) }, progress);
  say(`\n${report(figures)}`);
  if (json) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
  if (!held(figures)) process.exitCode = 1;
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
