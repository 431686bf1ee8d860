import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** Which folders a folder may import from, beside itself (docs/architecture.md). */
const allowed: Record<string, string[]> = {
  infra: [],
  policy: [],
  service: [],
  twin: [],
  engine: [],
  stacks: ["infra"],
  release: ["stacks", "engine"],
  drills: ["release", "stacks", "engine", "twin", "tools"],
  cli: ["drills", "release", "stacks", "engine"],
  tools: ["infra", "stacks", "release", "engine"],
  bench: ["drills", "release", "stacks", "engine", "cli", "twin"],
};

test.each(Object.keys(allowed))("%s imports only from where it may", (folder) => {
  const stray = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: (name) => name === "node_modules" }).flatMap(
    (file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/from "(\.[^"]+)"/g)].flatMap(([, target = ""]) => {
        const [other = ""] = relative(root, resolve(root, dirname(file), target)).split("/");
        return other === folder || allowed[folder]?.includes(other) ? [] : [`${file} imports ${target}`];
      }),
  );
  expect(stray).toEqual([]);
});

test("the program never mentions the twin", () => {
  const mentions = globSync("{infra,stacks,service}/**/*.ts", {
    cwd: root,
    exclude: (name) => name === "node_modules",
  }).filter((file) => /\btwins?\b/i.test(readFileSync(join(root, file), "utf8")));
  expect(mentions).toEqual([]);
});
