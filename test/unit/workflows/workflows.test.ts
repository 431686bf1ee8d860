import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";

const root = resolve(import.meta.dirname, "../../..");

interface Step {
  uses?: string;
  run?: string;
}
interface Workflow {
  permissions: object;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  jobs: Record<string, { permissions: object; "timeout-minutes": number; steps: Step[] }>;
}

const files = globSync(".github/workflows/*.yml", { cwd: root }).sort();
const texts = new Map(files.map((file) => [basename(file), readFileSync(join(root, file), "utf8")]));
const workflows = new Map([...texts].map(([file, text]) => [file, parse(text) as Workflow]));
const steps = [...workflows].flatMap(([file, { jobs }]) =>
  Object.values(jobs).flatMap((job) => job.steps.map((step) => ({ file, ...step }))),
);
const runs = steps.flatMap(({ file, run = "" }) => run.split("\n").map((line) => ({ file, line: line.trim() })));

/** The first words of a call, and all its long options; what follows a bare `--` is the script's. */
function calls(pattern: RegExp): [string, string, string[]][] {
  return runs.flatMap(({ file, line }) => {
    const [, name, rest = ""] = pattern.exec(line) ?? [];
    return name === undefined ? [] : [[file, name, rest.match(/--[a-z-]+/g) ?? []] as [string, string, string[]]];
  });
}

test("there are the four workflows", () => {
  expect([...workflows.keys()]).toEqual(["conformance.yml", "drift.yml", "preview.yml", "release.yml"]);
});

test.each(calls(/npx order-queue ([a-z]+)(.*?)(?:\||>|$)/))(
  "%s: order-queue %s exists, with %j",
  (_file, name, options) => {
    expect(
      help()
        .match(/^ {2}([a-z]+)/gm)
        ?.map((line) => line.trim()),
    ).toContain(name);
    for (const option of options) expect(help(name)).toContain(` ${option} `);
  },
);

test.each(calls(/\bnpm (?:run )?([a-z]+)/))("%s: npm script %s exists", (_file, name) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(Object.keys(scripts)).toContain(name);
});

test("every action is pinned to a commit, with its version beside it", () => {
  const uses = [...texts.values()].flatMap((text) => text.match(/^\s*(?:- )?uses: .*$/gm) ?? []);
  expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
  expect(uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test.each([...workflows])(
  "%s: nothing is permitted but what a job names, and every job ends",
  (_file, { permissions, jobs }) => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(Object.keys(job.permissions)).toContain("contents");
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  },
);

test("no workflow has a key of AWS", () => {
  expect([...texts].filter(([, text]) => /aws-access-key-id|aws-secret-access-key|secrets\./.test(text))).toEqual([]);
});

test("a release is never cut off by the next one", () => {
  expect(workflows.get("release.yml")?.concurrency).toEqual({ group: "release", "cancel-in-progress": false });
});

function help(...command: string[]): string {
  return execFileSync(process.execPath, [join(root, "cli", "main.ts"), ...command, "--help"], { encoding: "utf8" });
}
