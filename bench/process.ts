import { spawn } from "node:child_process";
import { dirname } from "node:path";

export const root = dirname(import.meta.dirname);

export interface Command {
  command: string;
  args: string[];
  cwd?: string;
  env?: Record<string, string>;
  /** Exit codes that are no failure; 0 alone when left out. */
  codes?: readonly number[];
}

/**
 * Runs a whole process and tells how long (s) it took, from the start to the exit.
 *
 * @throws Error with the last of its output when it fails, for the time of a failure says nothing
 */
export async function timed({ command, args, cwd = root, env = {}, codes = [0] }: Command): Promise<number> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const seconds = (performance.now() - started) / 1000;
  if (code !== null && codes.includes(code)) return seconds;
  throw new Error(
    `${command} ${args.join(" ")} ended with exit code ${code}:\n${output.trim().split("\n").slice(-25).join("\n")}`,
  );
}
