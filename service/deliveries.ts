/** Brings orders to their stores' ERPs, and learns from the answers how each ERP does. */
import type { Logger } from "pino";
import type { Admission } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import { type Delivery, postOrder } from "./erp.ts";
import { ErpState } from "./erp-state.ts";
import { Failures } from "./failures.ts";
import { type Order, SYNTHETIC } from "./order.ts";
import type { ReceiptsQueue, Received } from "./queue.ts";
import type { FailedDelivery } from "./retry-policy.ts";
import type { DispatchSettings } from "./settings.ts";
import type { Trace } from "./trace.ts";

/** An order that is held here, with what SQS handed out behind it in its message group. */
export interface Work {
  readonly store: string;
  readonly order: Order;
  readonly message: Received;
  readonly others: Received[];
  readonly trace: Trace;
  readonly log: Logger;
}

type Settings = Pick<DispatchSettings, "stores" | "release" | "erp">;

/** Posts orders, and keeps the state of each ERP. */
export class Deliveries {
  readonly #settings: Settings;
  readonly #receipts: Pick<ReceiptsQueue, "put">;
  readonly #clock: Clock;
  readonly #states = new Map<string, ErpState>();
  readonly #failures = new Failures();

  constructor(settings: Settings, receipts: Pick<ReceiptsQueue, "put">, clock: Clock) {
    this.#settings = settings;
    this.#receipts = receipts;
    this.#clock = clock;
  }

  stateOf(store: string): ErpState {
    const state = this.#states.get(store) ?? new ErpState(this.#clock);
    this.#states.set(store, state);
    return state;
  }

  /** The stores of which there was an order. */
  get stores(): string[] {
    return [...this.#states.keys()];
  }

  /** A probe is one post: whether the ERP is back is seen at once. */
  async post({ order, trace, log }: Work, admission: Admission, stopping: AbortSignal): Promise<Delivery> {
    if (order.store === SYNTHETIC) return this.#acknowledge(order, log);
    const erp = this.#settings.stores.get(order.store);
    if (erp === undefined) throw new Error(`no store ${order.store}`);
    const limits = { ...this.#settings.erp, ...(admission === "probe" && { attempts: 1 }) };
    return postOrder({ order, erp, trace }, limits, { stopping, clock: this.#clock });
  }

  /**
   * Verification's order or the canary's: a receipt instead of a post to anyone's ERP. A queue of receipts that takes none
   * says nothing about the order.
   */
  async #acknowledge({ orderId }: Order, log: Logger): Promise<Delivery> {
    try {
      const receipt = await this.#receipts.put({ orderId, release: this.#settings.release });
      log.info({ receipt }, "receipt sent");
      return { taken: true, status: 200, attempts: 1 };
    } catch (error) {
      const reason = `no receipt: ${(error as Error).message}`;
      return { taken: false, reason, fault: "erp", busy: false, attempts: 1, askedMs: 0 };
    }
  }

  /** What an outcome says of the ERP and of the order; undefined where the order is delivered. */
  learn({ message, store, log }: Work, admission: Admission, delivery: Delivery, inProgress: number) {
    const state = this.stateOf(store);
    const { breaker } = state;
    const now = this.#clock.now();
    if (delivery.taken || delivery.fault === "order") {
      if (breaker.answered(now)) log.info("the ERP is back");
    } else if (breaker.failed(message.messageId, admission, now)) {
      log.error({ reason: delivery.reason }, "the ERP is down: its breaker opens, its orders stay on the queue");
    }
    if (!delivery.taken) {
      if (delivery.busy) state.busy(inProgress);
      return this.failed(message, store, delivery);
    }
    state.taken();
    this.#failures.forget(message.messageId);
    return undefined;
  }

  /** One more failure of an order, with all that is known of it. */
  failed(
    message: Received,
    store: string,
    delivery: Pick<FailedDelivery, "reason" | "fault" | "askedMs">,
    isOwnFault = delivery.fault === "order",
  ): FailedDelivery {
    const { breaker } = this.stateOf(store);
    const now = this.#clock.now();
    const answeredAt = isOwnFault ? Number.POSITIVE_INFINITY : breaker.answeredAt;
    const { reason, fault, askedMs } = delivery;
    return {
      ...{ reason, fault, askedMs },
      ...this.#failures.add(message.messageId, now, answeredAt),
      ...this.timesOf(message, store),
      erpSilentMs: now - breaker.answeredAt,
    };
  }

  timesOf({ receives, sentAt }: Received, store: string): Pick<FailedDelivery, "receives" | "ageMs" | "downMs"> {
    const now = this.#clock.now();
    return { receives, ageMs: Math.max(0, now - sentAt), downMs: this.stateOf(store).breaker.downMs(now) };
  }

  forget({ messageId }: Received): void {
    this.#failures.forget(messageId);
  }
}
