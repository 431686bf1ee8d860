import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { commitOf } from "../../../stacks/commit.ts";
import { fingerprint } from "../../../stacks/fingerprint.ts";

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "fingerprint-"));
  write("infra/a.ts", "one\n");
  write("stacks/b.ts", "two\n");
  write("service/c.ts", "three\n");
  lock({});
});

afterEach(() => {
  fs.rmSync(root, { recursive: true });
});

/** A lockfile with a package that ships, one for tests, and others. */
function lock(others: object, versions = { zod: "4.0.0", jest: "30.0.0" }): void {
  const packages = {
    "": { version: "1.0.0" },
    "node_modules/zod": { version: versions.zod, integrity: "sha512-a" },
    "node_modules/jest": { version: versions.jest, integrity: "sha512-b", dev: true },
    ...others,
  };
  write("package-lock.json", JSON.stringify({ packages }));
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

describe("a release", () => {
  it("is the same for the same files, everywhere", () => {
    expect(fingerprint(root)).toBe("7dba0353bcf4");
  });

  it.each([
    ["the program", "infra/a.ts"],
    ["the stacks", "stacks/b.ts"],
    ["the service", "service/c.ts"],
    ["the policy", "policy/d.ts"],
    ["a folder further down", "service/deeper/e.ts"],
  ])("is another one when %s changes", (_, file) => {
    const before = fingerprint(root);
    write(file, "changed\n");
    expect(fingerprint(root)).not.toBe(before);
  });

  it.each([
    ["a package that ships has another version", () => lock({}, { zod: "4.0.1", jest: "30.0.0" })],
    [
      "a package that ships has other contents",
      () => lock({ "node_modules/zod": { version: "4.0.0", integrity: "sha512-c" } }),
    ],
    ["a package that ships is added", () => lock({ "node_modules/yaml": { version: "2.0.0", integrity: "sha512-d" } })],
  ])("is another one when %s", (_, change) => {
    const before = fingerprint(root);
    change();
    expect(fingerprint(root)).not.toBe(before);
  });

  it.each([
    ["a package for development has another version", () => lock({}, { zod: "4.0.0", jest: "31.0.0" })],
    [
      "an optional package for development is added",
      () => lock({ "node_modules/fsevents": { version: "2.3.3", dev: true, optional: true } }),
    ],
    ["the project has another version", () => lock({ "": { version: "2.0.0" } })],
  ])("stays the same when %s", (_, change) => {
    const before = fingerprint(root);
    change();
    expect(fingerprint(root)).toBe(before);
  });

  it("is another one when a file has another name", () => {
    const before = fingerprint(root);
    fs.renameSync(path.join(root, "infra/a.ts"), path.join(root, "infra/z.ts"));
    expect(fingerprint(root)).not.toBe(before);
  });

  it.each([
    ["a test", "test/infra/a.test.ts"],
    ["a stack's settings", "Pulumi.staging.yaml"],
    ["an installed package", "service/node_modules/pino/index.js"],
  ])("stays the same when %s changes", (_, file) => {
    const before = fingerprint(root);
    write(file, "changed\n");
    expect(fingerprint(root)).toBe(before);
  });

  it("stays the same under the line ends of another system", () => {
    const before = fingerprint(root);
    write("infra/a.ts", "one\r\n");
    expect(fingerprint(root)).toBe(before);
  });

  it("is the same in a git working tree, where files that git ignores do not count and new ones do", () => {
    const before = fingerprint(root);
    git("init", "--quiet");
    write(".gitignore", "*.log\nnode_modules\n");
    write("service/trace.log", "noise\n");
    write("service/node_modules/pino/index.js", "a package\n");
    expect(fingerprint(root)).toBe(before);
    write("service/new.ts", "not added yet\n");
    expect(fingerprint(root)).not.toBe(before);
  });
});

describe("the commit of a release", () => {
  it("is the one that is checked out, and dirty as soon as a file that counts is another", () => {
    git("init", "--quiet");
    expect(commitOf(root, ["infra"])).toEqual({ commit: undefined, dirty: true });
    git("add", ".");
    git("commit", "--quiet", "--message", "as it is");
    const commit = git("rev-parse", "HEAD");
    write("service/c.ts", "changed\n");
    expect(commitOf(root, ["infra"])).toEqual({ commit, dirty: false });
    write("infra/new.ts", "not added yet\n");
    expect(commitOf(root, ["infra"])).toEqual({ commit, dirty: true });
  });

  it("is none outside a git working tree", () => {
    expect(commitOf(root, ["infra"])).toEqual({ commit: undefined, dirty: true });
  });
});

function git(...args: string[]): string {
  const who = ["-c", "user.name=Test", "-c", "user.email=test@orderhub.example"];
  return execFileSync("git", [...who, ...args], { cwd: root, encoding: "utf8" }).trim();
}
