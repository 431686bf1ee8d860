import { batches, type Found, isChosen, type Letter, Tallies, type Tally } from "./messages.ts";
import type { RedriveQueues } from "./queues.ts";

export interface PassOptions {
  /** The one store whose letters are meant; all of them without. */
  store?: string | undefined;
  /** Whether letters go back; otherwise it is only told which would. */
  yes?: boolean | undefined;
  /** Is called with how many letters went back so far, now and then. */
  moved(count: number): void;
}

/** What one pass over a dead-letter queue found and did. */
export interface PassResult {
  /** By store, as they were found. */
  found: Tally[];
  /** Letters sent back to the queue and deleted. */
  moved: number;
  /** Letters that stayed in the dead-letter queue though they were to go, or that are now in both queues. */
  failed: (Letter & { why: string })[];
  /** False where not all was looked at. */
  whole: boolean;
}

/** Who receives, sends and deletes at the same time. */
const WORKERS = 4;
/** Letters that are looked at and left: of a FIFO queue 120,000 may be in flight (SQS developer guide, quotas). */
const MOST_LEFT = 100_000;
/** Letters between two calls of `moved`. */
const TOLD_EVERY = 1_000;

/** Looks at every letter once, sends back those that are meant, and leaves the others as they were. */
export class Pass {
  readonly #queues: RedriveQueues;
  readonly #options: PassOptions;
  readonly #began = new Date();
  readonly #tallies = new Tallies();
  /** Letters that stay, by message id, with what makes each visible again. */
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
      const letters = await this.#queues.receive();
      const fresh = letters.filter(({ messageId }) => !this.#left.has(messageId));
      const chosen = fresh.filter((letter) => isChosen(letter, this.#options.store, this.#began));
      for (const letter of fresh) this.#tallies.add(letter, chosen.includes(letter));
      const moving = this.#options.yes ? chosen : [];
      for (const letter of letters) if (!moving.includes(letter)) this.#left.set(letter.messageId, letter.handle);
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
    for (const letter of batch) {
      const { messageId, handle } = letter;
      const still = kept.get(messageId);
      const why = unsent.get(messageId) ?? (still && `sent, but not deleted here: ${still}`);
      if (unsent.has(messageId)) this.#left.set(messageId, handle);
      if (why === undefined) this.#count();
      else this.#failed.push({ ...told(letter), why });
    }
  }

  #count(): void {
    this.#moved += 1;
    if (this.#moved % TOLD_EVERY === 0) this.#options.moved(this.#moved);
  }
}

function told({ messageId, store, orderId, reason, since }: Found): Letter {
  return { messageId, store, orderId, reason, since };
}
