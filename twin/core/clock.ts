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

/** Go's form of a duration, as the provider prints it: `1m15s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return `${hours ? `${hours}h` : ""}${hours || minutes ? `${minutes}m` : ""}${rest}s`;
}
