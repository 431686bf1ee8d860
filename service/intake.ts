/** Takes one order: from the headers of its request to the answer. Knows nothing of routes. */
import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import {
  type Answer,
  accepted,
  anotherBody,
  noRoom,
  notAnOrder,
  notAuthentic,
  notChecked,
  notServed,
  queueDown,
  storeAtLimit,
  unknownHost,
} from "./answers.ts";
import type { Authentication } from "./authentication.ts";
import { declaredBytes, readBody, refusalOfHeaders } from "./body.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { deduplicationId, type Order, orderKey, parseOrder } from "./order.ts";
import type { OrderQueue } from "./queue.ts";
import { RecentOrders } from "./recent-orders.ts";
import { RefusalLog } from "./refusals.ts";
import { Place, Room } from "./room.ts";
import type { IngestSettings } from "./settings.ts";
import type { Trace } from "./trace.ts";

/** Orders that may wait for the queue at a time. */
const ORDERS_WAITING = 1_000;

export type IntakeSettings = Pick<IngestSettings, "stores" | "inSequence" | "platformDomain">;

/** Answers each request to place an order. */
export class Intake {
  readonly #settings: IntakeSettings;
  readonly #queue: Pick<OrderQueue, "put">;
  readonly #authentication: Authentication | undefined;
  readonly #log: Logger;
  readonly #refusals: RefusalLog;
  readonly #storeOfHost: ReadonlyMap<string, string>;
  readonly #room = new Room();
  readonly #waiting = new ConcurrencyLimit(ORDERS_WAITING);
  readonly #recent = new RecentOrders();
  readonly #underWay = new Set<Promise<Answer>>();

  /** @param authentication undefined where no store signs its orders */
  constructor(
    settings: IntakeSettings,
    queue: Pick<OrderQueue, "put">,
    log: Logger,
    authentication: Authentication | undefined,
  ) {
    this.#settings = settings;
    this.#authentication = authentication;
    this.#queue = queue;
    this.#log = log;
    this.#refusals = new RefusalLog(log);
    const hosts = [...settings.stores].flatMap(([store, own]) => own.map((host) => [host, store] as const));
    this.#storeOfHost = new Map(hosts);
  }

  /** Resolves when every order that has been read is answered. */
  async drained(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /** @param host what the store asked for, in lower case */
  async take(request: IncomingMessage, host: string, trace: Trace): Promise<Answer> {
    const answer = await this.#answer(request, host, trace);
    this.logRefusal(answer, host, trace);
    return answer;
  }

  /** A sample of them: see RefusalLog. */
  logRefusal({ code: status, store, body, logged }: Answer, host: string, trace: Trace): void {
    if (!("error" in body) || logged) return;
    const { field = "limit", error: reason } = body;
    this.#refusals.add({ ...trace, store: store ?? this.#storeOfHost.get(host), status, field, reason });
  }

  logRefusedConnection(open: number): void {
    this.#refusals.add({
      store: undefined,
      field: "connection",
      reason: `as many connections as there may be: ${open}`,
    });
  }

  /** Nothing is read of a host that is not served, or that has as much under way as it may. */
  async #answer(request: IncomingMessage, host: string, trace: Trace): Promise<Answer> {
    const { platformDomain } = this.#settings;
    const owner = host === platformDomain ? host : this.#storeOfHost.get(host);
    if (owner === undefined) return unknownHost(host, this.#settings);
    const refused = refusalOfHeaders(request.headers);
    if (refused !== undefined) return refused;
    const place = this.#room.enter(owner, declaredBytes(request.headers));
    if (!(place instanceof Place)) return noRoom(place, host);
    try {
      const body = await readBody(request, place);
      if ("refused" in body) return body.refused;
      if ("lack" in body) return noRoom(body.lack, host);
      const parsed = parseOrder(body.text);
      if (!parsed.ok) return notAnOrder(parsed.refusal);
      const { order } = parsed;
      return (
        notServed(order, host, this.#settings) ??
        (await this.#authenticate(order, request)) ??
        (await this.#putWithin(order, trace))
      );
    } finally {
      place.leave();
    }
  }

  /** Undefined where the order comes from its store. Before anything else is said of the order's id. */
  async #authenticate(order: Order, { headers }: IncomingMessage): Promise<Answer | undefined> {
    if (this.#authentication === undefined) return undefined;
    const verdict = await this.#authentication.check(order.store, headers, order.text);
    if ("unknown" in verdict) return notChecked(order);
    return verdict.authentic ? undefined : notAuthentic(order, verdict.refusal);
  }

  async #putWithin(order: Order, trace: Trace): Promise<Answer> {
    if (!this.#waiting.acquire(order.store)) return storeAtLimit(order);
    const work = this.#put(order, trace);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
      this.#waiting.release(order.store);
    }
  }

  async #put(order: Order, trace: Trace): Promise<Answer> {
    const { orderId, store, text } = order;
    const [key, id] = [orderKey(order), deduplicationId(order)];
    if (!this.#recent.begin(key, id)) return anotherBody(order);
    const began = performance.now();
    const fields = () => ({ orderId, store, ...trace, ms: Math.round(performance.now() - began) });
    try {
      const message = { body: text, group: this.#groupOf(order), deduplicationId: id, attributes: { ...trace } };
      const messageId = await this.#queue.put(message);
      this.#recent.end(key, true);
      this.#log.info({ ...fields(), messageId }, "order accepted");
      return accepted(order);
    } catch (err) {
      this.#recent.end(key, false);
      this.#log.error({ ...fields(), err }, "order not accepted: the queue cannot take it");
      return queueDown(order);
    }
  }

  /** SQS hands out the messages of a group one after the other: all orders of a store in sequence are one. */
  #groupOf(order: Order): string {
    return this.#settings.inSequence.has(order.store) ? order.store : orderKey(order);
  }
}
