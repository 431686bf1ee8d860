import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, NoAnswer } from "./http.ts";

/** A store as a stack's outputs name it. */
export interface StoreAddress {
  stack: string;
  name: string;
  /** Where the store posts its orders. */
  url: string;
}

/** What the stores saw. */
export interface TrafficReport {
  /** Orders answered with 202, by idempotency key, with when. */
  accepted: Map<string, number>;
  attempts: number;
  /** TLS handshakes, all and failed. */
  handshakes: number;
  handshakesFailed: number;
  /** Answers other than 202; but for those that say the order is wrong, the store tries the same one again. */
  refused: number;
}

/** An answer that says the order itself is wrong; the message holds it. */
export class OrderRefused extends Error {
  override readonly name = "OrderRefused";
}

/**
 * Stores that go on posting orders, as real ones do: each waits for its 202, and tries the same order again until it comes.
 */
export class Traffic {
  readonly report: TrafficReport = { accepted: new Map(), attempts: 0, handshakes: 0, handshakesFailed: 0, refused: 0 };
  readonly #browser: Browser;
  readonly #stopped = new AbortController();
  readonly #stores: Promise<void>[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @param pauseMs between one store's orders */
  start(stores: readonly StoreAddress[], pauseMs: number): void {
    for (const store of stores) this.#stores.push(this.#shop(store, pauseMs));
  }

  /** Each store tries the order it is at once more at the most: where nobody answers, it would never end. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#stores);
  }

  async #shop(store: StoreAddress, pauseMs: number): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      // Whoever is told that its order is wrong goes on with another one.
      await this.post(store).catch((error) => {
        if (!(error instanceof OrderRefused)) throw error;
      });
      await sleep(pauseMs);
    }
  }

  /**
   * One order, until it is accepted or the traffic is stopped. Returns its idempotency key.
   * @throws {OrderRefused}
   */
  async post(store: StoreAddress): Promise<string> {
    const orderId = randomUUID();
    const key = `${store.name}/${orderId}`;
    for (;;) {
      this.report.attempts++;
      this.report.handshakes++;
      try {
        const { status, body } = await this.#browser.request(store.url, {
          body: { store: store.name, orderId, payload: { total: 42, currency: "AUD" } },
        });
        if (status === 202) {
          this.report.accepted.set(key, Date.now());
          return key;
        }
        this.report.refused++;
        if (status >= 400 && status < 500 && status !== 429)
          throw new OrderRefused(`${store.url} refused an order of ${store.name} with ${status}: ${body}`);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (error.handshake) this.report.handshakesFailed++;
        else this.report.refused++;
      }
      if (this.#stopped.signal.aborted) return key;
      await sleep(100);
    }
  }
}
