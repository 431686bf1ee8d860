/** Every exported function and class has a docstring above it; of settings: test/unit/tools/pages/settings-page.test.ts. */
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const folders = [
  "cli",
  "release",
  "stacks",
  "infra",
  "policy",
  "service",
  "engine",
  "twin",
  "tools",
  "drills",
  "bench",
  "html",
];
const exported = /^export (?:default )?(?:async )?(?:(?:function\*?|class) (\w+)|const (\w+) = (?:async )?[(<])/;

/** The exports of a file that begin without a docstring. */
function undocumented(source: string): string[] {
  const lines = source.split("\n");
  return lines.flatMap((line, index) => {
    const [found, name, constant] = exported.exec(line) ?? [];
    return found && !lines[index - 1]?.endsWith("*/") ? [name ?? constant ?? ""] : [];
  });
}

test.each(folders)("%s: every exported function and class has a docstring", (folder) => {
  const files = globSync(`${folder}/**/*.ts`, {
    cwd: root,
    exclude: (name) => name === "node_modules" || name === "cdk",
  });
  const missing = files.flatMap((file) =>
    undocumented(readFileSync(join(root, file), "utf8")).map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test.each([
  ["a function without one", "export function a() {}", ["a"]],
  ["an arrow function without one", "\nexport const a = async (b: string) => b;", ["a"]],
  ["a class with one of several lines", "/**\n * What it is.\n */\nexport class A {}", []],
  ["a value", "export const limit = 3;", []],
  ["what is not exported", "function a() {}", []],
])("%s", (_, source, expected) => {
  expect(undocumented(source)).toEqual(expected);
});
