import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../../policy/rules.ts";

const folder = join(import.meta.dirname, "../../..", "policy");

test("every rule that a file exports is in the list, once", async () => {
  const files = globSync("**/*.ts", { cwd: folder }).filter((file) => !["pack.ts", "rules.ts"].includes(file));
  const modules = await Promise.all(files.map((file) => import(join(folder, file))));
  const exported = modules.flatMap((module) =>
    Object.values(module as Record<string, unknown>).filter(
      (value) => typeof value === "object" && value !== null && "enforcementLevel" in value,
    ),
  );
  const names = (all: readonly object[]) => all.map((one) => (one as { name?: string }).name).sort();
  expect(names(rules)).toEqual(names(exported));
  expect(new Set(names(rules)).size).toBe(rules.length);
  expect(new Set(rules)).toEqual(new Set(exported));
});

test.each(rules)("$name is mandatory and says in a sentence what holds", ({ enforcementLevel, description }) => {
  expect(enforcementLevel).toBe("mandatory");
  expect(description).toMatch(/^[A-Z].{20,}\.$/);
});

test("the rules of any Fargate stack know nothing of this program", () => {
  for (const file of globSync("fargate/*.ts", { cwd: folder })) {
    expect(readFileSync(join(folder, file), "utf8")).not.toMatch(/order-queue|OrderQueue/);
  }
});
