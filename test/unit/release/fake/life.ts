import type { EngineFailed } from "../../../../release/workspace/engine.ts";

/** The life of a process. A killed one gets no further: whatever it waits for never comes. */
export class Life {
  /** Resolves when the process is killed. */
  readonly killed: Promise<void>;
  /** Previews in progress: the SDK reports what one program throws to every program of its process. */
  readonly listeners = new Set<(error: EngineFailed) => void>();
  #dead = false;
  #onKill: () => void = () => {};

  constructor() {
    this.killed = new Promise((resolve) => {
      this.#onKill = resolve;
    });
  }

  get dead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
    this.#onKill();
  }

  /** Does one thing after everything that is due has run, as a call of another process would. */
  async turn<T>(work: () => T | Promise<T>): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#dead) return new Promise<never>(() => {});
    return work();
  }
}
