/** Three deployed stacks, kept for every later soak of the same files; each soak works on a copy. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alive } from "../../twin/twin.ts";
import type * as deploy from "../deploy.ts";
import type { Deployed } from "../deploy.ts";
import type * as local from "../local.ts";
import { copyProject } from "./project.ts";

/** A copy of the deployed stacks, nothing of it running. */
export interface Copy {
  /** The project's files in a repository of their own. */
  project: string;
  /** Folder of twin and backend. */
  state: string;
  deployed: Deployed[];
  remove(): void;
}

/**
 * @param root folder of the project
 * @param folder where the deployed stacks are kept
 */
export async function copyBase(root: string, folder: string, progress: (line: string) => void): Promise<Copy> {
  removeLeft(folder);
  const base = await findBase(root, folder, progress);
  const run = join(folder, `run-${process.pid}`);
  cpSync(base, run, { recursive: true });
  return {
    project: join(run, "project"),
    state: join(run, "state"),
    deployed: JSON.parse(readFileSync(join(run, mark), "utf8")),
    remove: () => rmSync(run, { recursive: true, force: true }),
  };
}

/** What earlier soaks left, to be looked at until now. */
function removeLeft(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const pid = /^(?:run|new)-(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !alive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Written last: without it the deployment did not end. */
const mark = "deployed.json";

/** Deploys what these files are, unless that was done before; of other files nothing is kept. */
async function findBase(root: string, folder: string, progress: (line: string) => void): Promise<string> {
  const fresh = join(folder, `new-${process.pid}`);
  const tree = await copyProject(root, fresh, folder);
  const base = join(folder, `deployed-${tree.slice(0, 12)}`);
  if (existsSync(join(base, mark))) {
    rmSync(fresh, { recursive: true });
    progress(`the stacks as they were deployed before: ${base}`);
    return base;
  }
  for (const old of readdirSync(folder).filter((name) => name.startsWith("deployed-")))
    rmSync(join(folder, old), { recursive: true });
  // First in its place, then deployed: images link to the project's packages.
  const project = join(base, "project");
  mkdirSync(base);
  renameSync(fresh, project);
  const deployed = await deployIn(project, join(base, "state"), progress);
  writeFileSync(join(base, mark), JSON.stringify(deployed));
  return base;
}

/** By the copy's own code, so that every record names the copy's commit. */
async function deployIn(project: string, state: string, progress: (line: string) => void): Promise<Deployed[]> {
  const { startLocal }: typeof local = await import(join(project, "drills", "local.ts"));
  const { deployAll }: typeof deploy = await import(join(project, "drills", "deploy.ts"));
  const running = await startLocal(state, progress, { containers: "processes" });
  try {
    return await deployAll(running, progress);
  } finally {
    await running.stop();
  }
}
