import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../process.ts";

/** A process of the benchmark that says where it is on a line of its own. */
export interface Running {
  child: ChildProcess;
  /** Its first line that `accepts`. */
  first: Record<string, unknown>;
}

/** @throws Error with how it ended, where it ends before that line */
export async function startProcess(
  script: string,
  args: string[],
  env: Record<string, string>,
  accepts: (line: Record<string, unknown>) => boolean = () => true,
): Promise<Running> {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close").then(([code]) => {
    throw new Error(`${script} ended with exit code ${code}`);
  });
  ended.catch(() => {});
  const found = new Promise<Record<string, unknown>>((resolve) => {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (text) => {
      const line = JSON.parse(text);
      if (!accepts(line)) return;
      lines.close();
      // What it says from now on is thrown away unread: reading it would take its time.
      child.stdout.resume();
      resolve(line);
    });
  });
  return { child, first: await Promise.race([found, ended]) };
}

/** Works with a process, which ends with the work, well or not. */
export async function withProcess<T>(started: Promise<Running>, work: (running: Running) => Promise<T>): Promise<T> {
  const running = await started;
  try {
    return await work(running);
  } finally {
    await endProcess(running);
  }
}

async function endProcess({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "close");
}

/** Clock ticks of a second as /proc counts them (proc_pid_stat(5)): sysconf(_SC_CLK_TCK), 100 on every Linux. */
const ticks = 100;

/** Milliseconds of a processor that a process has used so far; Linux alone says it. */
export function processorMs({ child }: Running): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  // After the name, which may hold spaces, the 12th and 13th fields are the user's and the system's time.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks;
}

/** The most memory (MB) that a process has had so far; Linux alone says it. */
export function peakMegabytes({ child }: Running): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
