/** This project with more stacks than it has. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyProject } from "../drills/project.ts";
import { stacks } from "../stacks/registry.ts";
import { root } from "./process.ts";

/** What the further stacks are like. */
export const model = "prod-eu";
/** Its entry in the registry, whatever its wave. */
const entry = /\{ name: "prod-eu", .*\},/;

/** Names of the stacks beyond the project's own, of so many in all. */
export const furtherStacks = (count: number): string[] =>
  Array.from({ length: count - stacks.length }, (_, index) => `prod-${index + stacks.length}`);

/** A copy in a repository of its own, with so many stacks: beyond the project's, ones that are as prod-eu but for their domain. */
export async function projectOf(folder: string, count: number): Promise<string> {
  const project = join(folder, `project-${count}`);
  mkdirSync(project);
  await copyProject(root, project, folder, () => addStacks(project, furtherStacks(count)));
  return project;
}

function addStacks(project: string, names: readonly string[]): void {
  const settings = readFileSync(join(project, `Pulumi.${model}.yaml`), "utf8");
  for (const name of names)
    writeFileSync(join(project, `Pulumi.${name}.yaml`), settings.replaceAll("eu.orderhub", `${name}.orderhub`));
  const registry = join(project, "stacks", "registry.ts");
  const withNames = (line: string) => [line, ...names.map((name) => line.replace(model, name))].join("\n");
  writeFileSync(registry, readFileSync(registry, "utf8").replace(entry, withNames));
}
