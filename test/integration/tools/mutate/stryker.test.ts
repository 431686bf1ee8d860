import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStryker } from "../../../../tools/mutate/stryker.ts";

const bin = "node_modules/@stryker-mutator/core/bin";
let root: string;

/** A project whose Stryker is this script, with its settings as `settings`. */
function project(script: string): void {
  mkdirSync(join(root, bin), { recursive: true });
  const settings =
    "const { readFileSync: read, writeFileSync: write } = require('node:fs'); const file = process.argv[3];";
  writeFileSync(join(root, bin, "stryker.js"), `${settings} const settings = JSON.parse(read(file)); ${script}`);
}
const run = () =>
  runStryker(root, "stacks/gate.ts", ["test/unit/stacks/gate.test.ts", "test/unit/stacks/gate.x.test.ts"]);
const left = () => readdirSync(join(root, ".order-queue"));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "order-queue-mutate-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("Stryker mutates the source, runs its tests alone, and its report is read; nothing is left behind", async () => {
  project("write(settings.jsonReporter.fileName, JSON.stringify({ files: {}, settings }))");
  const { settings } = (await run()) as unknown as { settings: Record<string, unknown> };
  expect(settings).toMatchObject({
    mutate: ["stacks/gate.ts"],
    jest: {
      config: {
        roots: ["<rootDir>/test/unit/stacks"],
        testMatch: ["<rootDir>/test/unit/stacks/gate.test.ts", "<rootDir>/test/unit/stacks/gate.x.test.ts"],
      },
    },
  });
  expect(left()).toEqual([]);
});

test("a Stryker that fails is an error with the source and the exit code; nothing is left behind", async () => {
  project("process.exitCode = 3");
  await expect(run()).rejects.toThrow("stacks/gate.ts: Stryker stopped with exit code 3. Fix: ");
  expect(left()).toEqual([]);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s stops Stryker, and nothing is left behind", async (signal) => {
  project("write('started', String(process.pid)); setInterval(() => {}, 1000)");
  const stopped = expect(run()).rejects.toThrow("stacks/gate.ts: Stryker stopped with SIGTERM. Fix: ");
  const started = join(root, "started");
  const pidOf = () => (existsSync(started) ? Number(readFileSync(started, "utf8")) : 0);
  while (pidOf() === 0) await new Promise(setImmediate);
  const pid = pidOf();
  process.emit(signal);
  await stopped;
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(left()).toEqual([]);
});
