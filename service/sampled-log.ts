/** Log lines that would come a thousand times a second, each written once in a while with how many it stands for. */
import type { Logger } from "pino";
import type { Clock } from "./clock.ts";

/** Milliseconds from one line of a kind to the next. */
const APART_MS = 10_000;

/** Says which lines are written, and how many each stands for. */
export class SampledLog {
  readonly #clock: Clock;
  readonly #kinds = new Map<string, { at: number; orders: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds `orders`, how many there were of this kind and store since the line before; the first line is written at once. */
  line(
    log: Logger,
    level: "info" | "warn",
    fields: { store: string; [field: string]: unknown },
    message: string,
  ): void {
    const now = this.#clock.now();
    const kind = `${fields.store} ${message}`;
    const { at, orders } = this.#kinds.get(kind) ?? { at: Number.NEGATIVE_INFINITY, orders: 0 };
    const isDue = now - at >= APART_MS;
    this.#kinds.set(kind, isDue ? { at: now, orders: 0 } : { at, orders: orders + 1 });
    if (isDue) log[level]({ ...fields, orders: orders + 1 }, message);
  }
}
