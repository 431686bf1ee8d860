import { setTimeout as wait } from "node:timers/promises";

/** Milliseconds since 1970; tests put their own in its place. */
export type Clock = () => number;

/** Where a part of the twin says what it does; the caller decides whether anyone reads it. */
export type Log = (message: string, details?: Record<string, unknown>) => void;

/**
 * Resolves with the first defined answer of `probe`, asked every 20 ms.
 * @throws Error `onTimeout()` when `timeoutMs` have passed; whatever `probe` throws ends the wait at once.
 */
export async function until<T>(probe: () => T | undefined, timeoutMs: number, onTimeout: () => string): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = probe();
    if (answer !== undefined) return answer;
    if (Date.now() >= deadline) throw new Error(onTimeout());
    await wait(20);
  }
}
