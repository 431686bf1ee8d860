import { globSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../../policy/rules.ts";

const folder = join(import.meta.dirname, "../../..", "policy");

test("every rule that a file exports is in the list, once", async () => {
  const files = globSync("*.ts", { cwd: folder }).filter((file) => !["pack.ts", "rules.ts"].includes(file));
  const modules = await Promise.all(files.map((file) => import(join(folder, file))));
  const exported = modules.flatMap((module) =>
    Object.values(module as Record<string, unknown>).filter(
      (value) => typeof value === "object" && value !== null && "enforcementLevel" in value,
    ),
  );
  expect(new Set(rules)).toEqual(new Set(exported));
  expect(new Set(rules.map(({ name }) => name)).size).toBe(exported.length);
});

test.each(rules)("$name is mandatory and says in a sentence what holds", ({ enforcementLevel, description }) => {
  expect(enforcementLevel).toBe("mandatory");
  expect(description).toMatch(/^[A-Z].{20,}\.$/);
});
