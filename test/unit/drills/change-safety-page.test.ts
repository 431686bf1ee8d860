import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { changeSafetyPage } from "../../../drills/change-safety-page.ts";
import { chooseFaults } from "../../../drills/faults/read.ts";
import type { DrillResult } from "../../../drills/faults/result.ts";

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "../../../docs", file), "utf8");
const measured = (file: string): DrillResult => JSON.parse(read(`measured/${file}`));
const faults = chooseFaults(undefined, undefined);

test("docs/change-safety.md says what was measured; if not: npm run docs", () => {
  const [drill, baseline] = [measured("drill.json"), measured("baseline.json")];
  expect([drill.measured.baseline, baseline.measured.baseline]).toEqual([false, true]);
  const mutants = JSON.parse(read("measured/mutants.json"));
  expect(read("change-safety.md")).toBe(changeSafetyPage(faults, drill, baseline, mutants));
});

test("every fault of the corpus stands in it, measured or not", () => {
  const rows = read("change-safety.md").match(/^\| \*\*.*$/gm) ?? [];
  expect(rows).toHaveLength(faults.length);
});
