// The first thing every command of package.json runs: `node cli/run.mjs TARGET [ARGUMENT …]`.
// Plain JavaScript for whatever Node the machine has (20 or later), with nothing installed: it sees to the packages and
// then runs the target on Node 24, which is one of them.
import { spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import dependencies from "./dependencies.cjs";

const OLDEST_NODE = 20;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, "node_modules", ".bin");
const [target, ...args] = process.argv.slice(2);

try {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new dependencies.SetupProblem(
      `Node ${process.versions.node} is too old: install ${OLDEST_NODE} or later (https://nodejs.org), then run the same command again.`,
    );
  }
  if (!target) throw new dependencies.SetupProblem("Usage: node cli/run.mjs TARGET [ARGUMENT …]");
  await dependencies.ensureDependencies({
    folder: root,
    needs: path.join("node_modules", "node", "bin", "node"),
    production: target === "cli/main.ts",
    report: (line) => process.stderr.write(`${line}\n`),
  });
  run(path.join(root, target), args);
} catch (error) {
  if (!(error instanceof dependencies.SetupProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Runs the target on Node 24 in this process's place: its streams, its signals, its exit code. */
function run(/** @type {string} */ file, /** @type {string[]} */ args) {
  const child = spawn(path.join(bin, "node"), [file, ...args], {
    stdio: "inherit",
    env: {
      // Compiled once and kept: loading all of @pulumi/aws takes a third of the time.
      NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "compiled"),
      ...process.env,
      PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}`,
    },
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us: handed on as well, it would count as a second one, "stop at once".
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`${path.join(bin, "node")} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("close", (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal ?? "SIGKILL"]));
}
