import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Lock } from "./engine.ts";

/** How the file backend notes who updates a stack (pulumi pkg/backend/diy/lock.go). */
interface LockFile {
  pid: number;
  hostname: string;
}

/**
 * The lock of a stack of a file backend. On a shared backend a dead update cannot be distinguished from a living one: the
 * lock counts as free, and the engine itself refuses and says how to cancel.
 *
 * @param backend value of PULUMI_BACKEND_URL
 */
export function lockOf(backend: string | undefined, stack: string): Lock {
  if (!backend?.startsWith("file://")) return "free";
  const root = backend.replace(/^file:\/\/|\?.*$/g, "");
  const folder = join(root, ".pulumi", "locks", "organization", "order-queue", stack);
  const locks = readLockFiles(folder).filter((lock) => lock.hostname === hostname());
  if (locks.length === 0) return "free";
  return locks.some(({ pid }) => alive(pid)) ? "held" : "abandoned";
}

function readLockFiles(folder: string): LockFile[] {
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
