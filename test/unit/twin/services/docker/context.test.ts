import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextFiles, ignoring } from "../../../../../twin/services/docker/context.ts";

const letThrough = (rules: string[], paths: string[]) => {
  const ignored = ignoring(rules.join("\n"));
  return paths.filter((path) => !ignored(path));
};

it("the last rule that matches decides", () => {
  const paths = ["main.ts", "package.json", "notes.md", "node_modules/x/index.ts"];
  expect(letThrough(["*", "!*.ts", "!package.json"], paths)).toEqual(["main.ts", "package.json"]);
  expect(letThrough(["!main.ts", "*.ts"], paths)).toEqual(["package.json", "notes.md", "node_modules/x/index.ts"]);
});

it("a folder's rule is its files', and a pattern without ** is the root's", () => {
  const paths = ["a.log", "x/a.log", "x/y/b.txt", "xy"];
  expect(letThrough(["# a comment", "", "x/"], paths)).toEqual(["a.log", "xy"]);
  expect(letThrough(["/*.log"], paths)).toEqual(["x/a.log", "x/y/b.txt", "xy"]);
  expect(letThrough(["**/*.log", "?y"], paths)).toEqual(["x/y/b.txt"]);
});

it("a context has no .dockerignore, whatever that says", () => {
  const context = mkdtempSync(join(tmpdir(), "context-"));
  mkdirSync(join(context, "lib"));
  for (const file of ["main.ts", "lib/a.ts", "secret.pem"]) writeFileSync(join(context, file), "");
  writeFileSync(join(context, ".dockerignore"), "*.pem\n");
  expect(contextFiles(context)).toEqual(["lib/a.ts", "main.ts"]);
  rmSync(context, { recursive: true });
});
