import { setImmediate as turn } from "node:timers/promises";

/**
 * Turns of the event loop after each step of the clock. In one process a call over loopback and its answer need some ten;
 * what a step began has ended before the next step.
 */
const TURNS = 20;

/** A clock that stands still until a test advances it. It fits the service's `Clock` and the twin's `Time`. */
export class ManualClock {
  #now = Date.parse("2026-07-28T10:00:00Z");
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  readonly now = (): number => this.#now;

  readonly after = (milliseconds: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** So many milliseconds pass; every timer that is due is called at its own time, those of one time in their order. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
  }

  /** Lets so many milliseconds pass in steps, so that calls that a step begins can end before the next one. */
  async run(milliseconds: number, step = 200): Promise<void> {
    for (const end = this.#now + milliseconds; this.#now < end; ) {
      this.pass(Math.min(step, end - this.#now));
      await settle();
    }
  }

  /**
   * Lets time pass in steps until `look` answers something.
   * @throws Error when it has not after `within` milliseconds of this clock, and 10 s of the machine's: what a busy machine
   * does slowly (a file, a key, a name) must not look like something that never happens
   */
  async until<T>(
    what: string,
    look: () => T | undefined | false | Promise<T | undefined | false>,
    { within = 600_000, step = 200 } = {},
  ): Promise<T> {
    const patience = Date.now() + 10_000;
    for (const end = this.#now + within; ; ) {
      await settle();
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (this.#now >= end && Date.now() >= patience)
        throw new Error(`${what}: not seen within ${within / 1000} s of the test's clock`);
      this.pass(step);
    }
  }

  /** Lets time pass in steps until the promise is settled. */
  async during<T>(promise: Promise<T>, step = 200): Promise<T> {
    let settled = false;
    const end = () => {
      settled = true;
    };
    promise.then(end, end);
    await this.until("the promise to settle", () => settled, { step });
    return promise;
  }
}

/** Nothing that is under way in this process needs time to pass: no request to a disk, a name server or a socket is open. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < TURNS; turns = underWay() ? 0 : turns + 1) await turn();
}

const underWay = (): boolean => process.getActiveResourcesInfo().some((resource) => /Req/.test(resource));
