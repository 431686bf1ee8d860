/**
 * `npm run upgrade-pulumi -- VERSION`: moves the SDK, the engine and the newest supported CLI to a version
 * (docs/decisions/0025-upgrading-pulumi-is-one-command.md).
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { valid } from "semver";
import { supported } from "../engine/versions.ts";

const root = dirname(import.meta.dirname);
const newest = join(root, "engine", "newest");
const [wanted = ""] = process.argv.slice(2);
const usage = `Usage: npm run upgrade-pulumi -- VERSION

Moves @pulumi/pulumi, the engine's Go module and the supported range of Pulumi.yaml to VERSION, updates README.md, and
runs the tests of the real engine. The files stay uncommitted for you to review. Needs npm and Go.

Exit codes: 0 everything passed; 1 a step failed, which the last lines name; 2 wrong call.

Example:
  $ npm run upgrade-pulumi -- ${supported().newest}`;

if (wanted === "--help") console.log(usage);
else if (valid(wanted) !== wanted) {
  console.error(`VERSION: got "${wanted}", expected a version of the Pulumi CLI.\n\n${usage}`);
  process.exitCode = 2;
} else upgrade(wanted);

function upgrade(version: string): void {
  const steps: [string, () => boolean][] = [
    [
      "package.json and package-lock.json",
      () => run(root, "npm", "install", "--save-exact", `@pulumi/pulumi@${version}`),
    ],
    ["Pulumi.yaml", () => setNewest(version)],
    ["go.mod", () => run(newest, "go", "mod", "edit", `-require=github.com/pulumi/pulumi/pkg/v3@v${version}`)],
    ["go.sum", () => run(newest, "go", "mod", "tidy")],
    ["README.md and docs/", () => run(root, "npm", "run", "docs")],
    ["the tests of the real engine", () => run(root, "npm", "test", "--", "test/drills", "test/policy")],
  ];
  for (const [index, [what, step]] of steps.entries()) {
    console.log(`${index + 1}/${steps.length} ${what}`);
    if (step()) continue;
    console.error(
      `${what}: failed, see above. Fix: correct it and run the same command again, or undo with \`git checkout .\`.`,
    );
    process.exitCode = 1;
    return;
  }
  console.log(`Pulumi ${version} is the newest supported version. Review the changes and commit them.`);
}

function setNewest(version: string): boolean {
  const file = join(root, "Pulumi.yaml");
  const text = readFileSync(file, "utf8");
  const moved = text.replace(/^(requiredPulumiVersion: ".*<=)[^"]*"/m, `$1${version}"`);
  writeFileSync(file, moved);
  return moved.includes(`<=${version}"`);
}

function run(cwd: string, command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { cwd, stdio: "inherit" }).status === 0;
}
