import type { Workspace } from "./workspace.ts";

/** An engine whose starter was killed finishes or fails within this time, in milliseconds. */
const PATIENCE_MS = 60_000;
/** Milliseconds between two looks. */
const PAUSE_MS = 200;

/**
 * Frees a stack that a killed update of this machine left locked: waits while the engine that holds the lock still runs,
 * then cancels on behalf of the dead one, as `pulumi cancel` would.
 */
export async function freeStack(
  { engine, clock }: Pick<Workspace, "engine" | "clock">,
  stack: string,
  progress: (line: string) => void,
): Promise<void> {
  for (const deadline = clock.now() + PATIENCE_MS; ; await clock.sleep(PAUSE_MS)) {
    const lock = engine.lock(stack);
    if (lock === "free") return;
    if (lock === "held" && clock.now() < deadline) continue;
    progress(`${stack}: the last update was interrupted; its lock is cancelled`);
    return engine.cancel(stack);
  }
}
