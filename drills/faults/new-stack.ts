import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NewStack } from "./fault.ts";

/** Enters a stack in the registry and gives it a file, as an engineer does who adds a region. */
export function enterStack(project: string, { name, region, like }: NewStack): void {
  const registry = join(project, "stacks", "registry.ts");
  const text = readFileSync(registry, "utf8");
  const list = /(export const stacks: readonly StackEntry\[\] = \[[^\]]*)\];/;
  if (!list.test(text)) throw new Error(`${registry} has no list of stacks`);
  writeFileSync(
    registry,
    text.replace(list, `$1  { name: "${name}", role: "production", region: "${region}", wave: 3 },\n];`),
  );
  const settings = readFileSync(join(project, `Pulumi.${like}.yaml`), "utf8");
  writeFileSync(join(project, `Pulumi.${name}.yaml`), settings.replace(/^( *order-queue:region: ).*$/m, `$1${region}`));
}
