import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Command lines of the processes above this one, the nearest first; as far as the system shows them. */
export function ancestors(): string[][] {
  const found: string[][] = [];
  try {
    for (let pid = process.ppid; pid > 1; ) {
      const { parent, command } = process.platform === "linux" ? fromProc(pid) : fromPs(pid);
      found.push(command);
      pid = parent;
    }
  } catch {
    // A process that has stopped, or one of another user: those further up are unknown.
  }
  return found;
}

/** Linux, proc(5): `comm` may contain spaces and parentheses, so fields count from the last one. */
function fromProc(pid: number): { parent: number; command: string[] } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [, parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1) };
}

/** POSIX ps: arguments are joined by blanks, which is enough to find a flag. */
function fromPs(pid: number): { parent: number; command: string[] } {
  const line = execFileSync("ps", ["-o", "ppid=,args=", "-p", String(pid)], { encoding: "utf8" }).trim();
  const [parent = "0", ...command] = line.split(/\s+/);
  return { parent: Number(parent), command };
}
