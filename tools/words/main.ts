/** `npm run lint` runs it: every file that git knows is checked for words that another one replaces, and for long sentences. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exceptions } from "./exceptions.ts";
import { findingsOf } from "./findings.ts";
import { words } from "./words.ts";

const root = dirname(dirname(import.meta.dirname));
const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const checked = /\.(?:ts|mjs|cjs|js|md|ya?ml|sh)$|^drills\/.*\.json$|Dockerfile$|^\.ci\/run$/;
const files = listed.split("\n").filter((file) => checked.test(file) && existsSync(join(root, file)));
const findings = files.flatMap((file) => findingsOf(file, readFileSync(join(root, file), "utf8"), words, exceptions));
if (findings.length > 0) {
  console.log(findings.join("\n"));
  console.log(`${findings.length} findings in words and sentences`);
  process.exitCode = 1;
}
