import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CannotAdd, newEntry, newStackFile, withEntry } from "../release/operate/init/new-stack.ts";
import { root } from "../release/workspace/location.ts";
import { run } from "../release/workspace/process.ts";
import { readStackFiles } from "../stacks/files.ts";
import { stacks } from "../stacks/registry.ts";
import { settingsFile } from "../stacks/settings.ts";
import { finish, type Output, progress, say } from "./output.ts";

/**
 * `order-queue init REGION`: writes the stack file, the line of the registry and the generated pages of a new region.
 * @throws {CannotAdd}
 */
export async function initCommand(region: string, { json, stack }: Output & { stack?: string }): Promise<void> {
  const entry = newEntry({ stacks }, region, stack);
  const file = settingsFile(entry.name);
  if (existsSync(join(root, file)))
    throw new CannotAdd(`There is a file ${file} already. Fix: delete it, or --stack NAME`);
  const template = stacks.findLast(({ role }) => role === "production");
  if (!template) throw new CannotAdd("There is no production stack to copy. Fix: CONTRIBUTING.md, recipe 2");
  const read = (name: string) => readFileSync(join(root, name), "utf8");
  const text = newStackFile(read(settingsFile(template.name)), entry, { stacks, settings: readStackFiles(root) });
  const registry = withEntry(read("stacks/registry.ts"), entry);
  writeFileSync(join(root, file), text);
  writeFileSync(join(root, "stacks/registry.ts"), registry);
  progress(`${file} and stacks/registry.ts are written; npm run docs writes the pages`);
  await run("npm", ["run", "docs"], { cwd: root, env: {}, progress });
  say(nextSteps(entry.name, region));
  finish(true, { entry, files: [file, "stacks/registry.ts"] }, json);
}

function nextSteps(name: string, region: string): string {
  return [
    `${name} is added in ${region}, in a wave of its own. Next:`,
    `  1. ${settingsFile(name)}: replace the store \`example\` by the region's own, and set alarmEmail (docs/settings.md).`,
    `  2. release/costs/prices.ts: the prices of ${region}, if it has none; until then those of us-east-1 count.`,
    "  3. npx order-queue doctor: hosted zone, delegation and quotas of the new region.",
    `  4. On AWS: pulumi stack init --secrets-provider "awskms://alias/order-queue-state?region=REGION" ${name}; on the twin: restart npm start.`,
    "  5. Commit, then npx order-queue preview and npx order-queue release.",
  ].join("\n");
}
