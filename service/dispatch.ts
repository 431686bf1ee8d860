/** Takes orders from the queue and brings each to its store's ERP; a message is deleted only after that. */
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { hideSeconds } from "./backoff.ts";
import { type Delivery, postOrder } from "./erp.ts";
import { type Order, parseOrder, SYNTHETIC } from "./order.ts";
import type { OrderQueue, ReceiptsQueue, Received } from "./queue.ts";
import type { DispatchSettings } from "./settings.ts";

/**
 * Seconds for which a message under way is hidden, again and again while it is: what a killed container held comes to
 * another one after so long, not only after the queue's visibility timeout.
 */
const LEASE_SECONDS = 15;

/** The pause after a receive that failed. */
const QUEUE_DOWN_MS = 2_000;

export interface Queues {
  orders: OrderQueue;
  receipts: ReceiptsQueue;
}

type Settings = Pick<
  DispatchSettings,
  "stores" | "release" | "erp" | "visibilitySeconds" | "concurrency" | "receiveWaitSeconds" | "authorizations"
>;

/**
 * Every order has a slot of its own: one with a slow ERP holds up no batch, only its slot. A message that fails stays
 * on the queue, hidden a little longer each time; after the queue's maxReceiveCount SQS moves it to the dead-letter queue.
 */
export class Dispatcher {
  readonly #settings: Settings;
  readonly #queues: Queues;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  /** When the loop last came around, as `performance.now()` counts. */
  #turnedAt = performance.now();

  constructor(settings: Settings, queues: Queues, log: Logger) {
    this.#settings = settings;
    this.#queues = queues;
    this.#log = log;
  }

  /** The message ids of the orders under way. */
  get underWay(): string[] {
    return [...this.#underWay.keys()];
  }

  /**
   * Whether the loop still comes around. A turn waits for one receive or for one order to end, and neither takes as long as
   * the queue's visibility timeout. A queue that cannot be read is no reason to be replaced: the next container could not
   * read it either.
   */
  get works(): boolean {
    return performance.now() - this.#turnedAt < this.#settings.visibilitySeconds * 1000;
  }

  /** Works until `stop` was called and every order under way is finished. */
  async run(): Promise<void> {
    const stopping = this.#stopping.signal;
    while (!stopping.aborted) {
      this.#turnedAt = performance.now();
      const free = this.#settings.concurrency - this.#underWay.size;
      if (free === 0) {
        await Promise.race(this.#underWay.values());
        continue;
      }
      for (const message of await this.#receive(free)) {
        if (stopping.aborted) await this.#hide(message, 0);
        else this.#start(message);
      }
    }
    await Promise.all(this.#underWay.values());
  }

  /** Begins no further order; those that wait for their next attempt go back to the queue. */
  stop(): void {
    this.#stopping.abort();
  }

  async #receive(most: number): Promise<Received[]> {
    try {
      return await this.#queues.orders.receive(most, this.#settings.receiveWaitSeconds, LEASE_SECONDS);
    } catch (err) {
      this.#log.error({ err }, "the queue cannot be read");
      await pause(QUEUE_DOWN_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
      return [];
    }
  }

  #start(message: Received): void {
    const work = this.#handle(message).finally(() => this.#underWay.delete(message.messageId));
    this.#underWay.set(message.messageId, work);
  }

  async #handle(message: Received): Promise<void> {
    const log = this.#log.child({ messageId: message.messageId, receives: message.receives });
    const parsed = parseOrder(message.body);
    if (!parsed.ok) {
      log.error({ reason: parsed.refusal.error }, "message is no order");
      return this.#hide(message, hideSeconds(message.receives, this.#settings.visibilitySeconds));
    }
    const { order } = parsed;
    const orderLog = log.child({ orderId: order.orderId, store: order.store });
    const began = performance.now();
    const lease = this.#holdOn(message);
    const delivery = await this.#deliver(order, orderLog).finally(lease.end);
    const ms = Math.round(performance.now() - began);
    if (delivery.taken) await this.#finish(message, delivery, orderLog, ms);
    else await this.#putBack(message, delivery, orderLog, ms);
  }

  /** Renews the lease three times within it; `end` waits for a renewal under way, which would undo what comes after. */
  #holdOn(message: Received): { end(): Promise<void> } {
    let renewal = Promise.resolve();
    const timer = setInterval(() => (renewal = this.#hide(message, LEASE_SECONDS)), (LEASE_SECONDS * 1000) / 3);
    return {
      end: () => {
        clearInterval(timer);
        return renewal;
      },
    };
  }

  async #deliver(order: Order, log: Logger): Promise<Delivery> {
    if (order.store === SYNTHETIC) return this.#acknowledge(order, log);
    const store = this.#settings.stores.get(order.store);
    if (store === undefined) {
      return { taken: false, reason: `no store ${order.store} in STORES`, attempts: 0, askedMs: 0 };
    }
    const erp = { url: store.erp, authorization: this.#settings.authorizations.get(store.name) };
    return postOrder(order, erp, this.#settings.erp, this.#stopping.signal);
  }

  /** Verification's order or the canary's: a receipt instead of a post to anyone's ERP. */
  async #acknowledge({ orderId }: Order, log: Logger): Promise<Delivery> {
    try {
      const receipt = await this.#queues.receipts.put({ orderId, release: this.#settings.release });
      log.info({ receipt }, "receipt sent");
      return { taken: true, status: 200, attempts: 1 };
    } catch (error) {
      return { taken: false, reason: `no receipt: ${(error as Error).message}`, attempts: 1, askedMs: 0 };
    }
  }

  async #finish(message: Received, delivery: Delivery & { taken: true }, log: Logger, ms: number): Promise<void> {
    const { status, attempts } = delivery;
    try {
      await this.#queues.orders.remove(message);
      log.info({ status, attempts, ms }, "order delivered");
    } catch (err) {
      log.error(
        { err, status, attempts, ms },
        "order delivered but not deleted: it will be posted again, with the same key",
      );
    }
  }

  async #putBack(message: Received, delivery: Delivery & { taken: false }, log: Logger, ms: number): Promise<void> {
    const { reason, attempts, askedMs } = delivery;
    const stopping = this.#stopping.signal.aborted;
    const hidden = stopping ? 0 : hideSeconds(message.receives, this.#settings.visibilitySeconds, askedMs);
    log.warn({ reason, attempts, ms, hidden }, stopping ? "order given back: stopping" : "order not delivered");
    await this.#hide(message, hidden);
  }

  /** Where even this fails the message comes back by itself, when its visibility timeout ends. */
  async #hide(message: Received, seconds: number): Promise<void> {
    try {
      await this.#queues.orders.hide(message, seconds);
    } catch (err) {
      this.#log.error(
        { err, messageId: message.messageId },
        "visibility not changed: the message comes when its lease ends",
      );
    }
  }
}
