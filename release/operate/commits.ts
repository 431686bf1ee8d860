/** What this clone knows of commits that stacks name. */
import { execFileSync } from "node:child_process";

/** By commit: first line of its message, and when it was made (milliseconds since 1970); those it does not have are missing. */
export type Commits = ReadonlyMap<string, { subject: string; at: number }>;

/** Asks git once for all of them; none outside a working tree. */
export function commitsOf(root: string, commits: readonly string[]): Commits {
  if (commits.length === 0) return new Map();
  const asked = ["log", "--no-walk=unsorted", "--ignore-missing", "--format=%H %ct %s", "--stdin"];
  const input = commits.map((commit) => `${commit}\n`).join("");
  try {
    const text = execFileSync("git", asked, { cwd: root, input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
    const lines = [...text.matchAll(/^(\S+) (\d+) (.*)$/gm)];
    return new Map(lines.map(([, commit = "", at, subject = ""]) => [commit, { subject, at: Number(at) * 1000 }]));
  } catch {
    return new Map();
  }
}
