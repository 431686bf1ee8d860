import { dirname, join } from "node:path";
import { releaseAll } from "../release/promotion/release.ts";
import { UpdateFailed, update } from "../release/promotion/update.ts";
import { workspaceOf } from "../release/workspace/automation.ts";
import { openStack, type WorkspaceLocation } from "../release/workspace/stack.ts";
import type { PendingStore } from "../stacks/domains.ts";
import { fingerprint } from "../stacks/fingerprint.ts";
import type { Run } from "../stacks/program.ts";
import { stacks, staging } from "../stacks/registry.ts";
import { Control } from "./control.ts";
import type { Local } from "./local.ts";
import { publishRecords } from "./owners.ts";
import type { StoreAddress } from "./traffic.ts";

/** One deployed stack. */
export interface Deployed {
  stack: string;
  release: string;
  image: string;
  stores: StoreAddress[];
  seconds: number;
}

/** On a machine of one's own, files that no commit has may be deployed, and no bake waits for an alarm. */
const run: Run = { settings: { "order-queue:uncommitted": "true", "order-queue:bakeSeconds": "0" } };

/**
 * Brings every stack to the release of the working tree: staging, then the production stacks side by side. Production
 * that runs another release meanwhile is taken over as a release is, through staging's rehearsal.
 *
 * @throws {UpdateFailed}
 */
export async function deployAll(
  { location, backend, twin }: Local,
  progress: (line: string) => void,
): Promise<Deployed[]> {
  const release = fingerprint(location.root);
  const production = stacks.filter(({ role }) => role === "production");
  const running = await Promise.all(production.map(({ name }) => deployedRelease(location, name)));
  if (running.some((other) => other !== undefined && other !== release)) {
    const { stages, stopped } = await releaseAll(workspaceOf(location), {
      folder: join(dirname(backend), "worktrees"),
      progress,
      run,
    });
    if (stopped) throw new UpdateFailed(`${stopped.stack}: ${stopped.why}`);
    const secondsOf = (name: string) =>
      stages.filter(({ stack }) => stack === name).reduce((sum, { seconds }) => sum + seconds, 0);
    return Promise.all(stacks.map(({ name }) => deployed(location, name, secondsOf(name))));
  }
  const deploy = async (name: string) =>
    deployed(location, name, (await update(workspaceOf(location), name, { progress, run })).seconds);
  const first = await deployProof(location, new Control(twin.api), progress);
  return [first, ...(await Promise.all(production.map(({ name }) => deploy(name))))];
}

/** Staging: the owners of its stores' domains publish what it asks them for, so that it proves what such a store needs. */
async function deployProof(
  location: WorkspaceLocation,
  control: Control,
  progress: (line: string) => void,
): Promise<Deployed> {
  const { name } = staging;
  const { outputs, seconds } = await update(workspaceOf(location), name, { progress, run });
  const pending: PendingStore[] = outputs.pending?.value ?? [];
  if (pending.length === 0) return deployed(location, name, seconds);
  await publishRecords(control, pending, progress);
  const again = await update(workspaceOf(location), name, { progress, run });
  return deployed(location, name, seconds + again.seconds);
}

async function deployedRelease(location: WorkspaceLocation, name: string): Promise<string | undefined> {
  const { release } = await (await openStack(location, name)).outputs();
  return release?.value;
}

async function deployed(location: WorkspaceLocation, name: string, seconds: number): Promise<Deployed> {
  const outputs = await (await openStack(location, name)).outputs();
  const stores = (outputs.stores?.value ?? []) as { name: string; url: string }[];
  return {
    stack: name,
    release: outputs.release?.value,
    image: outputs.image?.value,
    stores: stores.map((store) => ({ stack: name, ...store })),
    seconds,
  };
}
