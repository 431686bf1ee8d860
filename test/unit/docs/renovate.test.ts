/** renovate.json groups packages as Pulumi releases them, and leaves the oldest supported engine as it is. */
import { readFileSync } from "node:fs";
import { join, matchesGlob, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));
const rules: { groupName?: string; matchPackageNames: string[] }[] = read("renovate.json").packageRules;

const groupsOf = (name: string) =>
  rules
    .filter(({ matchPackageNames }) => matchPackageNames.some((pattern) => matchesGlob(name, pattern)))
    .map(({ groupName }) => groupName);

test("SDK and engine are one group", () => {
  expect(groupsOf("@pulumi/pulumi")).toEqual(["Pulumi engine and SDK"]);
  expect(groupsOf("github.com/pulumi/pulumi/pkg/v3")).toEqual(["Pulumi engine and SDK"]);
});

test("every other package of Pulumi is in the group of providers", () => {
  const names = Object.keys(read("package.json").dependencies).filter((name) => name.startsWith("@pulumi/"));
  const others = names.filter((name) => name !== "@pulumi/pulumi");
  expect(others.map(groupsOf)).toEqual(others.map(() => ["Pulumi providers"]));
});

test("the oldest engine is not updated", () => {
  expect(read("renovate.json").ignorePaths).toContain("engine/oldest/**");
});
