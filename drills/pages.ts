/** Writes docs/change-safety.md from what was measured (docs/measured/): a part of `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../release/workspace/location.ts";
import { changeSafetyPage } from "./change-safety-page.ts";
import { chooseFaults } from "./faults/read.ts";

const measured = (file: string) => JSON.parse(readFileSync(join(root, "docs", "measured", file), "utf8"));
const [drill, baseline, mutants] = ["drill.json", "baseline.json", "mutants.json"].map(measured);
const page = changeSafetyPage(chooseFaults(undefined, undefined), drill, baseline, mutants);
writeFileSync(join(root, "docs", "change-safety.md"), page);
