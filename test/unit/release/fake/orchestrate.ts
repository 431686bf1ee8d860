/** Runs release orchestration on the in-memory engine, each command in a process of its own. */
import { type Released, releaseAll } from "../../../../release/promotion/release.ts";
import type { Stage } from "../../../../release/promotion/work.ts";
import type { Run } from "../../../../stacks/program.ts";
import { FakeBackend } from "./backend.ts";
import { FakeProcess } from "./engine.ts";

export const folder = "/worktrees";
export const quiet = () => {};

/** A report without what differs from run to run. */
export type Timeless = Omit<Released, "seconds" | "stages"> & { stages: Omit<Stage, "seconds">[] };

export function timeless({ seconds, stages, ...released }: Released): Timeless {
  return { ...released, stages: stages.map(({ seconds: took, ...stage }) => stage) };
}

/** `order-queue release`. */
export async function release(
  backend: FakeBackend,
  { progress = quiet, run, breakLock }: { progress?: (line: string) => void; run?: Run; breakLock?: boolean } = {},
): Promise<Timeless> {
  const { workspace } = new FakeProcess(backend);
  return timeless(await releaseAll(workspace, { folder, progress, breakLock, ...(run && { run }) }));
}

/** `order-queue release`, killed when it prints a line like `at`, or by an accident of the backend. */
export async function interruptedRelease(backend: FakeBackend, at?: RegExp): Promise<void> {
  const process = new FakeProcess(backend);
  const progress = (line: string) => void (at?.test(line) && process.kill());
  const ended = releaseAll(process.workspace, { folder, progress }).then((released) => {
    throw new Error(`the release ended before it was killed: ${JSON.stringify(released)}`);
  });
  await Promise.race([process.killed, ended]);
}

/** Three stacks that run the first version, and were watched for long enough. */
export async function deployed(): Promise<FakeBackend> {
  const backend = new FakeBackend();
  const { completed } = await release(backend);
  if (!completed) throw new Error("the first version was not released");
  return backend;
}

/** Message and result of every update of a stack, the newest first. */
export function historyOf(backend: FakeBackend, stack: string): string[] {
  return backend.open(stack).history.map(({ message, result }) => `${result}: ${message}`);
}

/** The release that each stack runs. */
export function running(backend: FakeBackend): Record<string, unknown> {
  return Object.fromEntries([...backend.stacks].map(([name, { outputs }]) => [name, outputs.release]));
}

export const stage = (stack: string, what: Stage["what"], detail: string) => ({ stack, what, detail });
