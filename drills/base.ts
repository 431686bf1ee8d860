/**
 * Three stacks that are deployed once for the same files, and copied by what changes them: the tests on the real engine,
 * the drill, and the soak.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { withLock } from "../engine/lock.cjs";
import { alive } from "../twin/client.ts";
import type * as deploy from "./deploy.ts";
import type { Deployed } from "./deploy.ts";
import type * as local from "./local.ts";
import { copyProject } from "./project.ts";

export interface Base {
  /** The project's files in a repository of their own, which the stacks were deployed from. */
  project: string;
  /** Folder of twin and backend; nothing of it is running. */
  state: string;
  deployed: Deployed[];
}

export interface Copy extends Base {
  remove(): void;
}

/** Written last: without it the deployment did not finish. */
const MARK = "deployed.json";

/**
 * Deploys what the project's files are, unless that was done before; of other files nothing is kept. Two at the same
 * time: the second waits and uses what the first deployed.
 *
 * @param root folder of the project
 * @param state folder of local state, where the deployed stacks are kept
 * @param adapt changes the copy of the project that is deployed
 */
export async function findBase(
  root: string,
  state: string,
  progress: (line: string) => void,
  adapt: (project: string) => void = () => {},
): Promise<Base> {
  const folder = folderIn(state);
  return withLock(join(folder, "lock"), async () => {
    removeLeft(folder);
    const fresh = mkdtempSync(join(folder, `new-${process.pid}-`));
    const tree = await copyProject(root, fresh, state, adapt);
    const base = join(folder, `deployed-${tree.slice(0, 12)}`);
    if (existsSync(join(base, MARK))) {
      rmSync(fresh, { recursive: true });
      progress(`the stacks as they were deployed before: ${base}`);
    } else await deployIn(base, fresh, progress);
    return read(base);
  });
}

/** A copy of a base, removed when it is asked for or by a later {@link findBase}. */
export function copyBase(base: Base, state: string): Copy {
  const run = mkdtempSync(join(folderIn(state), `copy-${process.pid}-`));
  cpSync(join(base.project, ".."), run, { recursive: true });
  return { ...read(run), remove: () => rmSync(run, { recursive: true, force: true }) };
}

function folderIn(state: string): string {
  const folder = join(state, "base");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** What processes that no longer run have left: kept until now to be looked at. */
function removeLeft(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^(?:copy|new)-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !alive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

async function deployIn(base: string, fresh: string, progress: (line: string) => void): Promise<void> {
  const folder = join(base, "..");
  for (const old of readdirSync(folder).filter((name) => name.startsWith("deployed-")))
    rmSync(join(folder, old), { recursive: true });
  // First in its place, then deployed: images link to the project's packages.
  const project = join(base, "project");
  mkdirSync(base);
  renameSync(fresh, project);
  // By the copy's own code, so that every record names the copy's commit.
  const { startLocal }: typeof local = await import(join(project, "drills", "local.ts"));
  const { deployAll }: typeof deploy = await import(join(project, "drills", "deploy.ts"));
  const running = await startLocal(join(base, "state"), progress, { containers: "processes" });
  try {
    writeFileSync(join(base, MARK), JSON.stringify(await deployAll(running, progress)));
  } finally {
    await running.stop();
  }
}

function read(base: string): Base {
  return {
    project: join(base, "project"),
    state: join(base, "state"),
    deployed: JSON.parse(readFileSync(join(base, MARK), "utf8")),
  };
}
