/** Takes orders from the queue and brings each to its store's ERP; a message is deleted only after that. */
import type { Logger } from "pino";
import type { Admission } from "./breaker.ts";
import { type Clock, pause, realClock } from "./clock.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { Deliveries, type Work } from "./deliveries.ts";
import { DispatchMetrics, type Gauges } from "./dispatch-metrics.ts";
import { LEASE_SECONDS, Leases } from "./leases.ts";
import { parseOrder, SYNTHETIC } from "./order.ts";
import { Outcomes } from "./outcomes.ts";
import { Postponements } from "./postponements.ts";
import type { DeadLetterQueue, OrderQueue, ReceiptsQueue, Received } from "./queue.ts";
import { decideAfterFailure, type FailedDelivery, type RetryDecision } from "./retry-policy.ts";
import type { DispatchSettings } from "./settings.ts";
import { traceOfMessage } from "./trace.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Milliseconds between a receive that failed, or after which too much is in flight, and the next one. */
const PAUSE_MS = 2_000;

export interface Queues {
  orders: OrderQueue;
  deadLetterQueue: DeadLetterQueue;
  receipts: ReceiptsQueue;
}

type Settings = Pick<
  DispatchSettings,
  | "stores"
  | "platformDomain"
  | "release"
  | "erp"
  | "visibilitySeconds"
  | "concurrency"
  | "ownFaultSeconds"
  | "receiveWaitSeconds"
>;

/**
 * The orders of a message group are posted one after the other, and no store has more groups in progress than are free: a
 * slow ERP holds up no other store's orders. As many more wait here for a slot; what is beyond that is invisible until its
 * turn comes. While the circuit breaker of an ERP is open, SQS holds its orders. What is given up is dead-lettered with its
 * reason.
 */
export class Dispatcher {
  readonly #settings: Settings;
  readonly #orders: OrderQueue;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #concurrency: ConcurrencyLimit;
  readonly #room: WaitingRoom<Work>;
  /** Orders that their ERP refused, with what cancels their next post. */
  readonly #refused = new Map<Work, () => void>();
  readonly #leases: Leases;
  readonly #deliveries: Deliveries;
  readonly #outcomes: Outcomes;
  readonly #postponements: Postponements;
  readonly #metrics: DispatchMetrics;
  #tooMuchInFlight = false;
  #ended = Promise.withResolvers<void>();
  /** When the loop last came around, by the clock. */
  #turnedAt: number;

  constructor(settings: Settings, queues: Queues, log: Logger, clock: Clock = realClock) {
    this.#settings = settings;
    this.#orders = queues.orders;
    this.#log = log;
    this.#clock = clock;
    this.#turnedAt = clock.now();
    this.#concurrency = new ConcurrencyLimit(settings.concurrency);
    this.#room = new WaitingRoom(settings.concurrency);
    this.#leases = new Leases(queues.orders, log, clock);
    this.#deliveries = new Deliveries(settings, queues.receipts, clock);
    this.#outcomes = new Outcomes(queues, this.#leases, log, clock);
    const parts = { leases: this.#leases, deliveries: this.#deliveries, outcomes: this.#outcomes };
    this.#postponements = new Postponements(parts, log, clock);
    this.#metrics = new DispatchMetrics(settings.platformDomain, log, clock);
  }

  /** The message ids of the orders that are held here. */
  get held(): string[] {
    return this.#leases.messageIds;
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
    const stopMetrics = this.#metrics.start(() => this.#gauges());
    while (!stopping.aborted) {
      this.#turnedAt = this.#clock.now();
      const free = this.#concurrency.free + this.#room.free;
      if (free === 0) {
        await this.#ended.promise;
        continue;
      }
      this.#tooMuchInFlight = false;
      // What is not held here is back on the queue before more is taken from it.
      await this.#startAll(await this.#receive(free));
      if (this.#tooMuchInFlight) await pause(this.#clock, PAUSE_MS, stopping);
    }
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    stopMetrics();
  }

  #gauges(): Gauges {
    const stores = this.#deliveries.stores.map((store) => {
      const { hidden, breaker } = this.#deliveries.stateOf(store);
      return [store, { waiting: this.#room.waiting(store) + hidden, breakerOpen: breaker.open }] as const;
    });
    return { free: this.#concurrency.free, stores: new Map(stores) };
  }

  /** Begins no further order; those that wait, also for their next attempt, return to the queue. */
  stop(): void {
    this.#stopping.abort();
    const waiting: Work[] = [...this.#refused.keys()];
    for (const cancel of this.#refused.values()) cancel();
    for (let work = this.#room.next(() => true); work; work = this.#room.next(() => true)) waiting.push(work);
    for (const { message, others } of waiting) this.#track(this.#leases.giveBack([message, ...others], 0));
  }

  async #receive(most: number): Promise<Received[]> {
    try {
      return await this.#orders.receive(most, this.#settings.receiveWaitSeconds, LEASE_SECONDS);
    } catch (err) {
      this.#log.error({ err }, "the queue cannot be read");
      await pause(this.#clock, PAUSE_MS, this.#stopping.signal);
      return [];
    }
  }

  /** A group of which a message is held lost its lease: what is new of it comes again behind what is held. */
  async #startAll(received: Received[]): Promise<void> {
    const groups = Map.groupBy(received, ({ groupId }) => groupId);
    const starts = [...groups].map(([groupId, messages]) => {
      const isHeld = this.#leases.holdsGroup(groupId);
      const taken = messages.filter((message) => this.#leases.take(message));
      return isHeld ? this.#leases.giveBack(taken, 0) : this.#startGroup(taken);
    });
    await Promise.all(starts);
  }

  /**
   * Begins to post the first order of a message group, and the others after it, or ends this receive of them. While the
   * first is invisible SQS hands out none of its group, so what is given back here comes again behind it.
   */
  async #startGroup(group: Received[]): Promise<void> {
    const [message, ...others] = group;
    if (message === undefined) return;
    if (this.#stopping.signal.aborted) return this.#leases.giveBack(group, 0);
    const trace = traceOfMessage(message.attributes);
    const log = this.#log.child({ messageId: message.messageId, receives: message.receives, ...trace });
    const parsed = parseOrder(message.body);
    if (!parsed.ok) {
      const reason = `the message is no order: ${parsed.refusal.error}`;
      return this.#refuse(group, this.#deliveries.failed(message, "", { reason, fault: "order", askedMs: 0 }), log);
    }
    const { order } = parsed;
    const { store, orderId } = order;
    const orderLog = log.child({ orderId, store });
    if (store !== SYNTHETIC && !this.#settings.stores.has(store)) {
      // A container of the settings that have it may be on its way: it is tried for longer than what is no order.
      const unknown = { reason: `no store ${store} in STORE_ERPS`, fault: "erp", askedMs: 0 } as const;
      return this.#refuse(group, this.#deliveries.failed(message, store, unknown, true), orderLog);
    }
    await this.#enter({ store, order, message, others, trace, log: orderLog });
  }

  /** To its ERP, or to where it waits: behind those of its store that wait already. */
  async #enter(work: Work): Promise<void> {
    if (this.#room.waiting(work.store) === 0 && this.#acquire(work.store)) return this.#begin(work);
    if (this.#room.add(work)) return;
    const { store } = work;
    const counts = { waiting: this.#room.waiting(store), inProgress: this.#concurrency.of(store) };
    if (await this.#postponements.atLimit(work, counts)) this.#tooMuchInFlight = true;
  }

  #acquire(store: string): boolean {
    return this.#concurrency.of(store) < this.#deliveries.stateOf(store).most && this.#concurrency.acquire(store);
  }

  /** Its store has a slot. */
  async #begin(work: Work): Promise<void> {
    const { store } = work;
    const admission = this.#deliveries.stateOf(store).breaker.admit(this.#clock.now());
    if (admission !== "hold") return this.#track(this.#process(work, admission));
    this.#concurrency.release(store);
    await this.#postponements.whileErpDown(work);
  }

  /** What a stop waits for. */
  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  /** Continues with a group's other orders once the one before them is delivered or given up; until then they stay invisible. */
  async #process(work: Work, admission: Admission): Promise<void> {
    const isOver = await this.#handle(work, admission);
    this.#concurrency.release(work.store);
    // The group counts again before any other that waits.
    const next = isOver ? this.#startGroup(work.others) : this.#leases.giveBack(work.others, 0);
    this.#advance();
    await next;
  }

  /** A slot is free: the next one in line may have it. */
  #advance(): void {
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
    if (this.#stopping.signal.aborted) return;
    for (let work = this.#next(); work; work = this.#next()) this.#track(this.#begin(work));
  }

  #next(): Work | undefined {
    return this.#room.next((store) => this.#acquire(store));
  }

  /** Whether the order is delivered or given up. */
  async #handle(work: Work, admission: Admission): Promise<boolean> {
    const { message, store } = work;
    const began = this.#clock.now();
    const delivery = await this.#deliveries.post(work, admission, this.#stopping.signal);
    const ms = Math.round(this.#clock.now() - began);
    this.#deliveries.stateOf(store).took(ms);
    const failed = this.#deliveries.learn(work, admission, delivery, this.#concurrency.of(store));
    const { attempts } = delivery;
    if (failed !== undefined) return this.#fail(work, failed, work.log.child({ attempts, ms }));
    const status = delivery.taken ? delivery.status : 0;
    const ageMs = Math.round(this.#clock.now() - message.sentAt);
    this.#metrics.delivered(store, ageMs, ms);
    await this.#outcomes.delivered(message, work.log.child({ status, attempts, ms, ageMs }));
    return true;
  }

  async #fail(work: Work, failed: FailedDelivery, log: Logger): Promise<boolean> {
    const { message, store } = work;
    if (this.#stopping.signal.aborted) {
      log.warn({ reason: failed.reason, hidden: 0 }, "order given back: stopping");
      await this.#leases.giveBack([message], 0);
      return false;
    }
    const sequenceMs = message.groupId === store ? this.#settings.stores.get(store)?.sequenceMs : undefined;
    const decision = this.#decide(failed, sequenceMs);
    if ("tryAgainMs" in decision && this.#room.reserve(store)) {
      this.#postAgain(work, decision.tryAgainMs);
      log.warn({ reason: failed.reason, againMs: decision.tryAgainMs }, "order not delivered");
      return false;
    }
    return this.#postponements.carryOut(message, decision, failed.reason, log);
  }

  /** What could not even be posted. */
  async #refuse(group: Received[], failed: FailedDelivery, log: Logger): Promise<void> {
    const [message, ...others] = group as [Received, ...Received[]];
    await this.#postponements.carryOut(message, this.#decide(failed, undefined), failed.reason, log);
    await this.#leases.giveBack(others, 0);
  }

  #decide(failed: FailedDelivery, sequenceMs: number | undefined): RetryDecision {
    return decideAfterFailure(failed, { ownFaultMs: this.#settings.ownFaultSeconds * 1000, sequenceMs });
  }

  /** It stays held, at a slot where it waits, so that this container sees it refused each time. */
  #postAgain(work: Work, ms: number): void {
    const again = { ...work, others: [] };
    const cancel = this.#clock.after(ms, () => {
      this.#refused.delete(again);
      this.#room.enter(again);
      this.#advance();
    });
    this.#refused.set(again, cancel);
  }
}
