/** What `npm ci --omit=dev` installs is enough for every command that works on AWS. */
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

/** What runs in production: the command line, the program, the policy pack, and processes that these start. */
const entries = [
  ...[
    "cli/run.mjs",
    "cli/main.ts",
    "cli/commands.ts",
    "cli/overview-commands.ts",
    "stacks/index.ts",
    "policy/index.js",
    "policy/pack.ts",
  ],
  ...["engine/plugins.ts", "engine/language-host.ts", "release/operate/verify-process.ts"],
];
/** Loaded on demand: it says itself which package is missing. */
const onDemand = "cli/local-commands.ts";

const files = new Set<string>();
const packages = new Map<string, string>();
for (const entry of entries) visit(entry);

function visit(file: string): void {
  if (files.has(file) || file === onDemand) return;
  files.add(file);
  const text = readFileSync(join(root, file), "utf8").replaceAll(/^(?:import|export) type [^;]*;/gm, "");
  for (const [, target = ""] of text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([^"\s]+)"/g)) {
    if (target.startsWith(".")) {
      const other = relative(root, resolve(root, dirname(file), target));
      if (existsSync(join(root, other))) visit(other);
    } else if (!target.startsWith("node:") && !builtinModules.includes(target))
      packages.set((/^(@[^/]+\/)?[^/]+/.exec(target) as RegExpExecArray)[0], file);
  }
}

test("production's files reach nothing of the twin but its client, and no drill, bench, tool or test", () => {
  const stray = [...files].filter((file) => /^(twin|drills|bench|tools|test)\//.test(file)).sort();
  expect(stray).toEqual(["twin/client.ts"]);
});

test("production's files reach no package for development", () => {
  const stray = [...packages].filter(([name]) => !(name in dependencies)).map(([name, file]) => `${file}: ${name}`);
  expect(stray).toEqual([]);
});

test("no package is installed in production that no file of it needs", () => {
  // Started by name: Node itself, and plugins of the engine that belong to the providers' packages.
  const needed = new Set([...packages.keys(), "node"]);
  expect(Object.keys(dependencies).filter((name) => !needed.has(name))).toEqual([]);
});
