/**
 * The release: a fingerprint of all that decides what a deployment does, so that the same files are the same release on
 * every machine.
 */
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** The program, the service, the policy, and the versions of all they use. Settings are not part: they differ by stack. */
const parts = ["infra", "stacks", "service", "policy", "package-lock.json"];
const digits = 12;

/**
 * The release that the files under `root` are: 12 hexadecimal digits.
 *
 * Line ends count as LF, so that a checkout on another system is the same release. Hidden files and node_modules do not
 * count.
 */
export function fingerprint(root: string): string {
  const hash = crypto.createHash("sha256");
  for (const file of parts.flatMap((part) => filesUnder(root, part)).sort()) {
    const text = fs.readFileSync(path.join(root, file), "utf8").replaceAll("\r\n", "\n");
    hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`);
  }
  return hash.digest("hex").slice(0, digits);
}

/** Files at or below a path, relative to `root` with forward slashes; none where there is nothing. */
function filesUnder(root: string, part: string): string[] {
  const stat = fs.statSync(path.join(root, part), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [part];
  return fs
    .readdirSync(path.join(root, part))
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name) => filesUnder(root, `${part}/${name}`));
}
