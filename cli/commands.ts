import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { attachLocal, findPlace, startLocal } from "../drills/local.ts";
import { previewAll } from "../release/preview.ts";
import { rollback } from "../release/rollback.ts";
import { processEnvironment } from "../release/stack.ts";
import { findStack } from "../stacks/registry.ts";
import { previewReport } from "./report.ts";

interface Output {
  json?: string;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);
const progress = (line: string) => void process.stderr.write(`${line}\n`);

export async function previewCommand(state: string, { json }: Output): Promise<void> {
  const place = await findPlace(state);
  const preview = await previewAll(place, progress);
  say(previewReport(preview));
  if (json) writeJson(json, preview);
  if (!preview.parity.equal || Object.values(preview.stacks).some(({ error }) => error)) process.exitCode = 1;
}

export async function rollbackCommand(state: string, stack: string, { json }: Output): Promise<void> {
  const { name } = findStack(stack);
  const place = await findPlace(state);
  const done = await rollback(place, name, join(state, "worktrees"), progress);
  say(
    `${name} runs commit ${done.target.commit.slice(0, 12)} of update ${done.target.update.version} again, verified, after ${done.seconds.toFixed(1)} s.`,
  );
  if (json) writeJson(json, done);
}

/** Lines for `eval`, quoted for any POSIX shell. */
export async function environmentLines(state: string): Promise<void> {
  const { place } = await attachLocal(state);
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  for (const [name, value] of Object.entries(processEnvironment(place))) say(`export ${name}=${quote(value)}`);
}

export async function twinCommand(state: string, { proxyPort }: { proxyPort?: number }): Promise<void> {
  const local = await startLocal(state, progress, { proxyPort });
  say(
    `The twin is up (process ${local.twin.pid}, control API ${local.twin.api}). In another terminal: eval "$(npx order-queue env)". Ctrl-C stops it.`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await local.stop();
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
