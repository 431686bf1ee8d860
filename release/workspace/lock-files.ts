import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { alive } from "../../twin/client.ts";
import type { Lock } from "./engine.ts";

/** How the file backend notes who updates a stack (pulumi pkg/backend/diy/lock.go). */
export interface LockFile {
  pid: number;
  username: string;
  hostname: string;
  /** RFC 3339. */
  timestamp: string;
}

/**
 * The lock of a stack of a file backend. On a shared backend a dead update cannot be distinguished from a living one: the
 * lock counts as free, and the engine itself refuses and says how to cancel.
 *
 * @param backend value of PULUMI_BACKEND_URL
 */
export function lockOf(backend: string | undefined, stack: string): Lock {
  const locks = locksOf(backend, stack).filter((lock) => lock.hostname === hostname());
  if (locks.length === 0) return "free";
  return locks.some(({ pid }) => alive(pid)) ? "held" : "abandoned";
}

/** Who holds the lock of a stack, and since when, in words. */
export function lockOwner(backend: string | undefined, stack: string): string {
  const owners = locksOf(backend, stack).map((lock) => `${ownerOf(lock)} since ${lock.timestamp}`);
  return owners.join(", ") || "an unknown process";
}

/** Who made a lock, in words. */
export function ownerOf({ username, hostname: host, pid }: LockFile): string {
  return `${username}@${host} (process ${pid})`;
}

function locksOf(backend: string | undefined, stack: string): LockFile[] {
  if (!backend?.startsWith("file://")) return [];
  const root = backend.replace(/^file:\/\/|\?.*$/g, "");
  return readLockFiles(join(root, ".pulumi", "locks", "organization", "order-queue", stack));
}

function readLockFiles(folder: string): LockFile[] {
  try {
    return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
  } catch {
    return [];
  }
}
