/**
 * `npm test [-- ARGUMENT …]`: lint, types and tests; the arguments go to jest. Lint and types run beside the search for
 * an engine and the first tests. The last line is exactly `N passed, N failed`, lint and types counted as one each.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findEngine, NoEngine } from "./engine.ts";
import { type JestResult, lastLine, type Tally, tallyOfJest, total } from "./tally.ts";

const root = dirname(import.meta.dirname);
const inModules = (...path: string[]) => join(root, "node_modules", ...path);
const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;

const tallies = await Promise.all([
  check("lint", inModules("@biomejs", "biome", "bin", "biome"), ["check", `--colors=${colour ? "force" : "off"}`]),
  check("types", inModules("typescript", "bin", "tsc"), ["--noEmit", "-p", ".", "--pretty", String(colour)]),
  tests(process.argv.slice(2)),
]);
const sum = total(tallies);
process.exitCode = sum.failed === 0 ? 0 : 1;
console.log(lastLine(sum));

/** Runs a checker; its output is shown only if it fails. */
async function check(name: string, script: string, args: string[]): Promise<Tally> {
  const started = Date.now();
  let output = "";
  const code = await run([script, ...args], (text) => {
    output += text;
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(code === 0 ? `${name} passed in ${seconds} s` : `${name} FAILED in ${seconds} s\n${output}`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs jest, live; the engine is there before it, for the end-to-end suites would each wait for it. */
async function tests(args: string[]): Promise<Tally> {
  try {
    const engine = await findEngine({ onProgress: (line) => console.log(line) });
    console.log(`engine: Pulumi ${engine.version} (${engine.source}: ${engine.pulumi})`);
  } catch (error) {
    if (!(error instanceof NoEngine)) throw error;
    console.log(error.message);
    return { passed: 0, failed: 1 };
  }
  const folder = mkdtempSync(join(tmpdir(), "order-queue-test-"));
  try {
    const file = join(folder, "jest.json");
    const jest = [inModules("jest", "bin", "jest.js"), "--json", `--outputFile=${file}`, `--colors=${colour}`, ...args];
    const code = await run(jest, (text) => process.stdout.write(text.replace(/^Test results written to: .*\n/m, "")));
    const tally = tallyOfJest(code, readResult(file));
    if (tally.problem) console.log(tally.problem);
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResult(file: string): JestResult | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as JestResult;
  } catch {
    return undefined;
  }
}

/** Runs a script on this Node in the project's folder; resolves with its exit code, 1 if a signal ended it. */
function run(command: string[], onOutput: (text: string) => void): Promise<number> {
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => child.kill("SIGTERM");
  process.on("SIGTERM", stop).on("SIGINT", stop);
  child.stdout.setEncoding("utf8").on("data", onOutput);
  child.stderr.setEncoding("utf8").on("data", onOutput);
  return new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  }).finally(() => process.off("SIGTERM", stop).off("SIGINT", stop));
}
