import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { settingsPage } from "../../../../tools/pages/settings-page.ts";

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "../../../..", file), "utf8");

test("docs/settings.md says what stacks/settings.ts documents; if not: npm run docs", () => {
  expect(read("docs/settings.md")).toBe(settingsPage(read("stacks/settings.ts")));
});

test("every setting has a meaning", () => {
  const rows = read("docs/settings.md").match(/^\| `.*$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
});

/** Settings that are numbers, each with its meaning: docstring and name of the property in stacks/settings.ts. */
const numbers = [
  ...read("stacks/settings.ts").matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}readonly (\w+)\??: (?:readonly )?number/g,
  ),
].map(([, meaning = "", name = ""]): [string, string] => [name, meaning]);

test.each(numbers)("the number %s has bounds, and the unit of its name", (name, meaning) => {
  expect(meaning).toMatch(/\d/);
  const [unit] = /Seconds|Minutes|Days$/.exec(name) ?? [];
  if (unit) expect(meaning.toLowerCase()).toContain(unit.toLowerCase());
});
