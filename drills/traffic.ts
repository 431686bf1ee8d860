import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type Asked, type Browser, NoAnswer } from "./http.ts";
import { secretOf, signed } from "./signing.ts";

/** Milliseconds until a store sends an order again; and where ingest may not have its new secret yet. */
const PAUSE_MS = 100;
const NOT_AUTHENTIC_PAUSE_MS = 1_000;

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
  /** Connections that came to nothing because AWS itself was down, as its twin is while it starts again; no handshakes. */
  away: number;
  /** Answers other than 202; but for those that say the order is wrong, the store tries the same one again. */
  refused: number;
}

/** An answer that says the order itself is wrong; the message holds it. */
export class OrderRefused extends Error {
  override readonly name = "OrderRefused";
}

/** An order as a store posts it. */
export function orderOf(store: StoreAddress, orderId: string) {
  return { store: store.name, orderId, payload: { total: 42, currency: "AUD" } };
}

/** What an observer of the stores counts. */
export interface Watcher {
  /** Of each order before it is posted; of one that is sent again, again. */
  sent?(store: StoreAddress, orderId: string): void;
  /** Of each order that is accepted, once. */
  accepted?(store: StoreAddress, orderId: string): void;
  /** Of each answer that says an order is wrong. */
  refused?(error: OrderRefused): void;
  /** Of each answer 401; true where the store sends the order again, as while its secret is replaced. */
  notAuthentic?(store: StoreAddress): boolean;
  handshakeFailed?(store: StoreAddress, error: NoAnswer): void;
  /** Whether a connection came to nothing because AWS itself is down. */
  isAway?(error: NoAnswer): boolean;
}

/**
 * Stores that post orders, as real ones do: each waits for its 202, and tries the same order again until it comes.
 */
export class Traffic {
  readonly report: TrafficReport = {
    accepted: new Map(),
    attempts: 0,
    handshakes: 0,
    handshakesFailed: 0,
    away: 0,
    refused: 0,
  };
  readonly #browser: Browser;
  readonly #watcher: Watcher;
  readonly #secretOf: (store: StoreAddress) => string;
  readonly #stopped = new AbortController();
  readonly #stores: Promise<void>[] = [];

  /** @param secret with what a store signs now */
  constructor(
    browser: Browser,
    watcher: Watcher = {},
    secret: (store: StoreAddress) => string = (store) => secretOf(store).signing[0],
  ) {
    this.#browser = browser;
    this.#watcher = watcher;
    this.#secretOf = secret;
  }

  /** @param pauseMs between one store's orders */
  start(stores: readonly StoreAddress[], pauseMs: number): void {
    for (const store of stores) this.#stores.push(this.#shop(store, pauseMs));
  }

  /** Each store tries the order it is at once more at the most: where ingest does not answer, it would never end. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#stores);
  }

  async #shop(store: StoreAddress, pauseMs: number): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      // A store whose order is refused as wrong continues with another one.
      await this.post(store).catch((error) => {
        if (!(error instanceof OrderRefused)) throw error;
        this.#watcher.refused?.(error);
      });
      await sleep(pauseMs);
    }
  }

  /**
   * One order, until it is accepted or the traffic is stopped. Returns its idempotency key.
   * @throws {OrderRefused}
   */
  async post(store: StoreAddress, orderId: string = randomUUID()): Promise<string> {
    const key = `${store.name}/${orderId}`;
    this.#watcher.sent?.(store, orderId);
    for (;;) {
      this.report.attempts++;
      const order = signed(store, orderOf(store, orderId), this.#secretOf(store));
      const answer = await this.ask(store, store.url, order);
      if (answer?.status === 202) {
        if (!this.report.accepted.has(key)) this.#watcher.accepted?.(store, orderId);
        this.report.accepted.set(key, Date.now());
        return key;
      }
      if (answer) {
        const { status, body } = answer;
        this.report.refused++;
        const again = status === 401 && this.#watcher.notAuthentic?.(store);
        if (status >= 400 && status < 500 && status !== 429 && !again)
          throw new OrderRefused(`${store.url} refused an order of ${store.name} with ${status}: ${body}`);
      }
      if (this.#stopped.signal.aborted) return key;
      await sleep(answer?.status === 401 ? NOT_AUTHENTIC_PAUSE_MS : PAUSE_MS);
    }
  }

  /** SHA-256 of the certificate that a store's customers are shown; undefined where nothing answers. */
  async look(store: StoreAddress): Promise<string | undefined> {
    return (await this.ask(store, new URL("/version", store.url).href))?.fingerprint;
  }

  /** One request to a store's host; undefined where nothing answers. */
  async ask(store: StoreAddress, url: string, request: Asked = {}): Promise<Answer | undefined> {
    this.report.handshakes++;
    try {
      return await this.#browser.request(url, request);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.#note(store, error);
      return undefined;
    }
  }

  #note(store: StoreAddress, error: NoAnswer): void {
    if (this.#watcher.isAway?.(error)) {
      this.report.away++;
      if (error.handshake) this.report.handshakes--;
    } else if (error.handshake) {
      this.report.handshakesFailed++;
      this.#watcher.handshakeFailed?.(store, error);
    } else this.report.refused++;
  }
}
