import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStack, type Place, processEnvironment } from "./stack.ts";

/** How the file backend notes who updates a stack (pulumi pkg/backend/diy/lock.go). */
interface Lock {
  pid: number;
  hostname: string;
}

/** An engine whose starter was killed finishes or fails within this time, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Frees a stack of a file backend that a killed update of this machine left locked: waits while the engine that holds the
 * lock still runs, then cancels on behalf of the dead one, as `pulumi cancel` would. On a shared backend nobody can tell
 * a dead update from a living one: there the engine refuses, and says how to cancel.
 */
export async function freeStack(place: Place, stack: string, progress: (line: string) => void): Promise<void> {
  const url = { ...process.env, ...processEnvironment(place) }.PULUMI_BACKEND_URL;
  if (!url?.startsWith("file://")) return;
  const folder = join(url.replace(/^file:\/\/|\?.*$/g, ""), ".pulumi", "locks", "organization", "order-queue", stack);
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const locks = readLocks(folder).filter((lock) => lock.hostname === hostname());
    if (locks.length === 0) return;
    if (locks.some(({ pid }) => alive(pid)) && Date.now() < deadline) continue;
    progress(`${stack}: the last update was interrupted; its lock is cancelled`);
    return (await openStack(place, stack)).cancel();
  }
}

function readLocks(folder: string): Lock[] {
  try {
    return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
  } catch {
    return [];
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
