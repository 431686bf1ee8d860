import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editStackFile } from "../project.ts";
import type { NewStack } from "./fault.ts";

/**
 * Enters a stack in the registry and gives it a file, as an engineer does who adds a region.
 *
 * @param settings what its file says beside the other stack's: the roles that deploy are made from the files
 */
export function enterStack(
  project: string,
  { name, region, like }: NewStack,
  settings: Readonly<Record<string, unknown>> = {},
): void {
  const registry = join(project, "stacks", "registry.ts");
  const text = readFileSync(registry, "utf8");
  const list = /(export const stacks: readonly StackEntry\[\] = \[[^\]]*)\];/;
  if (!list.test(text)) throw new Error(`${registry} has no list of stacks`);
  writeFileSync(
    registry,
    text.replace(list, `$1  { name: "${name}", role: "production", region: "${region}", wave: 3 },\n];`),
  );
  writeFileSync(join(project, `Pulumi.${name}.yaml`), readFileSync(join(project, `Pulumi.${like}.yaml`)));
  editStackFile(project, name, (file) => {
    for (const [setting, value] of Object.entries({ region, ...settings }))
      file.setIn(["config", `order-queue:${setting}`], value);
  });
}
