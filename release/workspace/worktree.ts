import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.ts";
import { openStackIn, processEnvironment, type Stack, type WorkspaceLocation } from "./stack.ts";

/**
 * Works on a stack with the program and stack file of a commit, checked out beside the working tree and removed
 * afterwards.
 *
 * @param folder where worktrees go
 * @param progress gets npm's lines where the commit needs other packages
 */
export async function atCommit<T>(
  location: WorkspaceLocation,
  { stack, commit, folder }: { stack: string; commit: string; folder: string },
  progress: (line: string) => void,
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  const tree = join(folder, `${stack}-${commit.slice(0, 12)}`);
  const env = processEnvironment(location);
  await checkOut(location.root, tree, commit, env, progress);
  try {
    return await work(await openStackIn(location, tree, stack));
  } finally {
    await run("git", ["worktree", "remove", "--force", tree], { cwd: location.root, env });
  }
}

/** The commit in a worktree; its dependencies are the working tree's unless its lockfile says otherwise. */
async function checkOut(
  root: string,
  tree: string,
  commit: string,
  env: Record<string, string>,
  progress: (line: string) => void,
): Promise<void> {
  if (existsSync(tree)) rmSync(tree, { recursive: true, force: true });
  await run("git", ["worktree", "prune"], { cwd: root, env });
  mkdirSync(join(tree, ".."), { recursive: true });
  await run("git", ["worktree", "add", "--force", "--detach", tree, commit], { cwd: root, env });
  const lock = (folder: string) => readFileSync(join(folder, "package-lock.json"), "utf8");
  if (lock(root) === lock(tree)) symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  // What an earlier release ran is mostly in npm's cache still: the registry is asked for the rest alone.
  else await run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: tree, env, progress });
}
