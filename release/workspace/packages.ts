import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./process.ts";

/** Lockfiles whose packages are kept beside the project's own: what runs in production, and what ran before. */
const kept = 2;

/** Where packages are looked for, and for whom. */
interface Wanted {
  /** Folder of the project. */
  root: string;
  /** A commit's files. */
  tree: string;
  /** Folder of the packages that are kept. */
  cache: string;
  /** Added to the environment of npm. */
  env: Record<string, string>;
  /** Gets npm's lines. */
  progress: (line: string) => void;
}

/**
 * The node_modules that a commit's lockfile names: the project's own where it is the same, else those that an earlier call
 * installed. npm is asked once for a lockfile: a rollback to a commit with other packages does not wait for it again.
 */
export async function packagesOf({ root, tree, cache, env, progress }: Wanted): Promise<string> {
  const lock = (folder: string) => readFileSync(join(folder, "package-lock.json"), "utf8");
  if (lock(root) === lock(tree)) return join(root, "node_modules");
  const own = join(cache, createHash("sha256").update(lock(tree)).digest("hex").slice(0, 16));
  const modules = join(own, "node_modules");
  if (existsSync(modules)) utimesSync(own, new Date(), new Date());
  else {
    // All or nothing: a command that is killed leaves no half of it under that name.
    const whole = `${own}-${process.pid}`;
    rmSync(whole, { recursive: true, force: true });
    mkdirSync(whole, { recursive: true });
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(tree, file), join(whole, file));
    await run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: whole, env, progress });
    // Another command may have installed them meanwhile.
    if (existsSync(own)) rmSync(whole, { recursive: true });
    else renameSync(whole, own);
    forget(cache);
  }
  return modules;
}

/** Removes all but the packages that were used last. */
function forget(cache: string): void {
  const all = readdirSync(cache).map((name) => join(cache, name));
  const oldest = all.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs).slice(kept);
  for (const folder of oldest) rmSync(folder, { recursive: true, force: true });
}

/** Folder of the packages for commits that are checked out in a folder. */
export const packagesBeside = (worktrees: string): string => join(dirname(worktrees), "packages");
