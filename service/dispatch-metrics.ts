/** What dispatch tells CloudWatch of itself and of each store. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Logger } from "pino";
import { type Clock, every } from "./clock.ts";
import { embedded, MOST_VALUES } from "./metrics.ts";

/** Twice a minute, so that no minute of CloudWatch is without a value. */
const EVERY_MS = 30_000;
/** How often the event loop is looked at, in milliseconds. */
const RESOLUTION_MS = 20;

/** How a store is at a moment. */
export interface StoreGauges {
  /** Orders that wait for a slot, here or invisible on the queue. */
  waiting: number;
  /** Whether the circuit breaker of its ERP is open. */
  breakerOpen: boolean;
}

export interface Gauges {
  /** Further orders that this container could post at this moment. */
  free: number;
  stores: ReadonlyMap<string, StoreGauges>;
}

/** Counts deliveries, and writes them as metrics in CloudWatch's embedded format. */
export class DispatchMetrics {
  readonly #domain: string;
  readonly #log: Logger;
  readonly #clock: Clock;
  /** Seconds from acceptance to delivery, and from acceptance to the post that delivered it, by store. */
  readonly #delivered = new Map<string, { ages: number[]; waits: number[] }>();
  /** Stores whose gauges were not 0 when they were last written: each is a metric that costs. */
  readonly #notable = new Set<string>();

  constructor(domain: string, log: Logger, clock: Clock) {
    this.#domain = domain;
    this.#log = log;
    this.#clock = clock;
  }

  /** Writes the gauges again and again until what it returns is called. */
  start(gauges: () => Gauges): () => void {
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    const stop = every(this.#clock, EVERY_MS, () => {
      this.#write(gauges(), delay.percentile(99) / 1e6);
      delay.reset();
    });
    return () => {
      stop();
      delay.disable();
    };
  }

  /** An order of a store is at its ERP, so many milliseconds after it was accepted, of which it took so many to post it. */
  delivered(store: string, ageMs: number, postMs: number): void {
    const all = this.#delivered.get(store) ?? { ages: [], waits: [] };
    all.ages.push(Math.round(ageMs) / 1000);
    all.waits.push(Math.max(0, Math.round(ageMs - postMs)) / 1000);
    this.#delivered.set(store, all);
    if (all.ages.length >= MOST_VALUES) this.#writeDelivered(store);
  }

  #write({ free, stores }: Gauges, delayMs: number): void {
    let all = 0;
    for (const [store, { waiting, breakerOpen }] of stores) {
      all += waiting;
      const isNotable = waiting > 0 || breakerOpen;
      if (!isNotable && !this.#notable.delete(store)) continue;
      if (isNotable) this.#notable.add(store);
      this.#writeStore(store, {
        OrdersWaiting: { unit: "Count", value: waiting },
        BreakerOpen: { unit: "None", value: breakerOpen ? 1 : 0 },
      });
    }
    for (const store of [...this.#delivered.keys()]) this.#writeDelivered(store);
    this.#line(
      { Domain: this.#domain },
      {
        OrdersHeldBack: { unit: "Count", value: all },
        FreeCapacity: { unit: "Count", value: free },
        EventLoopDelay: { unit: "Milliseconds", value: Math.round(delayMs) },
      },
    );
  }

  #writeDelivered(store: string): void {
    const { ages, waits } = this.#delivered.get(store) ?? { ages: [], waits: [] };
    this.#delivered.delete(store);
    this.#writeStore(store, {
      OrderAge: { unit: "Seconds", value: ages },
      OrderWait: { unit: "Seconds", value: waits },
    });
  }

  #writeStore(store: string, metrics: Parameters<typeof embedded>[2]): void {
    this.#line({ Domain: this.#domain, Store: store }, metrics);
  }

  #line(dimensions: Record<string, string>, metrics: Parameters<typeof embedded>[2]): void {
    this.#log.info(embedded(this.#clock.now(), dimensions, metrics), "metrics");
  }
}
