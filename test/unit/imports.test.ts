import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** Which folders a folder may import from, beside itself (docs/architecture.md). */
const allowed: Record<string, string[]> = {
  infra: [],
  policy: [],
  service: [],
  html: [],
  twin: ["html"],
  engine: [],
  stacks: ["infra"],
  release: ["stacks", "engine", "html"],
  drills: ["release", "stacks", "engine", "twin", "tools", "policy", "html"],
  cli: ["drills", "release", "stacks", "engine", "html"],
  tools: ["infra", "stacks", "release", "engine", "twin"],
  bench: ["drills", "release", "stacks", "engine", "cli", "twin"],
};

/** Single files of other folders: what finds a running twin, and options that two commands share. */
const files: Record<string, string[]> = {
  release: ["twin/client.ts"],
  drills: ["cli/twin-options.ts", "service/settings.ts"],
};

test.each(Object.keys(allowed))("%s imports only from where it may", (folder) => {
  const stray = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: (name) => name === "node_modules" }).flatMap(
    (file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/from "(\.[^"]+)"/g)].flatMap(([, target = ""]) => {
        const imported = relative(root, resolve(root, dirname(file), target));
        const [other = ""] = imported.split("/");
        const may = other === folder || allowed[folder]?.includes(other) || files[folder]?.includes(imported);
        return may ? [] : [`${file} imports ${target}`];
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

const shared = ["core", "pulumi", "api", "internet", "containers", "services/ports.ts", "services/policy-document.ts"];

/** What a part of the twin may import from, beside itself; a service from `shared`. The others, cloud.ts first, know all. */
const parts: Record<string, string[]> = {
  core: [],
  pulumi: ["core"],
  api: ["core"],
  internet: ["core"],
  containers: ["core", "internet"],
  "client.ts": ["control/documents.ts"],
  "services/ports.ts": ["core"],
  "services/policy-document.ts": ["pulumi"],
};

/** Services whose pure functions another one uses: target tracking is two alarms. */
const lent: Record<string, string[]> = { "services/application-autoscaling": ["services/cloudwatch"] };

test("the twin's parts import one way, and a service never imports another one's folder", () => {
  const stray = globSync("twin/**/*.ts", { cwd: root }).flatMap((file) => {
    const part = partOf(file);
    const isService = part.startsWith("services/") && !part.endsWith(".ts");
    const may = isService ? [...shared, ...(lent[part] ?? [])] : parts[part];
    if (!may) return [];
    return [...readFileSync(join(root, file), "utf8").matchAll(/from "(\.[^"]+)"/g)].flatMap(([, target = ""]) => {
      const imported = relative(root, resolve(root, dirname(file), target));
      const other = partOf(imported);
      return other === part || may.includes(other) || may.includes(imported.slice("twin/".length))
        ? []
        : [`${file} imports ${target}`];
    });
  });
  expect(stray).toEqual([]);
});

test("what clients of the twin import needs Node alone", () => {
  const imported = ["twin/client.ts", "twin/control/documents.ts"].flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/from "([^"]+)"/g)].map(([, target = ""]) => target),
  );
  expect(imported.filter((target) => !target.startsWith("node:"))).toEqual(["./control/documents.ts"]);
});

/** `core`, `services/ec2`, or the name of a file that is in no part's folder. */
function partOf(file: string): string {
  const [, first = "", second = ""] = file.split("/");
  return first === "services" ? `${first}/${second}` : first;
}
