/** How an order is put off that cannot be delivered now: invisible until it comes again, or given up with its reason. */
import type { Logger } from "pino";
import type { Clock } from "./clock.ts";
import type { Deliveries, Work } from "./deliveries.ts";
import type { Leases } from "./leases.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Received } from "./queue.ts";
import {
  decideAtLimit,
  decideWhileErpDown,
  MAX_IN_FLIGHT,
  type Postponed,
  type RetryDecision,
} from "./retry-policy.ts";
import { SampledLog } from "./sampled-log.ts";

/** Makes an order invisible for the time that the retry policy says, or dead-letters it. */
export class Postponements {
  readonly #leases: Leases;
  readonly #deliveries: Deliveries;
  readonly #outcomes: Outcomes;
  readonly #log: Logger;
  readonly #sampled: SampledLog;

  constructor(
    { leases, deliveries, outcomes }: { leases: Leases; deliveries: Deliveries; outcomes: Outcomes },
    log: Logger,
    clock: Clock,
  ) {
    this.#leases = leases;
    this.#deliveries = deliveries;
    this.#outcomes = outcomes;
    this.#log = log;
    this.#sampled = new SampledLog(clock);
  }

  /** After a failure, or a refusal that is not tried again from here. Whether the order is given up. */
  async carryOut(message: Received, decision: RetryDecision, reason: string, log: Logger): Promise<boolean> {
    if ("deadLetterReason" in decision) return this.#giveUp(message, decision.deadLetterReason, log);
    const hidden = "tryAgainMs" in decision ? decision.tryAgainMs / 1000 : decision.invisibleSeconds;
    log.warn({ reason, hidden }, "order not delivered");
    await this.#leases.giveBack([message], hidden);
    return false;
  }

  /** Its store has no slot. Returns whether more is in flight than there should be. */
  async atLimit(work: Work, { waiting, inProgress }: { waiting: number; inProgress: number }): Promise<boolean> {
    const { store, message } = work;
    const inFlight = await this.#outcomes.countInFlight();
    const seconds = this.#deliveries.stateOf(store).hide(waiting, inProgress);
    await this.#putOff(work, decideAtLimit(message.receives, store, seconds), (hidden) => {
      const fields = { store, waiting, inProgress, inFlight, hidden };
      this.#sampled.line(this.#log, "info", fields, "orders wait: their store is at its concurrency limit");
    });
    return inFlight > MAX_IN_FLIGHT;
  }

  /** Its ERP's circuit breaker is open. */
  async whileErpDown(work: Work): Promise<void> {
    const { store, message } = work;
    const times = this.#deliveries.timesOf(message, store);
    const decision = decideWhileErpDown(times, store, await this.#outcomes.countInFlight(), Math.random());
    await this.#putOff(work, decision, (hidden) => {
      const reason = `the ERP of ${store} is down: it was not asked`;
      this.#sampled.line(this.#log, "warn", { store, reason, hidden }, "order not delivered");
    });
  }

  /** Without a post; those behind it are back on the queue at once. */
  async #putOff({ message, others, log }: Work, decision: Postponed, sample: (hidden: number) => void): Promise<void> {
    if ("deadLetterReason" in decision) await this.#giveUp(message, decision.deadLetterReason, log);
    else {
      sample(decision.invisibleSeconds);
      await this.#leases.giveBack([message], decision.invisibleSeconds);
    }
    await this.#leases.giveBack(others, 0);
  }

  #giveUp(message: Received, reason: string, log: Logger): Promise<boolean> {
    this.#deliveries.forget(message);
    return this.#outcomes.giveUp(message, reason, log);
  }
}
