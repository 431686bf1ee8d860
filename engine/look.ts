import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Go, OnPath } from "./choice.ts";

const run = promisify(execFile);
/** How long (ms) a program that is asked for its version may take. */
const ASKING = 10_000;

/** Every `pulumi` on PATH, in its order, asked for its version. */
export async function lookOnPath(searchPath = process.env.PATH ?? ""): Promise<OnPath[]> {
  const folders = [...new Set(searchPath.split(delimiter).filter(Boolean))];
  const found = folders.map((folder) => join(folder, "pulumi")).filter(isExecutable);
  return Promise.all(found.map(async (pulumi) => ({ pulumi, printed: await printedVersion(pulumi) })));
}

/** The language host that this engine would start with that PATH; nothing when there is none. */
export function languageHostOf(pulumi: string, searchPath = process.env.PATH ?? ""): string | undefined {
  const folders = [...searchPath.split(delimiter).filter(Boolean), dirname(realpathSync(pulumi))];
  return folders.map((folder) => join(folder, "pulumi-language-nodejs")).find(isExecutable);
}

/** The `go` on PATH; nothing when there is none. Asked in a folder without a go.mod, which could make it fetch a toolchain. */
export async function lookForGo(): Promise<Go | undefined> {
  try {
    const { stdout } = await run("go", ["env", "GOVERSION", "GOTOOLCHAIN"], { cwd: tmpdir(), timeout: ASKING });
    const [version = "", toolchain = ""] = stdout.trim().split("\n");
    return { version, updatesItself: toolchain !== "" && toolchain !== "local" };
  } catch {
    return undefined;
  }
}

/** Whether a path is a file that this user may execute. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function printedVersion(pulumi: string): Promise<string> {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    return (await run(pulumi, ["version"], { env, timeout: ASKING })).stdout.trim();
  } catch (error) {
    return (error as Error).message.trim();
  }
}
