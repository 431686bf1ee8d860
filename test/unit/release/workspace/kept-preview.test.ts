import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BackendFiles } from "../../../../release/workspace/backend-files.ts";
import { keep, previewKey, readKept } from "../../../../release/workspace/kept-preview.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "order-queue-kept-"));
  git("init", "--quiet");
  write("package.json", "{}");
  write("package-lock.json", "{}");
  for (const file of ["infra/queue.ts", "release/checks.ts", "docs/page.md", "Pulumi.yaml", "Pulumi.staging.yaml"])
    write(file, "as committed");
  commit();
});
afterEach(() => rmSync(root, { recursive: true }));

const git = (...args: string[]) => execFileSync("git", args, { cwd: root });
const commit = () => {
  git("add", "--all");
  git("-c", "user.name=T", "-c", "user.email=t@t", "commit", "--quiet", "--allow-empty", "--message", "x");
};
function write(file: string, text: string) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const backend = (serial = 1): BackendFiles => ({
  list: async () => [],
  read: async (path) => (path.endsWith(".json") ? JSON.stringify({ checkpoint: { latest: { serial } } }) : undefined),
});
const key = (files: BackendFiles | undefined = backend(), environment = { PULUMI_BACKEND_URL: "file:///state" }) =>
  previewKey({ root, environment }, files);

describe("the key of a preview", () => {
  test("is the same while nothing changes", async () => {
    expect(await key()).toMatch(/^[0-9a-f]{64}$/);
    expect(await key()).toBe(await key());
  });

  test.each([
    ["the release", () => write("infra/queue.ts", "changed")],
    ["a new file of the release", () => write("infra/topic.ts", "new")],
    ["a stack's settings", () => write("Pulumi.staging.yaml", "changed")],
    ["the checks", () => write("release/checks.ts", "changed")],
    ["what is committed", () => commit()],
    ["whether all is committed", () => write("docs/page.md", "changed")],
  ])("changes with %s", async (_what, change) => {
    const before = await key();
    change();
    expect(await key()).not.toBe(before);
  });

  test("changes with the state of a stack, and with the backend", async () => {
    const before = await key();
    expect(await key(backend(2))).not.toBe(before);
    expect(await key(backend(), { PULUMI_BACKEND_URL: "file:///other" })).not.toBe(before);
  });

  test("is undefined where no file has the state, and outside a working tree of git", async () => {
    expect(await previewKey({ root, environment: {} }, undefined)).toBeUndefined();
    rmSync(join(root, ".git"), { recursive: true });
    expect(await key()).toBeUndefined();
  });
});

describe("a kept preview", () => {
  const at = "2026-12-01T10:00:00.000Z";
  const later = (minutes: number) => Date.parse(at) + minutes * 60_000;

  test("is there for ten minutes, under its key alone", () => {
    const file = join(root, "state", "last-preview.json");
    expect(readKept(file, "k", later(0))).toBeUndefined();
    keep(file, { key: "k", at, preview: { findings: [] } });
    expect(readKept(file, "k", later(9))).toEqual({ key: "k", at, preview: { findings: [] } });
    expect(readKept(file, "other", later(9))).toBeUndefined();
    expect(readKept(file, "k", later(10))).toBeUndefined();
    // The clock was set back.
    expect(readKept(file, "k", later(-1))).toBeUndefined();
  });

  test("that cannot be read counts as none", () => {
    write("last-preview.json", "{");
    expect(readKept(join(root, "last-preview.json"), "k", later(0))).toBeUndefined();
  });
});
