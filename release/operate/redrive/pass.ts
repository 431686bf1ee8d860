import { batches, type DeadLetter, type Found, isChosen, Tallies, type Tally } from "./messages.ts";
import type { RedriveQueues } from "./queues.ts";

export interface PassOptions {
  /** The one store whose messages are redriven; all stores when left out. */
  store?: string | undefined;
  /** Whether messages are moved; otherwise they are only counted. */
  yes?: boolean | undefined;
  /** Is called every thousand messages with how many were moved so far. */
  moved(count: number): void;
}

/** What one pass over a dead-letter queue found and did. */
export interface PassResult {
  /** By store, as they were found. */
  found: Tally[];
  /** Messages sent back to the queue and deleted. */
  moved: number;
  /** Messages that could not be moved, or that are now in both queues. */
  failed: (DeadLetter & { why: string })[];
  /** False where not all messages were read. */
  whole: boolean;
}

/** Who receives, sends and deletes at the same time. */
const WORKERS = 4;
/** Messages that are read and not moved: of a FIFO queue 120,000 may be in flight (SQS developer guide, quotas). */
const MOST_LEFT = 100_000;
/** Messages between two calls of `moved`. */
const REPORT_EVERY = 1_000;

/** Reads every message once, moves the chosen ones, and makes the others visible again. */
export class Pass {
  readonly #queues: RedriveQueues;
  readonly #options: PassOptions;
  readonly #began = new Date();
  readonly #tallies = new Tallies();
  /** Messages that stay, by message id, with what makes each visible again. */
  readonly #left = new Map<string, string>();
  readonly #failed: PassResult["failed"] = [];
  #moved = 0;
  #broken = false;
  #whole = true;

  constructor(queues: RedriveQueues, options: PassOptions) {
    this.#queues = queues;
    this.#options = options;
  }

  /** @throws Error where SQS does not answer */
  async run(): Promise<PassResult> {
    try {
      await Promise.all(Array.from({ length: WORKERS }, () => this.#work()));
    } finally {
      await this.#queues.giveBack([...this.#left.values()]);
    }
    return { found: this.#tallies.all, moved: this.#moved, failed: this.#failed, whole: this.#whole };
  }

  /** Until nothing is received any more, or only what was left. */
  async #work(): Promise<void> {
    while (this.#left.size < MOST_LEFT && !this.#broken) {
      const messages = await this.#queues.receive();
      const fresh = messages.filter(({ messageId }) => !this.#left.has(messageId));
      const chosen = fresh.filter((message) => isChosen(message, this.#options.store, this.#began));
      for (const message of fresh) this.#tallies.add(message, chosen.includes(message));
      const moving = this.#options.yes ? chosen : [];
      for (const message of messages) if (!moving.includes(message)) this.#left.set(message.messageId, message.handle);
      if (fresh.length === 0) return;
      for (const batch of batches(moving)) await this.#move(batch);
    }
    this.#whole = false;
  }

  /** A queue of orders that does not answer ends the pass. */
  async #move(batch: Found[]): Promise<void> {
    const unsent = await this.#queues.send(batch).catch((error: Error) => {
      this.#broken = true;
      return new Map(batch.map(({ messageId }) => [messageId, error.message]));
    });
    const sent = batch.filter(({ messageId }) => !unsent.has(messageId));
    const kept = sent.length > 0 ? await this.#queues.remove(sent) : new Map<string, string>();
    for (const message of batch) {
      const { messageId, handle } = message;
      const still = kept.get(messageId);
      const why = unsent.get(messageId) ?? (still && `sent, but not deleted here: ${still}`);
      if (unsent.has(messageId)) this.#left.set(messageId, handle);
      if (why === undefined) this.#count();
      else this.#failed.push({ ...summaryOf(message), why });
    }
  }

  #count(): void {
    this.#moved += 1;
    if (this.#moved % REPORT_EVERY === 0) this.#options.moved(this.#moved);
  }
}

function summaryOf({ messageId, store, orderId, reason, since }: Found): DeadLetter {
  return { messageId, store, orderId, reason, since };
}
