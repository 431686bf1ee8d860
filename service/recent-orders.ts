/** Which body this container has put on the queue under which id, as long as SQS remembers it too. */
import { type Clock, realClock } from "./clock.ts";

/**
 * SQS drops an equal message for 5 minutes, "the deduplication interval"
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html).
 */
const REMEMBERED_MS = 5 * 60_000;
/** At some 200 bytes each, 20 MB of the smallest container's 512. Beyond, the oldest are forgotten first. */
const MOST = 100_000;

interface Known {
  digest: string;
  /** When it was last put on the queue, by the clock. */
  at: number;
  /** Puts that are not answered yet. */
  underWay: number;
  stored: boolean;
}

/** Bodies by order id, for 5 minutes each. */
export class RecentOrders {
  readonly #clock: Clock;
  readonly #most: number;
  /** By id, the one that was put on the queue longest ago first. */
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock = realClock, most = MOST) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Notes that an order is put on the queue; false where another body has its id, and nothing is noted. */
  begin(id: string, digest: string): boolean {
    this.#forgetOld();
    const known = this.#known.get(id) ?? this.#add(id, digest);
    if (known.digest !== digest) return false;
    known.underWay += 1;
    this.#touch(id, known);
    return true;
  }

  /** Ends what `begin` began. An id that is not on the queue is free for another body. */
  end(id: string, stored: boolean): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.underWay -= 1;
    known.stored ||= stored;
    if (known.stored) this.#touch(id, known);
    else if (known.underWay <= 0) this.#known.delete(id);
  }

  #add(id: string, digest: string): Known {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= this.#most) this.#known.delete(oldest);
    const known = { digest, at: 0, underWay: 0, stored: false };
    this.#known.set(id, known);
    return known;
  }

  #touch(id: string, known: Known): void {
    known.at = this.#clock.now();
    this.#known.delete(id);
    this.#known.set(id, known);
  }

  #forgetOld(): void {
    const oldest = this.#clock.now() - REMEMBERED_MS;
    for (const [id, { at }] of this.#known) {
      if (at > oldest) return;
      this.#known.delete(id);
    }
  }
}
