/** Log lines of refused requests: a store that sends the same mistake a thousand times a minute must not fill the log. */
import type { Logger } from "pino";
import { type Clock, realClock } from "./clock.ts";
import type { Trace } from "./trace.ts";

/** Lines a minute of the same store, status and field. */
const LINES = 5;
const MINUTE_MS = 60_000;

export interface Refused extends Partial<Trace> {
  /** The store as the order or, before it is read, the host says; none where neither is of this region. */
  store: string | undefined;
  /** Of the answer; none where a connection is refused. */
  status?: number;
  /** What is wrong, in one word; lines are counted by it. */
  field: string;
  reason: string;
}

/** Logs refusals, a bounded number of each kind in a minute. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #seen = new Map<string, number>();
  #endsAt: number;

  constructor(log: Logger, clock: Clock = realClock) {
    this.#log = log;
    this.#clock = clock;
    this.#endsAt = clock.now() + MINUTE_MS;
  }

  /** Logs the request, or counts it where its like fills the minute; the next minute's first line says how many there were. */
  add(refused: Refused): void {
    this.#turnMinute();
    const { store, status, field } = refused;
    const key = `${status} ${field} ${store}`;
    const lines = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, lines);
    if (lines <= LINES) this.#log.warn(refused, "request refused");
  }

  #turnMinute(): void {
    const now = this.#clock.now();
    if (now < this.#endsAt) return;
    this.#endsAt = now + MINUTE_MS;
    const left = [...this.#seen.values()].reduce((sum, lines) => sum + Math.max(0, lines - LINES), 0);
    this.#seen.clear();
    if (left > 0) this.#log.warn({ refused: left }, "requests refused without a line each in the last minute");
  }
}
