import type { Workspace } from "./workspace.ts";

/** An engine whose starter was killed finishes or fails within this time, in milliseconds. */
const PATIENCE_MS = 60_000;
/** Milliseconds between two looks. */
const PAUSE_MS = 200;

/** Another process holds the lock of a stack; shown without a stack trace. */
export class StackLocked extends Error {
  override readonly name = "StackLocked";
}

/**
 * Frees a stack that a killed update of this machine left locked, as `pulumi cancel` would. The engine of a killed command
 * may still run: it is waited for. A lock whose process runs is never removed, unless a person asks for that.
 *
 * @param breakLock removes the lock, whatever process holds it
 * @throws {StackLocked} after a minute
 */
export async function freeStack(
  { engine, clock }: Pick<Workspace, "engine" | "clock">,
  stack: string,
  progress: (line: string) => void,
  breakLock = false,
): Promise<void> {
  if (breakLock) {
    progress(`${stack}: the lock of ${engine.lockOwner(stack)} is broken`);
    // On a backend that this machine cannot read there may be none.
    return engine.cancel(stack).catch(() => {});
  }
  let waits = false;
  for (const deadline = clock.now() + PATIENCE_MS; ; await clock.sleep(PAUSE_MS)) {
    const lock = engine.lock(stack);
    if (lock === "free") return;
    if (lock === "abandoned") {
      progress(`${stack}: the last update was interrupted; its lock is removed`);
      return engine.cancel(stack);
    }
    const owner = engine.lockOwner(stack);
    if (clock.now() >= deadline)
      throw new StackLocked(
        `${stack} is locked by ${owner}. No resources were changed. Fix: wait until that update has finished and run the ` +
          "command again, or add --break-lock if you know that it no longer runs",
      );
    if (!waits) progress(`${stack}: waiting for ${owner}, which holds its lock`);
    waits = true;
  }
}
