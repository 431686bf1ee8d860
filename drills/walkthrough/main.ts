/**
 * `npm run walkthrough`: in a fresh copy, `npm start`, and then every command of the docs that is marked as run, in the order of the
 * pages, in one shell against the twin that `npm start` keeps. Exit codes: 0 the goals of `npm start` are met and every command has the
 * expected exit code; 1 otherwise; 2 a wrong call.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { containersOption } from "../../cli/twin-options.ts";
import { root } from "../../release/workspace/location.ts";
import { copyProject } from "../project.ts";
import { commandsOf, script } from "./commands.ts";

/** These first, as a reader does; then the other pages by name. */
const first = ["README.md", "docs/local.md"];

const { json, containers } = new Command("npm run walkthrough --")
  .description("Runs npm start in a fresh copy, and then the commands of the docs against its twin.")
  .option("--json <file>", "write the figures of npm start as JSON")
  .addOption(containersOption)
  .addHelpText("after", "\nExample:\n  $ npm run walkthrough -- --containers processes")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ json?: string; containers?: string }>();

const copy = mkdtempSync(join(tmpdir(), "order-queue-walkthrough-"));
try {
  process.exitCode = (await walk()) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

async function walk(): Promise<boolean> {
  const pages = new Set([...first, "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: root }).sort()]);
  const read = [...pages].map((page) => commandsOf(page, readFileSync(join(root, page), "utf8")));
  const problems = read.flatMap((page) => page.problems);
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    return false;
  }
  await copyProject(root, copy, copy);
  const options = [...(json ? ["--json", resolve(json)] : []), ...(containers ? ["--containers", containers] : [])];
  // What `npm start` runs: npm itself would not pass the signal on.
  const start = spawn(process.execPath, ["cli/run.mjs", "drills/start.ts", ...options], {
    cwd: copy,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = exitCode(start);
  let right = false;
  try {
    if (await Promise.race([untilOpen(start), ended.then(() => false)])) {
      const commands = read.flatMap((page) => page.commands);
      const shell = spawn("bash", ["-c", script(commands)], { cwd: copy, stdio: ["ignore", "inherit", "inherit"] });
      right = (await exitCode(shell)) === 0;
    }
  } finally {
    start.kill("SIGTERM");
  }
  const code = await ended;
  if (code !== 0) console.error(`npm start: exit code ${code}, expected 0`);
  return right && code === 0;
}

/** Shows what `npm start` prints; resolves when it says that the twin is kept. */
function untilOpen({ stdout }: { stdout: NodeJS.ReadableStream }): Promise<true> {
  return new Promise((done) =>
    createInterface({ input: stdout }).on("line", (line) => {
      console.log(line);
      if (line.startsWith("The twin runs until Ctrl-C.")) done(true);
    }),
  );
}

/** @returns 1 for a process that a signal ended */
function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((done, reject) => child.once("error", reject).once("close", (code) => done(code ?? 1)));
}
