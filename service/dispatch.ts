/** Takes orders from the queue and brings each to its store's ERP; a message is deleted only after that. */
import type { Logger } from "pino";
import { type Admission, Breaker } from "./breaker.ts";
import { type Clock, every, pause, realClock } from "./clock.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { type Delivery, postOrder } from "./erp.ts";
import { type Order, parseOrder, SYNTHETIC } from "./order.ts";
import type { DeadLetterQueue, OrderQueue, ReceiptsQueue, Received } from "./queue.ts";
import {
  decideAfterFailure,
  decideWhileErpDown,
  type FailedDelivery,
  Failures,
  type RetryDecision,
  secondsAtConcurrencyLimit,
} from "./retry-policy.ts";
import type { DispatchSettings } from "./settings.ts";

/**
 * Seconds for which a message in progress is invisible, renewed while it is: what a killed container held reaches
 * another one after so long, not only after the queue's visibility timeout.
 */
const LEASE_SECONDS = 15;

/** The pause after a receive that failed. */
const QUEUE_DOWN_MS = 2_000;
/** How old the count of messages in flight may be while an ERP is down. */
const COUNT_MS = 15_000;

export interface Queues {
  orders: OrderQueue;
  deadLetterQueue: DeadLetterQueue;
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
 * The orders of a message group are posted one after the other, and no store has more groups in progress than are free: a
 * slow ERP holds up no other store's orders. The circuit breaker of an ERP that is down opens. What cannot be
 * posted now is not kept here: it is invisible in SQS until its next attempt; what is given up is dead-lettered with
 * its reason.
 */
export class Dispatcher {
  readonly #settings: Settings;
  readonly #queues: Queues;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #concurrency: ConcurrencyLimit;
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
    this.#concurrency = new ConcurrencyLimit(settings.concurrency);
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
      if (this.#concurrency.free === 0) {
        await this.#ended.promise;
        continue;
      }
      const groups = Map.groupBy(await this.#receive(this.#concurrency.free), ({ groupId }) => groupId);
      // What is not posted now is back on the queue before more is taken from it.
      await Promise.all([...groups.values()].map((group) => this.#startGroup(group)));
    }
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  /** Begins no further order; those that wait for their next attempt return to the queue. */
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
   * first is invisible SQS hands out none of its group, so what is given back here comes again behind it.
   */
  async #startGroup(group: Received[]): Promise<void> {
    const [message, ...others] = group;
    if (message === undefined) return;
    if (this.#stopping.signal.aborted) return this.#returnToQueue(group);
    const over = this.#start(message, others);
    if (over === undefined) return;
    await over;
    await this.#returnToQueue(others);
  }

  /** Undefined once it has begun to post the order; otherwise the end of this receive of it. */
  #start(message: Received, others: Received[]): Promise<void> | undefined {
    const log = this.#log.child({ messageId: message.messageId, receives: message.receives });
    const parsed = parseOrder(message.body);
    if (!parsed.ok) return this.#refuse(message, `the message is no order: ${parsed.refusal.error}`, log);
    const { order } = parsed;
    const { store, orderId } = order;
    const orderLog = log.child({ orderId, store });
    if (store !== SYNTHETIC && !this.#settings.stores.has(store))
      return this.#refuse(message, `no store ${store} in STORE_ERPS`, orderLog);
    if (!this.#concurrency.acquire(store)) return this.#postponeAtLimit(message, orderLog);
    const admission = this.#breakerOf(store).admit(this.#clock.now());
    if (admission === "hold") {
      this.#concurrency.release(store);
      return this.#postponeWhileErpDown(message, store, orderLog);
    }
    const work = this.#processGroup(others, store, () => this.#handle(message, order, admission, orderLog));
    this.#underWay.set(
      message.messageId,
      work.finally(() => this.#underWay.delete(message.messageId)),
    );
    return undefined;
  }

  /** Continues with a group's other orders once the one before them is delivered; until then they stay invisible. */
  async #processGroup(others: Received[], store: string, handle: () => Promise<boolean>): Promise<void> {
    const leases = others.map((message) => this.#renewLease(message));
    const delivered = await handle();
    await Promise.all(leases.map((lease) => lease.end()));
    this.#concurrency.release(store);
    // The group counts again before any other that waits.
    const next = delivered ? this.#startGroup(others) : this.#returnToQueue(others);
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
    await next;
  }

  async #returnToQueue(messages: Received[]): Promise<void> {
    await Promise.all(messages.map((message) => this.#changeVisibility(message, 0)));
  }

  async #postponeAtLimit(message: Received, log: Logger): Promise<void> {
    const hidden = secondsAtConcurrencyLimit(message.receives, Math.random());
    log.info({ hidden }, "order waits: its store is at its concurrency limit");
    await this.#changeVisibility(message, hidden);
  }

  async #postponeWhileErpDown(message: Received, store: string, log: Logger): Promise<void> {
    const decision = decideWhileErpDown(message.receives, store, await this.#countInFlight(), Math.random());
    await this.#carryOut(message, decision, `the ERP of ${store} is down: it was not asked`, log);
  }

  /** Whether the order is delivered. */
  async #handle(message: Received, order: Order, admission: Admission, log: Logger): Promise<boolean> {
    const began = this.#clock.now();
    const lease = this.#renewLease(message);
    const delivery = await this.#deliver(order, admission, log).finally(lease.end);
    const ms = Math.round(this.#clock.now() - began);
    const learned = this.#recordOutcome(message, order, admission, delivery, log);
    if (delivery.taken) await this.#finish(message, delivery, log, ms);
    else await this.#retryLater(message, { ...delivery, ...learned }, log.child({ attempts: delivery.attempts, ms }));
    return delivery.taken;
  }

  /** Renews the lease three times within it; `end` waits for a renewal under way, which would undo what comes after. */
  #renewLease(message: Received): { end(): Promise<void> } {
    let renewal = Promise.resolve();
    const stop = every(this.#clock, (LEASE_SECONDS * 1000) / 3, () => {
      renewal = this.#changeVisibility(message, LEASE_SECONDS);
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
  #recordOutcome(
    { messageId }: Received,
    { store }: Order,
    admission: Admission,
    delivery: Delivery,
    log: Logger,
  ): Pick<FailedDelivery, "ownFaults" | "erpSilentMs"> {
    const breaker = this.#breakerOf(store);
    const now = this.#clock.now();
    if (delivery.taken || delivery.refused) {
      if (breaker.answered(now)) log.info("the ERP is back");
    } else if (breaker.failed(messageId, admission, now)) {
      log.error({ reason: delivery.reason }, "the ERP is down: its breaker opens, its orders stay on the queue");
    }
    const erpSilentMs = now - breaker.answeredAt;
    if (delivery.taken) {
      this.#failures.forget(messageId);
      return { ownFaults: 0, erpSilentMs };
    }
    const answeredAt = delivery.refused ? Number.POSITIVE_INFINITY : breaker.answeredAt;
    return { ownFaults: this.#failures.add(messageId, now, answeredAt), erpSilentMs };
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

  async #retryLater(message: Received, failed: FailedDelivery, log: Logger): Promise<void> {
    if (this.#stopping.signal.aborted) {
      log.warn({ reason: failed.reason, hidden: 0 }, "order given back: stopping");
      return this.#changeVisibility(message, 0);
    }
    await this.#fail(message, failed, log);
  }

  /** What could not even be posted. */
  async #refuse(message: Received, reason: string, log: Logger): Promise<void> {
    const ownFaults = this.#failures.add(message.messageId, this.#clock.now(), Number.POSITIVE_INFINITY);
    await this.#fail(message, { reason, askedMs: 0, ownFaults, erpSilentMs: 0 }, log);
  }

  async #fail(message: Received, failed: FailedDelivery, log: Logger): Promise<void> {
    await this.#carryOut(
      message,
      decideAfterFailure(message.receives, failed, this.#settings.maxReceives),
      failed.reason,
      log,
    );
  }

  async #carryOut(message: Received, decision: RetryDecision, reason: string, log: Logger): Promise<void> {
    if ("deadLetterReason" in decision) return this.#moveToDeadLetterQueue(message, decision.deadLetterReason, log);
    log.warn({ reason, hidden: decision.invisibleSeconds }, "order not delivered");
    await this.#changeVisibility(message, decision.invisibleSeconds);
  }

  /** Deleted only after the dead-letter queue has it; where that cannot take it, it stays on the queue. */
  async #moveToDeadLetterQueue(message: Received, reason: string, log: Logger): Promise<void> {
    try {
      await this.#queues.deadLetterQueue.put(message, reason);
      await this.#queues.orders.remove(message);
      this.#failures.forget(message.messageId);
      log.error({ reason }, "order given up: it lies in the dead-letter queue");
    } catch (err) {
      log.error({ err, reason }, "order not given up: it comes again when its lease ends");
    }
  }

  /** Asked for only where an order has to be invisible for long; as it was where SQS does not say. */
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
  async #changeVisibility(message: Received, seconds: number): Promise<void> {
    try {
      await this.#queues.orders.changeVisibility(message, seconds);
    } catch (err) {
      this.#log.error(
        { err, messageId: message.messageId },
        "visibility not changed: the message comes when its lease ends",
      );
    }
  }
}
