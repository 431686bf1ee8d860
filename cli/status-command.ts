import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findEngine } from "../engine/engine.ts";
import { readHead } from "../release/operate/status/head.ts";
import { readStatus, type StatusSource } from "../release/operate/status/read.ts";
import { backendFiles } from "../release/workspace/backend-files.ts";
import { cloudWatchAlarms } from "../release/workspace/cloudwatch.ts";
import { requireAccount } from "../release/workspace/identity.ts";
import { type BackendLocation, findBackend } from "../release/workspace/location.ts";
import { fileReader, type StackReader } from "../release/workspace/stack-reader.ts";
import { stacks } from "../stacks/registry.ts";
import { finish, type Output, say } from "./output.ts";
import { needsAttention, statusMarkdown, statusReport } from "./status-report.ts";

/** `order-queue status`; exit code 1 where something needs attention. `watch`: seconds between two readings. */
export async function statusCommand(
  state: string,
  { json, markdown, watch: seconds }: Output & { markdown?: string; watch?: number | true },
): Promise<void> {
  const watch = seconds === true ? 10 : seconds;
  const source = await sourceOf(state);
  for (;;) {
    const status = await readStatus(source);
    // A terminal shows the newest reading alone.
    if (watch !== undefined && process.stdout.isTTY) process.stdout.write("\x1b[2J\x1b[H");
    say(statusReport(status));
    if (markdown) writeFileSync(markdown, statusMarkdown(status));
    process.exitCode = 0;
    finish(!needsAttention(status), status, json);
    if (watch === undefined) return;
    await sleep(watch * 1000);
  }
}

async function sourceOf(state: string): Promise<StatusSource> {
  const location = await findBackend(state);
  const [reader] = await Promise.all([readerOf(location), requireAccount(location)]);
  return {
    ...{ reader, stacks, alarms: cloudWatchAlarms(location) },
    clock: { now: () => Date.now(), sleep: async (milliseconds) => void (await sleep(milliseconds)) },
    head: (commits) => readHead(location.root, commits),
  };
}

/** Reads the backend's files where it has any, which takes no engine; else asks the engine. */
export async function readerOf(location: BackendLocation): Promise<StackReader> {
  const files = await backendFiles(location);
  if (files) return fileReader(files);
  const { engineReader } = await import("../release/workspace/engine-reader.ts");
  return engineReader({ ...location, engine: await findEngine() });
}
