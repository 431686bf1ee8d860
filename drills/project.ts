/** A copy of the project in a repository of its own: changes are committed there, and rolled back. */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { stacks } from "../stacks/registry.ts";
import { git } from "./replay/checkout.ts";

/** What is no source, or not the project's. */
const left = new Set(["node_modules", ".git", ".order-queue", "coverage"]);

/** In every stack file: nothing waits for alarms after an update, and a failing check not as long as on AWS. */
const settings = { "order-queue:bakeSeconds": "0", "order-queue:verificationSeconds": "120" };

/**
 * Copies a project and commits it.
 *
 * @param state folder that is not copied
 * @param adapt changes the copy before it is committed
 * @returns git's name of its files: the same for the same files
 */
export async function copyProject(
  root: string,
  to: string,
  state: string,
  adapt: (project: string) => void = () => {},
): Promise<string> {
  const wanted = (file: string) => !left.has(basename(file)) && resolve(file) !== resolve(state);
  // One by one: the copy may lie within what is copied, as in .order-queue, which a copy of the whole is refused for.
  for (const name of readdirSync(root).filter((file) => wanted(join(root, file))))
    cpSync(join(root, name), join(to, name), { recursive: true, filter: wanted });
  for (const { name } of stacks)
    editStackFile(to, name, (file) => {
      for (const [setting, value] of Object.entries(settings)) file.setIn(["config", setting], value);
    });
  adapt(to);
  await git(to, "init", "--quiet");
  await commitAll(to, "the working tree as it is");
  symlinkSync(join(root, "node_modules"), join(to, "node_modules"));
  return git(to, "rev-parse", "HEAD^{tree}");
}

/** Changes a stack's settings, comments kept. */
export function editStackFile(
  project: string,
  stack: string,
  change: (file: ReturnType<typeof parseDocument>) => void,
): void {
  const path = join(project, `Pulumi.${stack}.yaml`);
  const file = parseDocument(readFileSync(path, "utf8"));
  change(file);
  writeFileSync(path, file.toString({ lineWidth: 0 }));
}

/** Commits every change of the copy, new files too. */
export async function commitAll(project: string, message: string): Promise<void> {
  await git(project, "add", "--all");
  await git(project, "commit", "--quiet", "--message", message);
}
