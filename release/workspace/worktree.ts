import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { alive } from "../../twin/client.ts";
import { packagesBeside, packagesOf } from "./packages.ts";
import { run } from "./process.ts";
import { openStackIn, processEnvironment, type Stack, type WorkspaceLocation } from "./stack.ts";

/** What is checked out, and where. */
interface Checkout {
  /** Folder of the project. */
  root: string;
  /** Where worktrees go. */
  folder: string;
  /** First part of the worktree's name. */
  name: string;
  commit: string;
  /** Added to the environment of git and npm. */
  env: Record<string, string>;
}

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
  const checkout = { root: location.root, folder, name: stack, commit, env: processEnvironment(location) };
  return checkedOut(checkout, progress, async (tree) => work(await openStackIn(location, tree, stack)));
}

/** Works in the folder of a commit, with its packages. */
export async function checkedOut<T>(
  { root, folder, name, commit, env }: Checkout,
  progress: (line: string) => void,
  work: (tree: string) => Promise<T>,
): Promise<T> {
  // Its own path for each command: two may work on one commit.
  const tree = join(folder, `${name}-${commit.slice(0, 12)}-${process.pid}`);
  try {
    await checkOut(root, tree, commit, env, progress);
    return await work(tree);
  } finally {
    // Also what a check-out that failed has left: the next one of this process takes the same path.
    rmSync(tree, { recursive: true, force: true });
    await run("git", ["worktree", "prune"], { cwd: root, env });
  }
}

/** The commit in a worktree, with the packages that its lockfile names. */
async function checkOut(
  root: string,
  tree: string,
  commit: string,
  env: Record<string, string>,
  progress: (line: string) => void,
): Promise<void> {
  removeAbandoned(dirname(tree));
  await run("git", ["worktree", "prune"], { cwd: root, env });
  mkdirSync(dirname(tree), { recursive: true });
  await run("git", ["worktree", "add", "--force", "--detach", tree, commit], { cwd: root, env });
  const cache = packagesBeside(dirname(tree));
  symlinkSync(await packagesOf({ root, tree, cache, env, progress }), join(tree, "node_modules"));
}

/** Removes what commands that were killed have left. */
function removeAbandoned(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = Number(/-(\d+)$/.exec(name)?.[1]);
    if (pid && !alive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
