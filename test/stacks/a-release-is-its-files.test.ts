import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fingerprint } from "../../stacks/fingerprint.ts";

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "fingerprint-"));
  write("infra/a.ts", "one\n");
  write("stacks/b.ts", "two\n");
  write("service/c.ts", "three\n");
  write("package-lock.json", "{}\n");
});

afterEach(() => {
  fs.rmSync(root, { recursive: true });
});

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

describe("a release", () => {
  it("is the same for the same files, everywhere", () => {
    expect(fingerprint(root)).toBe("64b1b3ad99a7");
  });

  it.each([
    ["the program", "infra/a.ts"],
    ["the stacks", "stacks/b.ts"],
    ["the service", "service/c.ts"],
    ["the policy", "policy/d.ts"],
    ["the lockfile", "package-lock.json"],
    ["a folder further down", "service/deeper/e.ts"],
  ])("is another one when %s changes", (_, file) => {
    const before = fingerprint(root);
    write(file, "changed\n");
    expect(fingerprint(root)).not.toBe(before);
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
    ["a hidden file", "service/.cache"],
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
});
