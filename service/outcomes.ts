/** How the receive of a message ends: it is deleted, invisible for a while, or in the dead-letter queue. */
import type { Logger } from "pino";
import type { Clock } from "./clock.ts";
import type { Leases } from "./leases.ts";
import type { DeadLetterQueue, OrderQueue, Received } from "./queue.ts";

/** How old the count of messages in flight may be. */
const COUNT_MS = 15_000;

/** Deletes or dead-letters a message; where SQS fails, the message returns when its lease ends. */
export class Outcomes {
  readonly #orders: OrderQueue;
  readonly #deadLetterQueue: DeadLetterQueue;
  readonly #leases: Leases;
  readonly #log: Logger;
  readonly #clock: Clock;
  #inFlight = { count: Promise.resolve(0), at: Number.NEGATIVE_INFINITY };

  constructor(
    queues: { orders: OrderQueue; deadLetterQueue: DeadLetterQueue },
    leases: Leases,
    log: Logger,
    clock: Clock,
  ) {
    this.#orders = queues.orders;
    this.#deadLetterQueue = queues.deadLetterQueue;
    this.#leases = leases;
    this.#log = log;
    this.#clock = clock;
  }

  async delivered(message: Received, log: Logger): Promise<void> {
    await this.#leases.end(message);
    try {
      await this.#orders.remove(message);
      log.info("order delivered");
    } catch (err) {
      log.error({ err }, "order delivered but not deleted: it will be posted again, with the same key");
    }
  }

  /** Deleted only after the dead-letter queue has it; where that cannot take it, it stays on the queue. Whether it has it. */
  async giveUp(message: Received, reason: string, log: Logger): Promise<boolean> {
    await this.#leases.end(message);
    try {
      await this.#deadLetterQueue.put(message, reason);
      await this.#orders.remove(message);
      log.error({ reason }, "order given up: it lies in the dead-letter queue");
      return true;
    } catch (err) {
      log.error({ err, reason }, "order not given up: it comes again when its lease ends");
      return false;
    }
  }

  /** Asked for only where an order has to become invisible; as it was where SQS does not say. */
  countInFlight(): Promise<number> {
    const now = this.#clock.now();
    const { count: before, at } = this.#inFlight;
    if (now - at < COUNT_MS) return before;
    const count = this.#orders.inFlight().catch((err) => {
      this.#log.error({ err }, "the messages in flight cannot be counted");
      return before;
    });
    this.#inFlight = { count, at: now };
    return count;
  }
}
