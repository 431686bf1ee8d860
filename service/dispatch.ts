/** Takes orders from the queue and brings each to its store's ERP; a message is deleted only after that. */
import type { Logger } from "pino";
import { type Admission, Breaker } from "./breaker.ts";
import { type Clock, every, pause, realClock } from "./clock.ts";
import { Shares } from "./concurrency-limit.ts";
import { type Delivery, postOrder } from "./erp.ts";
import { type Order, parseOrder, SYNTHETIC } from "./order.ts";
import type { DeadLetterQueue, OrderQueue, ReceiptsQueue, Received } from "./queue.ts";
import { afterFailure, type Failed, Failures, type Fate, whileAway, whileBusy } from "./retry-policy.ts";
import type { DispatchSettings } from "./settings.ts";

/**
 * Seconds for which a message under way is hidden, again and again while it is: what a killed container held comes to
 * another one after so long, not only after the queue's visibility timeout.
 */
const LEASE_SECONDS = 15;

/** The pause after a receive that failed. */
const QUEUE_DOWN_MS = 2_000;
/** How old the count of messages in flight may be while an ERP is away. */
const COUNT_MS = 15_000;

export interface Queues {
  orders: OrderQueue;
  deadLetters: DeadLetterQueue;
  receipts: ReceiptsQueue;
}

type Settings = Pick<
  DispatchSettings,
  | "stores"
  | "release"
  | "erp"
  | "visibilitySeconds"
  | "concurrency"
  | "maxReceives"
  | "receiveWaitSeconds"
  | "authorizations"
>;

/**
 * Every message group has a place of its own, where its orders are posted one after the other, and no store has more
 * places than are free: a slow ERP holds up no other store's orders. An ERP that is away is left alone. What cannot be
 * posted now is not kept here: SQS hides it, and hands it out again; what is given up lies in the dead-letter queue with
 * its reason.
 */
export class Dispatcher {
  readonly #settings: Settings;
  readonly #queues: Queues;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #shares: Shares;
  readonly #breakers = new Map<string, Breaker>();
  readonly #failures = new Failures();
  readonly #inFlight = { count: 0, at: Number.NEGATIVE_INFINITY };
  #ended = Promise.withResolvers<void>();
  /** When the loop last came around, by the clock. */
  #turnedAt: number;

  constructor(settings: Settings, queues: Queues, log: Logger, clock: Clock = realClock) {
    this.#settings = settings;
    this.#queues = queues;
    this.#log = log;
    this.#clock = clock;
    this.#turnedAt = clock.now();
    this.#shares = new Shares(settings.concurrency);
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
    return this.#clock.now() - this.#turnedAt < this.#settings.visibilitySeconds * 1000;
  }

  /** Works until `stop` was called and every order under way is finished. */
  async run(): Promise<void> {
    const stopping = this.#stopping.signal;
    while (!stopping.aborted) {
      this.#turnedAt = this.#clock.now();
      if (this.#shares.free === 0) {
        await this.#ended.promise;
        continue;
      }
      const groups = Map.groupBy(await this.#receive(this.#shares.free), ({ groupId }) => groupId);
      // What is not posted now is back on the queue before more is taken from it.
      await Promise.all([...groups.values()].map((group) => this.#route(group)));
    }
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
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
      await pause(this.#clock, QUEUE_DOWN_MS, this.#stopping.signal);
      return [];
    }
  }

  /**
   * Begins to post the first order of a message group, and the others after it, or ends this receive of them. While the
   * first is hidden SQS hands out none of its group, so what is given back here comes again behind it.
   */
  async #route(group: Received[]): Promise<void> {
    const [message, ...others] = group;
    if (message === undefined) return;
    if (this.#stopping.signal.aborted) return this.#giveBack(group);
    const over = this.#begin(message, others);
    if (over === undefined) return;
    await over;
    await this.#giveBack(others);
  }

  /** Undefined once it has begun to post the order; otherwise the end of this receive of it. */
  #begin(message: Received, others: Received[]): Promise<void> | undefined {
    const log = this.#log.child({ messageId: message.messageId, receives: message.receives });
    const parsed = parseOrder(message.body);
    if (!parsed.ok) return this.#refuse(message, `the message is no order: ${parsed.refusal.error}`, log);
    const { order } = parsed;
    const { store, orderId } = order;
    const orderLog = log.child({ orderId, store });
    if (store !== SYNTHETIC && !this.#settings.stores.has(store))
      return this.#refuse(message, `no store ${store} in STORE_ERPS`, orderLog);
    if (!this.#shares.take(store)) return this.#wait(message, orderLog);
    const admission = this.#breakerOf(store).admit(this.#clock.now());
    if (admission === "hold") {
      this.#shares.giveBack(store);
      return this.#holdBack(message, store, orderLog);
    }
    const work = this.#inTurn(others, store, () => this.#handle(message, order, admission, orderLog));
    this.#underWay.set(
      message.messageId,
      work.finally(() => this.#underWay.delete(message.messageId)),
    );
    return undefined;
  }

  /** Goes on with a group's other orders once the one before them is delivered; until then they stay hidden. */
  async #inTurn(others: Received[], store: string, handle: () => Promise<boolean>): Promise<void> {
    const leases = others.map((message) => this.#holdOn(message));
    const delivered = await handle();
    await Promise.all(leases.map((lease) => lease.end()));
    this.#shares.giveBack(store);
    // It takes the place again before whoever waits for one.
    const next = delivered ? this.#route(others) : this.#giveBack(others);
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
    await next;
  }

  async #giveBack(messages: Received[]): Promise<void> {
    await Promise.all(messages.map((message) => this.#hide(message, 0)));
  }

  async #wait(message: Received, log: Logger): Promise<void> {
    const hidden = whileBusy(message.receives, Math.random());
    log.info({ hidden }, "order waits: its store has its share under way");
    await this.#hide(message, hidden);
  }

  async #holdBack(message: Received, store: string, log: Logger): Promise<void> {
    const fate = whileAway(message.receives, store, await this.#countInFlight(), Math.random());
    await this.#settle(message, fate, `the ERP of ${store} is away: it was not asked`, log);
  }

  /** Whether the order is delivered. */
  async #handle(message: Received, order: Order, admission: Admission, log: Logger): Promise<boolean> {
    const began = this.#clock.now();
    const lease = this.#holdOn(message);
    const delivery = await this.#deliver(order, admission, log).finally(lease.end);
    const ms = Math.round(this.#clock.now() - began);
    const learned = this.#learn(message, order, admission, delivery, log);
    if (delivery.taken) await this.#finish(message, delivery, log, ms);
    else await this.#putBack(message, { ...delivery, ...learned }, log.child({ attempts: delivery.attempts, ms }));
    return delivery.taken;
  }

  /** Renews the lease three times within it; `end` waits for a renewal under way, which would undo what comes after. */
  #holdOn(message: Received): { end(): Promise<void> } {
    let renewal = Promise.resolve();
    const stop = every(this.#clock, (LEASE_SECONDS * 1000) / 3, () => {
      renewal = this.#hide(message, LEASE_SECONDS);
    });
    return {
      end: () => {
        stop();
        return renewal;
      },
    };
  }

  /** A probe is one post: whether the ERP is back is seen at once. */
  async #deliver(order: Order, admission: Admission, log: Logger): Promise<Delivery> {
    const url = this.#settings.stores.get(order.store);
    if (url === undefined) return this.#acknowledge(order, log);
    const erp = { url, authorization: this.#settings.authorizations.get(order.store) };
    const limits = { ...this.#settings.erp, ...(admission === "probe" && { attempts: 1 }) };
    return postOrder(order, erp, limits, this.#stopping.signal, this.#clock);
  }

  /** Verification's order or the canary's: a receipt instead of a post to anyone's ERP. */
  async #acknowledge({ orderId }: Order, log: Logger): Promise<Delivery> {
    try {
      const receipt = await this.#queues.receipts.put({ orderId, release: this.#settings.release });
      log.info({ receipt }, "receipt sent");
      return { taken: true, status: 200, attempts: 1 };
    } catch (error) {
      const reason = `no receipt: ${(error as Error).message}`;
      return { taken: false, reason, refused: true, attempts: 1, askedMs: 0 };
    }
  }

  /** What an outcome says of the ERP and of the order. */
  #learn(
    { messageId }: Received,
    { store }: Order,
    admission: Admission,
    delivery: Delivery,
    log: Logger,
  ): Pick<Failed, "proofs" | "silentMs"> {
    const breaker = this.#breakerOf(store);
    const now = this.#clock.now();
    if (delivery.taken || delivery.refused) {
      if (breaker.answered(now)) log.info("the ERP is back");
    } else if (breaker.failed(messageId, admission, now)) {
      log.error({ reason: delivery.reason }, "the ERP is away: it is left alone, its orders wait on the queue");
    }
    const silentMs = now - breaker.answeredAt;
    if (delivery.taken) {
      this.#failures.forget(messageId);
      return { proofs: 0, silentMs };
    }
    const answeredAt = delivery.refused ? Number.POSITIVE_INFINITY : breaker.answeredAt;
    return { proofs: this.#failures.add(messageId, now, answeredAt), silentMs };
  }

  #breakerOf(store: string): Breaker {
    const breaker = this.#breakers.get(store) ?? new Breaker();
    this.#breakers.set(store, breaker);
    return breaker;
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

  async #putBack(message: Received, failed: Failed, log: Logger): Promise<void> {
    if (this.#stopping.signal.aborted) {
      log.warn({ reason: failed.reason, hidden: 0 }, "order given back: stopping");
      return this.#hide(message, 0);
    }
    await this.#fail(message, failed, log);
  }

  /** What could not even be posted. */
  async #refuse(message: Received, reason: string, log: Logger): Promise<void> {
    const proofs = this.#failures.add(message.messageId, this.#clock.now(), Number.POSITIVE_INFINITY);
    await this.#fail(message, { reason, askedMs: 0, proofs, silentMs: 0 }, log);
  }

  async #fail(message: Received, failed: Failed, log: Logger): Promise<void> {
    await this.#settle(message, afterFailure(message.receives, failed, this.#settings.maxReceives), failed.reason, log);
  }

  async #settle(message: Received, fate: Fate, reason: string, log: Logger): Promise<void> {
    if ("giveUp" in fate) return this.#giveUp(message, fate.giveUp, log);
    log.warn({ reason, hidden: fate.hide }, "order not delivered");
    await this.#hide(message, fate.hide);
  }

  /** Deleted only after the dead-letter queue has it; where that cannot take it, it stays on the queue. */
  async #giveUp(message: Received, reason: string, log: Logger): Promise<void> {
    try {
      await this.#queues.deadLetters.put(message, reason);
      await this.#queues.orders.remove(message);
      this.#failures.forget(message.messageId);
      log.error({ reason }, "order given up: it lies in the dead-letter queue");
    } catch (err) {
      log.error({ err, reason }, "order not given up: it comes again when its lease ends");
    }
  }

  /** Asked for only where an order has to be hidden for long; as it was where SQS does not say. */
  async #countInFlight(): Promise<number> {
    const now = this.#clock.now();
    if (now - this.#inFlight.at < COUNT_MS) return this.#inFlight.count;
    this.#inFlight.at = now;
    try {
      this.#inFlight.count = await this.#queues.orders.inFlight();
    } catch (err) {
      this.#log.error({ err }, "the messages in flight cannot be counted");
    }
    return this.#inFlight.count;
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
