import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Report } from "./score.ts";
import { strykerSettings } from "./settings.ts";

/**
 * Runs the mutants of one source. Progress goes to standard error. Nothing is left behind, also not after SIGINT and
 * SIGTERM, which stop Stryker.
 *
 * @throws Error when Stryker did not come to an end
 */
export async function runStryker(root: string, source: string, tests: readonly string[]): Promise<Report> {
  mkdirSync(join(root, ".order-queue"), { recursive: true });
  const folder = mkdtempSync(join(root, ".order-queue", "mutate-"));
  try {
    const settings = join(folder, "stryker.json");
    writeFileSync(
      settings,
      JSON.stringify(strykerSettings(source, tests, relative(root, folder), process.stderr.isTTY === true)),
    );
    const why = await stopped(root, [join(root, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", settings]);
    if (why !== undefined) throw new Error(`${source}: Stryker stopped with ${why}. Fix: what the lines above name.`);
    return JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves when the process has stopped, with the signal or exit code where it failed. */
async function stopped(root: string, command: string[]): Promise<string | undefined> {
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", 2, 2] });
  const stop = () => child.kill("SIGTERM");
  process.on("SIGTERM", stop).on("SIGINT", stop);
  return new Promise<string | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  }).finally(() => process.off("SIGTERM", stop).off("SIGINT", stop));
}
