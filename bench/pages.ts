/** Writes the measured tables of README.md and docs/performance.md: a part of `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchmarks } from "./list.ts";
import { performanceTables, readmeTable, withMeasured } from "./measured.ts";
import { root } from "./process.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const [bench, drill] = ["bench", "drill"].map((name) => JSON.parse(read(`docs/measured/${name}.json`)));
const what = new Map(benchmarks.map(({ name, what }) => [name, what]));
for (const [file, lines] of [
  ["README.md", readmeTable(bench, drill)],
  ["docs/performance.md", performanceTables(bench, what)],
] as const)
  writeFileSync(join(root, file), withMeasured(read(file), lines));
