import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { benchmarks } from "../../../bench/list.ts";
import { type Measured, performanceTables, readmeTable, withMeasured } from "../../../bench/measured.ts";

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "../../..", file), "utf8");
const json = (file: string) => JSON.parse(read(`docs/measured/${file}.json`));
const what = new Map(benchmarks.map(({ name, what }) => [name, what]));

const measured: Measured = {
  preview: {
    date: "2026-11-30",
    machine: "2 processors, 8 GB of memory, Node v24.0.0",
    figures: [
      {
        ...{ name: "preview of three stacks", unit: "s", value: 5, runs: [5, 4, 6] },
        peer: { name: "cdk synth", value: 4, runs: [4] },
      },
      { name: "preview ÷ cdk synth", unit: "ratio", value: 1.25, runs: [1.25], goal: 0.5 },
    ],
  },
};

test("README.md and docs/performance.md say what was measured; if not: npm run docs", () => {
  expect(read("README.md")).toBe(withMeasured(read("README.md"), readmeTable(json("bench"), json("drill"))));
  const page = read("docs/performance.md");
  expect(page).toBe(withMeasured(page, performanceTables(json("bench"), what)));
});

test("README has the figures that were measured, each judged by its goal, and the faults of the drill", () => {
  expect(readmeTable(measured, { caught: 56, total: 57 })).toEqual([
    "| what | measured | goal |",
    "|---|---|---|",
    "| preview of all three stacks, with policy and parity | 5.00 s; cdk synth: 4.00 s | preview ÷ cdk synth 1.25, ≤ 0.50: missed |",
    "| faults caught before production, or detected | 56 of 57 ([list](docs/change-safety.md)) | all: missed |",
  ]);
});

test("docs/performance.md has every figure with its spread, goal and peer, and when and where it was measured", () => {
  expect(performanceTables(measured, new Map([["preview", "Three stacks."]]))).toEqual([
    "## preview",
    "",
    "Three stacks. Measured 2026-11-30 on 2 processors, 8 GB of memory, Node v24.0.0.",
    "",
    "| | median | lowest | highest | goal | beside |",
    "|---|---|---|---|---|---|",
    "| preview of three stacks | 5.00 s | 4.00 s | 6.00 s |  | cdk synth: 4.00 s |",
    "| preview ÷ cdk synth | 1.25 | 1.25 | 1.25 | ≤ 0.50: missed |  |",
    "",
  ]);
});

test("a page without the two marks is an error", () => {
  expect(() => withMeasured("# Page\n", [])).toThrow("the page has not both <!-- measured:");
});
