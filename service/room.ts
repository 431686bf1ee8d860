/** What ingest reads at a time, bounded in all and by whose host it comes to: no store takes the room of the others. */
import { ConcurrencyLimit } from "./concurrency-limit.ts";

/**
 * From a request's first byte to its last, and the bytes that arrived of all orders until they are answered: in the smallest
 * container, of 512 MiB, the texts and what is made of them stay well below half of it. Half of the connections that there may
 * be (ingest.ts): refusals and health checks have the others.
 */
const ORDERS = 400;
const BYTES = 32 * 1024 * 1024;
/** What Node holds for a chunk beside its bytes: a body that comes byte by byte must not cost more than is counted. */
const CHUNK_BYTES = 256;

/** Why there is no room: `container` where it has none for any owner now, `owner` where its owner has as much as is free. */
export type Lack = "container" | "owner";

/** The orders that are being read, and their bytes. */
export class Room {
  readonly #orders = new ConcurrencyLimit(ORDERS);
  readonly #bytes = new ConcurrencyLimit(BYTES);

  /**
   * @param owner the store whose host it is, or the platform's domain
   * @param bytes what the order has by its Content-Length; refused before it is read where there is no room for it
   */
  enter(owner: string, bytes: number): Place | Lack {
    if (!this.#bytes.fits(owner, bytes)) return lackOf(this.#bytes, bytes);
    if (!this.#orders.acquire(owner)) return lackOf(this.#orders, 1);
    return new Place(owner, this.#orders, this.#bytes);
  }
}

/** The room of one order. */
export class Place {
  readonly #owner: string;
  readonly #orders: ConcurrencyLimit;
  readonly #bytes: ConcurrencyLimit;
  #taken = 0;
  #reading = true;

  constructor(owner: string, orders: ConcurrencyLimit, bytes: ConcurrencyLimit) {
    this.#owner = owner;
    this.#orders = orders;
    this.#bytes = bytes;
  }

  /** Counts a chunk that arrived. */
  take(chunkBytes: number): Lack | undefined {
    const bytes = chunkBytes + CHUNK_BYTES;
    if (!this.#bytes.acquire(this.#owner, bytes)) return lackOf(this.#bytes, bytes);
    this.#taken += bytes;
    return undefined;
  }

  /** The body has arrived, or is not read further. */
  endReading(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#orders.release(this.#owner);
  }

  /** The order is answered: its text is not held any more. */
  leave(): void {
    this.endReading();
    this.#bytes.release(this.#owner, this.#taken);
    this.#taken = 0;
  }
}

function lackOf(limit: ConcurrencyLimit, amount: number): Lack {
  return limit.free < amount ? "container" : "owner";
}
