/** Every pattern of .github/CODEOWNERS leads to a file, and what stops production has owners of its own. */
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const rules = readFileSync(join(root, ".github/CODEOWNERS"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(/\s+/) as [pattern: string, ...owners: string[]]);

test.each(rules)("%s leads to a file, and %s reviews it", (pattern, ...owners) => {
  expect(globSync(pattern.replace(/^\//, ""), { cwd: root })).not.toEqual([]);
  expect(owners.filter((owner) => !owner.startsWith("@"))).toEqual([]);
});

test.each(["/stacks/parity-contract.ts", "/policy/", "/docs/permissions/", "/stacks/gate.ts"])(
  "%s has a rule",
  (path) => {
    expect(rules.map(([pattern]) => pattern)).toContain(path);
  },
);
