/**
 * Watches the region as a store would: one synthetic order after the other through the public address, and its receipt
 * back. The result of each is one line in the log, and monitoring counts those lines.
 */
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:https";
import type { Logger } from "pino";
import { type Clock, pause, realClock, within } from "./clock.ts";
import { SYNTHETIC } from "./order.ts";
import type { ReceiptsQueue } from "./queue.ts";
import type { CanarySettings } from "./settings.ts";
import type { Sign } from "./signature.ts";

type Settings = Pick<CanarySettings, "platformDomain" | "intervalMs">;

/** For the whole request; a store waits no longer either. */
const REQUEST_MS = 10_000;

/** Sends synthetic orders until it is stopped. */
export class Canary {
  readonly #settings: Settings;
  readonly #receipts: ReceiptsQueue;
  readonly #log: Logger;
  readonly #sign: Sign | undefined;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  /** When the last order was begun, by the clock. */
  #turnedAt: number;

  /** @param sign signs its orders; they are unsigned where it is left out */
  constructor(settings: Settings, receipts: ReceiptsQueue, log: Logger, sign?: Sign, clock: Clock = realClock) {
    this.#sign = sign;
    this.#clock = clock;
    this.#turnedAt = clock.now();
    this.#settings = settings;
    this.#receipts = receipts;
    this.#log = log;
  }

  /** False for one that hangs: no order was begun for three intervals. One that fails is no reason to be replaced. */
  get works(): boolean {
    return this.#clock.now() - this.#turnedAt < 3 * this.#settings.intervalMs;
  }

  /** Sends an order each interval until `stop` was called. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#turnedAt = this.#clock.now();
      const next = pause(this.#clock, this.#settings.intervalMs, signal);
      await this.#order();
      await next;
    }
  }

  /** Drops the order under way: nothing waits for it. */
  stop(): void {
    this.#stopping.abort();
  }

  /** The order has until the next one is due. */
  async #order(): Promise<void> {
    const { platformDomain: domain, intervalMs } = this.#settings;
    const orderId = `canary-${randomUUID()}`;
    const began = this.#clock.now();
    try {
      const back = await within(this.#clock, intervalMs, async (due) => {
        await this.#send(orderId);
        return this.#receipts.take(orderId, AbortSignal.any([this.#stopping.signal, due]));
      });
      if (this.#stopping.signal.aborted) return;
      const seconds = Math.round(this.#clock.now() - began) / 1000;
      if (back) this.#log.info({ outcome: "back", seconds, domain, orderId }, "synthetic order");
      else this.#fail(orderId, `it was accepted, but no receipt came within ${intervalMs / 1000} s`);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#fail(orderId, describe(error as NodeJS.ErrnoException));
    }
  }

  /** @throws Error where it was not accepted */
  async #send(orderId: string): Promise<void> {
    const text = JSON.stringify({ store: SYNTHETIC, orderId, payload: {} });
    const status = await post(this.#settings.platformDomain, text, (await this.#sign?.headers(orderId, text)) ?? {});
    if (status === 202) return;
    if (status === 401) await this.#sign?.renew();
    throw new Error(`expected 202, found ${status}`);
  }

  #fail(orderId: string, reason: string): void {
    const { platformDomain: domain } = this.#settings;
    this.#log.error({ outcome: "failed", reason, domain, orderId }, "synthetic order");
  }
}

/** On a connection of its own, so that each order sees DNS and a TLS handshake. Returns the answer's status. */
function post(domain: string, text: string, signature: Record<string, string>): Promise<number> {
  const agent = new Agent({ proxyEnv: process.env, keepAlive: false, maxCachedSessions: 0 });
  const signal = AbortSignal.timeout(REQUEST_MS);
  const headers = { "content-type": "application/json", ...signature };
  return new Promise((resolve, reject) => {
    const sending = request({ host: domain, path: "/orders", method: "POST", headers, agent, signal }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sending.on("error", (error) => {
      reject(signal.aborted ? new Error(`no answer within ${REQUEST_MS / 1000} s`) : error);
    });
    sending.end(text);
  });
}

function describe({ code, message }: NodeJS.ErrnoException): string {
  return code === undefined ? message : `${code}: ${message}`;
}
