/**
 * The release: a fingerprint of all that decides what a deployment does, so that the same files are the same release on
 * every machine.
 */
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { filesOfGit } from "./commit.ts";

const sources: readonly string[] = ["infra", "stacks", "service", "policy"];
const lockfile = "package-lock.json";
/** The program, the service, the policy, and the versions of all they use. Settings are not part: they differ by stack. */
export const parts: readonly string[] = [...sources, lockfile];
const digits = 12;

/**
 * The release that the files under `root` are: 12 hexadecimal digits.
 *
 * Line ends count as LF, so that a checkout on another system is the same release. Files that git ignores, and
 * node_modules, do not count. Of the lockfile the packages that `npm ci --omit=dev` installs count: a newer test runner is
 * the same release.
 */
export function fingerprint(root: string): string {
  const hash = crypto.createHash("sha256");
  const add = (file: string, text: string) => hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`);
  for (const file of filesOf(root).sort())
    add(file, fs.readFileSync(path.join(root, file), "utf8").replaceAll("\r\n", "\n"));
  add(lockfile, productionPackages(fs.readFileSync(path.join(root, lockfile), "utf8")));
  return hash.digest("hex").slice(0, digits);
}

interface LockedPackage {
  version?: string;
  integrity?: string;
  /** Needed for development alone: npm's mark of what `--omit=dev` leaves out (docs.npmjs.com, package-lock.json). */
  dev?: boolean;
}

/** A line for each package that ships: where it is installed, its version and checksum. */
function productionPackages(lock: string): string {
  const { packages = {} } = JSON.parse(lock) as { packages?: Record<string, LockedPackage> };
  return Object.entries(packages)
    .filter(([folder, { dev }]) => folder !== "" && !dev)
    .map(([folder, { version, integrity }]) => `${folder} ${version} ${integrity}`)
    .sort()
    .join("\n");
}

/** Relative to `root`, with forward slashes. A file that is gone but still in git's index does not count. */
function filesOf(root: string): string[] {
  const listed = filesOfGit(root, sources);
  if (listed === undefined) return sources.flatMap((part) => filesUnder(root, part));
  return listed.filter((file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile());
}

/** Files at or below a path, where no git says which of them count; none where there is nothing. */
function filesUnder(root: string, part: string): string[] {
  const stat = fs.statSync(path.join(root, part), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [part];
  return fs
    .readdirSync(path.join(root, part))
    .filter((name) => name !== "node_modules")
    .flatMap((name) => filesUnder(root, `${part}/${name}`));
}
