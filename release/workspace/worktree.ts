import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { alive } from "../../twin/client.ts";
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
  await checkOut(root, tree, commit, env, progress);
  try {
    return await work(tree);
  } finally {
    await run("git", ["worktree", "remove", "--force", tree], { cwd: root, env });
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
  removeAbandoned(dirname(tree));
  await run("git", ["worktree", "prune"], { cwd: root, env });
  mkdirSync(dirname(tree), { recursive: true });
  await run("git", ["worktree", "add", "--force", "--detach", tree, commit], { cwd: root, env });
  const lock = (folder: string) => readFileSync(join(folder, "package-lock.json"), "utf8");
  if (lock(root) === lock(tree)) symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  // What an earlier release ran is mostly in npm's cache still: the registry is asked for the rest alone.
  else await run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: tree, env, progress });
}

/** Removes what commands that were killed have left. */
function removeAbandoned(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = Number(/-(\d+)$/.exec(name)?.[1]);
    if (pid && !alive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
