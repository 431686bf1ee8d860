import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../release/workspace/process.ts";
import { commitOf } from "../../stacks/commit.ts";

/** The project's files in a folder of their own, as an engineer has them who is about to change something. */
export interface Checkout {
  folder: string;
  /** The files as they are; what the working tree has and its commit has not is in it too. */
  commit: string;
  /** Commits what is in the folder. */
  commitAll(message: string): Promise<string>;
  /** Brings the files back to {@link commit}. */
  reset(): Promise<void>;
  remove(): Promise<void>;
}

/** A name of the replay's own, no hooks and no signature, for the commits of a replay. */
const ownName = {
  "user.name": "order-queue replay",
  "user.email": "replay@orderhub.example",
  "commit.gpgsign": "false",
  "core.hooksPath": "/dev/null",
};

const options = Object.entries(ownName).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

/** Runs git in a folder. */
export function git(folder: string, ...args: string[]): Promise<string> {
  return run("git", [...options, ...args], { cwd: folder, env: {} });
}

/**
 * Checks the project out beside its working tree: its commits stay in the project's repository, where a later rollback
 * finds them. Outside a repository the folder becomes one.
 *
 * @param root folder of the working tree
 */
export async function checkOut(root: string, folder: string): Promise<Checkout> {
  const inRepository = commitOf(root, ["."]).commit !== undefined;
  rmSync(folder, { recursive: true, force: true });
  if (inRepository) {
    await git(root, "worktree", "prune");
    await git(root, "worktree", "add", "--detach", "--no-checkout", folder, "HEAD");
  } else await git(root, "init", "--quiet", folder);
  const commitAll = async (message: string, files = folder) => {
    await git(folder, `--work-tree=${files}`, "add", "--all");
    const changed = (await git(folder, `--work-tree=${files}`, "status", "--porcelain")) !== "";
    if (changed) await git(folder, "commit", "--quiet", "--message", message);
    return git(folder, "rev-parse", "HEAD");
  };
  const commit = await commitAll("the working tree as it is", root);
  const reset = async () => void (await git(folder, "reset", "--quiet", "--hard", commit));
  await reset();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    commit,
    commitAll: (message) => commitAll(message),
    reset,
    remove: async () => {
      if (inRepository) await git(root, "worktree", "remove", "--force", folder);
      else rmSync(folder, { recursive: true });
    },
  };
}
