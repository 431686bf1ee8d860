import { setTimeout as sleep } from "node:timers/promises";
import { realTime, type Time } from "./clock.ts";

/**
 * Resolves with the first defined answer of `probe`, asked every 20 ms.
 * @throws Error `onTimeout()` when `timeoutMs` have passed; whatever `probe` throws ends the wait at once.
 */
export async function until<T>(
  probe: () => T | undefined,
  timeoutMs: number,
  onTimeout: () => string,
  time: Time = realTime,
): Promise<T> {
  const deadline = time.now() + timeoutMs;
  for (;;) {
    const answer = probe();
    if (answer !== undefined) return answer;
    if (time.now() >= deadline) throw new Error(onTimeout());
    await new Promise<void>((resolve) => void time.after(20, resolve));
  }
}

/** Tries until it does not throw; the last error when the time is over. */
export async function retried<T>(milliseconds: number, attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await sleep(100);
    }
  }
}
