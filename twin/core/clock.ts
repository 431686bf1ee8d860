/** Milliseconds since 1970; tests put their own in its place. */
export type Clock = () => number;

/** A clock and the timers that run by it; tests put their own in place of the machine's. */
export interface Time {
  readonly now: Clock;
  /** Calls `callback` once after so many milliseconds; what it returns cancels that. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const realTime: Time = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A clock that can be made to run faster than the one behind it, or to leap. */
export class FastClock {
  readonly #behind: Clock;
  #since: number;
  #from: number;
  #rate = 1;

  constructor(behind: Clock) {
    this.#behind = behind;
    this.#since = behind();
    this.#from = this.#since;
  }

  readonly now: Clock = () => this.#from + (this.#behind() - this.#since) * this.#rate;

  /** So many milliseconds pass at once. */
  pass(milliseconds: number): void {
    [this.#from, this.#since] = [this.now() + milliseconds, this.#behind()];
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    [this.#from, this.#since, this.#rate] = [this.now(), this.#behind(), rate];
  }
}

/** Where a part of the twin says what it does; the caller decides whether anyone reads it. */
export type Log = (message: string, details?: Record<string, unknown>) => void;

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
