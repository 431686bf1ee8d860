import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { compare } from "semver";

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "../../..", file), "utf8");
const [unreleased, ...versions] = [...read("CHANGELOG.md").matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);

test("the newest version in CHANGELOG.md is package.json's, and its lockfile's", () => {
  const { version } = JSON.parse(read("package.json"));
  expect([unreleased, versions[0]]).toEqual(["Unreleased", version]);
  expect(JSON.parse(read("package-lock.json")).version).toBe(version);
});

test("versions stand newest first", () => {
  expect(versions).toEqual(versions.toSorted((a, b) => compare(b, a)));
});
