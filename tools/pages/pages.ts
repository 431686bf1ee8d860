/** Writes the pages of docs/ that are generated and never edited: `npm run docs`. Tests compare them with what is generated. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withVersions } from "../../engine/versions.ts";
import { readStackFiles } from "../../stacks/files.ts";
import { services } from "../../twin/services/apis.ts";
import { actionsPage } from "./actions-page.ts";
import { costsPage } from "./costs-page.ts";
import { withNotModelled } from "./not-modelled.ts";
import { permissionsPages } from "./permissions-page.ts";
import { type Run, runProgram } from "./program.ts";
import { settingsPage } from "./settings-page.ts";

const root = dirname(dirname(import.meta.dirname));
const settings = readStackFiles(root);
const runs = new Map<string, Run>();
for (const stack of settings.keys()) runs.set(stack, await runProgram(stack));

const write = (file: string, text: string) => writeFileSync(join(root, "docs", file), text);
write("settings.md", settingsPage(readFileSync(join(root, "stacks", "settings.ts"), "utf8")));
write("aws-actions.md", actionsPage(services));
write("costs.md", costsPage(runs, settings));
for (const [file, text] of await permissionsPages([...runs.values()], settings)) write(join("permissions", file), text);
const differences = readFileSync(join(root, "docs", "aws-differences.md"), "utf8");
write("aws-differences.md", withNotModelled(differences, join(root, "twin", "services")));
const readme = join(root, "README.md");
writeFileSync(readme, withVersions(readFileSync(readme, "utf8")));
