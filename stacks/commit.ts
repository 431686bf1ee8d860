/**
 * Whose files these are: the commit, and whether they are what it has.
 */
import { execFileSync } from "node:child_process";

export interface Commit {
  /** Undefined outside a git working tree. */
  readonly commit: string | undefined;
  /** Some file is not as its commit has it, or there is no commit at all. */
  readonly dirty: boolean;
}

/**
 * The commit of a folder's files.
 *
 * @param files files and folders that count, relative to `root`
 */
export function commitOf(root: string, files: readonly string[]): Commit {
  try {
    const status = git(root, ["status", "--porcelain=v2", "--branch", "--untracked-files=all", "--", ...files]);
    const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status)?.[1];
    return { commit, dirty: commit === undefined || /^[^#]/m.test(status) };
  } catch {
    return { commit: undefined, dirty: true };
  }
}

/**
 * The files at or below some paths that git keeps or would add, relative to `root`; undefined outside a working tree.
 */
export function filesOfGit(root: string, parts: readonly string[]): string[] | undefined {
  try {
    const listed = git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...parts]);
    return [...new Set(listed.split("\0").filter((file) => file !== ""))];
  } catch {
    return undefined;
  }
}

/** Whose working tree it is must not depend on variables that git sets for its hooks. */
function git(root: string, args: readonly string[]): string {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...env } = process.env;
  return execFileSync("git", args, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
