/**
 * The release: a fingerprint of all that decides what a deployment does, so that the same files are the same release on
 * every machine.
 */
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { filesOfGit } from "./commit.ts";

/** The program, the service, the policy, and the versions of all they use. Settings are not part: they differ by stack. */
export const parts: readonly string[] = ["infra", "stacks", "service", "policy", "package-lock.json"];
const digits = 12;

/**
 * The release that the files under `root` are: 12 hexadecimal digits.
 *
 * Line ends count as LF, so that a checkout on another system is the same release. Files that git ignores, and
 * node_modules, do not count.
 */
export function fingerprint(root: string): string {
  const hash = crypto.createHash("sha256");
  for (const file of filesOf(root).sort()) {
    const text = fs.readFileSync(path.join(root, file), "utf8").replaceAll("\r\n", "\n");
    hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`);
  }
  return hash.digest("hex").slice(0, digits);
}

/** Relative to `root`, with forward slashes. A file that is gone but still in git's index does not count. */
function filesOf(root: string): string[] {
  const listed = filesOfGit(root, parts);
  if (listed === undefined) return parts.flatMap((part) => filesUnder(root, part));
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
