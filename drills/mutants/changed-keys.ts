/** Which resources differ from those that a commit registers. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../release/workspace/location.ts";
import { run } from "../../release/workspace/process.ts";
import { checkedOut } from "../../release/workspace/worktree.ts";
import { fingerprint } from "../../stacks/fingerprint.ts";
import { type Index, indexOf } from "./generate.ts";
import type { Graph } from "./graph.ts";

/** What a commit registers, and what differs between two equal ones: the release, which the containers name, and the folder. */
interface Registered {
  graphs: readonly (readonly [string, Graph])[];
  release: string;
  folder: string;
}

/** Keys of the index whose resources differ in any stack. @throws Error where the commit's program cannot be run */
export async function changedKeys(
  index: Index,
  commit: string,
  progress: (line: string) => void,
): Promise<Set<string>> {
  const folder = join(root, ".order-queue", "worktrees");
  const before = await checkedOut({ root, folder, name: "mutants", commit, env: {} }, progress, registeredIn);
  const old = textsOf(indexOf(new Map(before.graphs)), before);
  const now = textsOf(index, { release: fingerprint(root), folder: root });
  return new Set([...now].flatMap(([key, text]) => (old.get(key) === text ? [] : [key])));
}

/** By the commit's own code, in a process of its own. */
async function registeredIn(tree: string): Promise<Registered> {
  const url = (file: string) => JSON.stringify(pathToFileURL(join(tree, file)).href);
  const script = [
    "console.warn = () => {};",
    `const { registerAll } = await import(${url("drills/mutants/register.ts")});`,
    `const { fingerprint } = await import(${url("stacks/fingerprint.ts")});`,
    "const registered = { graphs: [...(await registerAll())], release: fingerprint(process.cwd()), folder: process.cwd() };",
    'process.stdout.write("\\n" + JSON.stringify(registered));',
  ];
  const printed = await run(process.execPath, ["--input-type=module", "--eval", script.join("\n")], {
    cwd: tree,
    env: {},
  });
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

/** Resources as text, by key, with one word for each release and folder. */
function textsOf(index: Index, { release, folder }: Omit<Registered, "graphs">): Map<string, string> {
  const same = (text: string) => text.replaceAll(release, "RELEASE").replaceAll(folder, "FOLDER");
  return new Map([...index].map(([key, byStack]) => [key, same(JSON.stringify([...byStack]))]));
}
