/** What production installs has a licence that allows it to be shipped; the notice names the others. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Locked {
  license?: string;
  dev?: true;
}

/** Permissive licences, as SPDX names them. */
const permissive = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-3.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Python-2.0",
  "Unlicense",
];

/** Packages whose licence is a file of their own: @logdna/tail-file is under MIT (its LICENSE). */
const ownText: Record<string, string> = { "node_modules/@logdna/tail-file": "SEE LICENSE IN LICENSE" };

const packagesOf = (lockfile: string) => {
  const { packages } = JSON.parse(read(lockfile)) as { packages: Record<string, Locked> };
  return Object.entries(packages).filter(([path]) => path !== "");
};

const isPermissive = (license = "none") =>
  license
    .replace(/^\((.*)\)$/, "$1")
    .split(" AND ")
    .every((one) => permissive.includes(one));

test.each(["package-lock.json", "service/package-lock.json"])(
  "%s: every package of production is permissive",
  (lockfile) => {
    const others = packagesOf(lockfile).filter(
      ([path, { license, dev }]) => !dev && !isPermissive(license) && ownText[path] !== license,
    );
    expect(others.map(([path, { license }]) => `${path}: ${license ?? "no licence"}`)).toEqual([]);
  },
);

test("the notice names every package for development under a copyleft licence", () => {
  const copyleft = packagesOf("package-lock.json").filter(([, { license = "" }]) => /GPL|SA/.test(license));
  const notice = read("THIRD-PARTY-NOTICES.md");
  const names = copyleft.map(([path]) => path.replace(/.*node_modules\/(?:@[^/]+\/)?/, ""));
  expect(names.filter((name) => !notice.includes(name))).toEqual([]);
});

test("the project is private, and its licence reserves all rights", () => {
  const { license, private: isPrivate } = JSON.parse(read("package.json")) as { license: string; private: boolean };
  expect([license, isPrivate]).toEqual(["UNLICENSED", true]);
  expect(read("LICENSE")).toContain("All rights reserved.");
});
