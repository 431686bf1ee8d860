import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { lastGood, parseHistory, rollbackMessage, type Target } from "./history.ts";
import { run } from "./process.ts";
import { type Place, processEnvironment } from "./stack.ts";

export interface Rollback {
  stack: string;
  /** The update it went back to. */
  target: Target;
  /** Wall clock of everything: checkout, update and verification. */
  seconds: number;
}

/**
 * Re-applies the last good update that the stack's history names: its commit, program and settings alike, in a worktree
 * beside the working tree. The update ends with verification, as every update does.
 * @param workspace folder for the worktree, removed afterwards
 * @param progress gets the engine's lines
 */
export async function rollback(
  place: Place,
  stack: string,
  workspace: string,
  progress: (line: string) => void = () => {},
): Promise<Rollback> {
  const started = performance.now();
  const env = processEnvironment(place);
  const { pulumi } = place.engine;
  const target = lastGood(
    stack,
    parseHistory(await run(pulumi, ["stack", "history", "--stack", stack, "--json"], { cwd: place.root, env })),
  );
  progress(`${stack}: back to update ${target.update.version}, commit ${target.commit.slice(0, 12)} (${target.why})`);
  const tree = join(workspace, `${stack}-${target.commit.slice(0, 12)}`);
  await checkOut(place.root, tree, target.commit, env, progress);
  try {
    await run(pulumi, ["up", "--yes", "--non-interactive", "--stack", stack, "--message", rollbackMessage(target)], {
      cwd: tree,
      env,
      progress,
    });
  } finally {
    await run("git", ["worktree", "remove", "--force", tree], { cwd: place.root, env });
  }
  return { stack, target, seconds: (performance.now() - started) / 1000 };
}

/** The commit in a worktree; its dependencies are the working tree's unless its lockfile says otherwise. */
async function checkOut(
  root: string,
  tree: string,
  commit: string,
  env: Record<string, string>,
  progress: (line: string) => void,
): Promise<void> {
  await run("git", ["worktree", "prune"], { cwd: root, env });
  if (existsSync(tree)) rmSync(tree, { recursive: true, force: true });
  mkdirSync(join(tree, ".."), { recursive: true });
  await run("git", ["worktree", "add", "--force", "--detach", tree, commit], { cwd: root, env });
  const lock = (folder: string) => readFileSync(join(folder, "package-lock.json"), "utf8");
  if (lock(root) === lock(tree)) symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  else await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: tree, env, progress });
}
