import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const folders = "{infra,stacks,policy,service,release,engine,cli,twin,drills,tools,bench,html,test}";

const files = globSync(`${folders}/**/*.{ts,mjs,cjs}`, { cwd: root, exclude: ["**/node_modules", "bench/cdk"] }).sort();

/** The files that a file imports, types included: `import … from`, `export … from`, `import()` and `require()`. */
function importsOf(file: string): string[] {
  const specifier = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"(\.[^"]+)"/g;
  return [...readFileSync(join(root, file), "utf8").matchAll(specifier)]
    .map(([, target = ""]) => relative(root, resolve(root, dirname(file), target)))
    .filter((target) => existsSync(join(root, target)));
}

/** Tarjan: the strongly connected components of more than one file, and files that import themselves. */
function cyclesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): number => {
    const own = index.size;
    index.set(file, own);
    low.set(file, own);
    stack.push(file);
    for (const target of imports.get(file) ?? []) {
      const reached = index.has(target) ? (stack.includes(target) ? index.get(target) : undefined) : visit(target);
      low.set(file, Math.min(low.get(file) ?? own, reached ?? own));
    }
    const lowest = low.get(file) ?? own;
    if (lowest === own) {
      const component = stack.splice(stack.indexOf(file));
      if (component.length > 1 || imports.get(file)?.includes(file)) cycles.push(component.sort());
    }
    return lowest;
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return cycles.sort((a, b) => String(a).localeCompare(String(b)));
}

test("a cycle is found with all its files, and only with those", () => {
  const imports = { a: ["b"], b: ["c", "d"], c: ["a"], d: ["e"], e: [], f: ["f"] };
  expect(cyclesOf(new Map(Object.entries(imports)))).toEqual([["a", "b", "c"], ["f"]]);
});

test("no file imports itself by way of others, for values or for types", () => {
  expect(cyclesOf(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
});
