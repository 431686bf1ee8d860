/**
 * Writes twin/services/bounds/table.json out of a folder with api-models.json and cloudformation.json:
 * `node tools/bounds/bounds.ts FOLDER`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { aws } from "../../twin/services/resources.ts";
import { type Facts, makeTable, textOf } from "./table.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Usage: node tools/bounds/bounds.ts FOLDER");
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
const facts: Facts = { apiModels: read("api-models.json"), cloudFormation: read("cloudformation.json") };

const table = join(dirname(dirname(import.meta.dirname)), "twin", "services", "bounds", "table.json");
writeFileSync(table, textOf(makeTable([...aws.types.values()], facts)));
