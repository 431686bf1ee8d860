import { setTimeout as sleep } from "node:timers/promises";

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
