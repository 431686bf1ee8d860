/**
 * `npm test [-- [--type TYPE] ARGUMENT …]`: lint, words, types, and the tests of each type, one after the other, so that none
 * competes with another for the processors. Arguments go to jest. The last line is exactly `N passed, N failed`: lint,
 * words, types, and the check that nothing is left behind count as one each. Before it stands a list of what failed.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findEngine, NoEngine } from "../../engine/engine.ts";
import { leftFiles, leftProcesses } from "./leftovers.ts";
import { type JestResult, lastLines, passOrFail, type Tally, tallyOfJest, total } from "./tally.ts";

/** How many jest workers run each type: unit tests keep a processor busy, integration tests mostly wait. */
const workers = { unit: 2, integration: 3, engine: 2 };
type Type = keyof typeof workers;

/** How long a process may outlive the tests, in milliseconds: the guard of a killed twin removes its containers first. */
const ENDING_MS = 20_000;

const root = dirname(dirname(import.meta.dirname));
const inModules = (...path: string[]) => join(root, "node_modules", ...path);
const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;

const usage = `Usage: npm test [-- [--type unit|integration|engine] ARGUMENT …]

Runs lint (formatting, words), types and tests. With --type, the tests of that type alone. Every ARGUMENT goes to jest.

Exit codes: 0 everything passed; 1 something failed; 2 wrong call.

Examples:
  $ npm test
  $ npm run test:unit
  $ npm test -- stacks/ledger`;

const { types, rest } = readArguments(process.argv.slice(2));
if (types === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else if (rest.includes("--help")) console.log(usage);
else await runAll(types, rest);

function readArguments(args: string[]): { types?: Type[]; rest: string[] } {
  const at = args.indexOf("--type");
  if (at < 0) return { types: Object.keys(workers) as Type[], rest: args };
  const type = args[at + 1] ?? "";
  return type in workers ? { types: [type as Type], rest: args.toSpliced(at, 2) } : { rest: args };
}

async function runAll(types: Type[], args: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "order-queue-test-"));
  const tallies: Tally[] = [];
  try {
    if (types.length > 1) {
      tallies.push(
        await check("lint", [
          inModules("@biomejs", "biome", "bin", "biome"),
          "check",
          `--colors=${colour ? "force" : "off"}`,
        ]),
      );
      tallies.push(await check("words", [join(root, "tools", "words", "main.ts")]));
      // TypeScript 7 in less than half the time; the engine's programs load 5.9, which has the compiler's API.
      const compiler = inModules("typescript-7", "bin", "tsc");
      tallies.push(await check("types", [compiler, "--noEmit", "-p", ".", "--pretty", String(colour)]));
    }
    if (!types.includes("engine") || (await haveEngine())) {
      for (const type of types) tallies.push(await tests(type, folder, args, types.length > 1));
      tallies.push(await nothingLeft(folder));
    } else tallies.push(passOrFail("no Pulumi engine", 1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const sum = total(tallies);
  process.exitCode = sum.failed === 0 ? 0 : 1;
  console.log(lastLines(sum));
}

/** Runs a checker; its output is shown only if it fails. */
async function check(name: string, command: string[]): Promise<Tally> {
  const started = Date.now();
  let output = "";
  const code = await run(command, {}, (text) => {
    output += text;
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(code === 0 ? `${name} passed in ${seconds} s` : `${name} FAILED in ${seconds} s\n${output}`);
  return passOrFail(name, code);
}

/** Finds the engine once, before the suites that each need it. */
async function haveEngine(): Promise<boolean> {
  try {
    const engine = await findEngine({ onProgress: (line) => console.log(line) });
    console.log(`engine: Pulumi ${engine.version} (${engine.source}: ${engine.pulumi})`);
    return true;
  } catch (error) {
    if (!(error instanceof NoEngine)) throw error;
    console.log(error.message);
    return false;
  }
}

/** Runs jest, live. What tests make lies in `folder`. */
async function tests(type: Type, folder: string, args: string[], mayBeNone: boolean): Promise<Tally> {
  console.log(`--- ${type} tests`);
  const file = join(folder, `${type}.json`);
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  const command = [
    inModules("jest", "bin", "jest.js"),
    ...["--selectProjects", type, "--maxWorkers", String(workers[type])],
    ...["--json", `--outputFile=${file}`, `--colors=${colour}`, "--passWithNoTests"],
    ...args,
  ];
  const env = { TMPDIR: temporary, ORDER_QUEUE_TEST_RUN: join(folder, "shared") };
  const code = await run(command, env, (text) =>
    process.stdout.write(text.replace(/^Test results written to: .*\n/m, "")),
  );
  const result = readResult(file);
  if (mayBeNone && args.length > 0 && result?.numTotalTests === 0) return total([]);
  return tallyOfJest(type, code, result, root);
}

/** A run that leaves a process or a folder behind fails, and names it. */
async function nothingLeft(folder: string): Promise<Tally> {
  for (const deadline = Date.now() + ENDING_MS; leftProcesses(folder).length > 0 && Date.now() < deadline; )
    await sleep(200);
  const left = [...leftProcesses(folder), ...leftFiles(join(folder, "tmp"))];
  if (left.length === 0) return passOrFail("left behind", 0);
  return { passed: 0, failed: 1, failures: left.map((line) => `left behind: ${line}`) };
}

function readResult(file: string): JestResult | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as JestResult;
  } catch {
    return undefined;
  }
}

/** Runs a script on this Node in the project's folder; resolves with its exit code, 1 if a signal ended it. */
function run(command: string[], env: Record<string, string>, onOutput: (text: string) => void): Promise<number> {
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill("SIGTERM");
  process.on("SIGTERM", stop).on("SIGINT", stop);
  child.stdout.setEncoding("utf8").on("data", onOutput);
  child.stderr.setEncoding("utf8").on("data", onOutput);
  return new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  }).finally(() => process.off("SIGTERM", stop).off("SIGINT", stop));
}
