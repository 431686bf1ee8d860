/** The messages that this container holds: each is invisible to other containers until its lease is ended here. */
import type { Logger } from "pino";
import { type Clock, every } from "./clock.ts";
import type { OrderQueue, Received } from "./queue.ts";
import { traceOfMessage } from "./trace.ts";

/**
 * Seconds for which a message that is held is invisible, again and again: what a killed container held comes to another one
 * after so long, not only after the queue's visibility timeout.
 */
export const LEASE_SECONDS = 15;

/** The leases of the messages in this container, each renewed until it ends. */
export class Leases {
  readonly #orders: Pick<OrderQueue, "changeVisibility">;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #held = new Map<string, { message: Received; end(): Promise<void> }>();

  constructor(orders: Pick<OrderQueue, "changeVisibility">, log: Logger, clock: Clock) {
    this.#orders = orders;
    this.#log = log;
    this.#clock = clock;
  }

  get messageIds(): string[] {
    return [...this.#held.keys()];
  }

  /** Whether a message of the group is held. */
  holdsGroup(groupId: string): boolean {
    for (const { message } of this.#held.values()) if (message.groupId === groupId) return true;
    return false;
  }

  /**
   * Holds a message and renews its lease three times within it. False where it is held already: its lease ran out, and SQS
   * handed it out again. Only the handle of the last receive deletes it (SQS API reference, DeleteMessage, ReceiptHandle).
   */
  take(message: Received): boolean {
    const { messageId } = message;
    const before = this.#held.get(messageId);
    if (before) {
      this.#log.warn(
        { messageId, ...traceOfMessage(message.attributes) },
        "the lease of an order was lost and is renewed: it is not posted a second time",
      );
      Object.assign(before.message, { handle: message.handle, receives: message.receives });
      return false;
    }
    let renewal = Promise.resolve();
    const stop = every(this.#clock, (LEASE_SECONDS * 1000) / 3, () => {
      renewal = this.changeVisibility(message, LEASE_SECONDS);
    });
    const end = () => {
      stop();
      return renewal;
    };
    this.#held.set(messageId, { message, end });
    return true;
  }

  /** Holds it no longer. A renewal under way is waited for: it would undo what comes after. */
  async end({ messageId }: Received): Promise<void> {
    await this.#held.get(messageId)?.end();
    this.#held.delete(messageId);
  }

  /** Ends the leases; the messages are invisible for so many seconds from now, 0 returns them to the queue at once. */
  async giveBack(messages: readonly Received[], seconds: number): Promise<void> {
    const give = async (message: Received) => {
      await this.end(message);
      await this.changeVisibility(message, seconds);
    };
    await Promise.all(messages.map(give));
  }

  /** Where even this fails the message comes back by itself, when its lease ends. */
  async changeVisibility(message: Received, seconds: number): Promise<void> {
    try {
      await this.#orders.changeVisibility(message, seconds);
    } catch (err) {
      const { messageId, attributes } = message;
      this.#log.error(
        { err, messageId, ...traceOfMessage(attributes) },
        "visibility not changed: the message comes when its lease ends",
      );
    }
  }
}
