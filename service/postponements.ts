/** How an order is put off that cannot be delivered now: invisible until it comes again, or given up with its reason. */
import type { Logger } from "pino";
import type { Clock } from "./clock.ts";
import type { Deliveries, Work } from "./deliveries.ts";
import type { Leases } from "./leases.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Received } from "./queue.ts";
import { decideAtLimit, decideWhileErpDown, MAX_IN_FLIGHT, type RetryDecision } from "./retry-policy.ts";
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
    if ("deadLetterReason" in decision) {
      this.#deliveries.forget(message);
      return this.#outcomes.giveUp(message, decision.deadLetterReason, log);
    }
    const hidden = "tryAgainMs" in decision ? decision.tryAgainMs / 1000 : decision.invisibleSeconds;
    log.warn({ reason, hidden }, "order not delivered");
    await this.#leases.giveBack([message], hidden);
    return false;
  }

  /** Its store has no slot. Returns whether more is in flight than there should be. */
  async atLimit(work: Work, { waiting, inProgress }: { waiting: number; inProgress: number }): Promise<boolean> {
    const { store, message, others, log } = work;
    const inFlight = await this.#outcomes.countInFlight();
    const hidden = this.#deliveries.stateOf(store).hide(waiting, inProgress);
    const decision = decideAtLimit(message.receives, store, hidden);
    if ("deadLetterReason" in decision) await this.#outcomes.giveUp(message, decision.deadLetterReason, log);
    else {
      const fields = { store, waiting, inProgress, inFlight, hidden };
      this.#sampled.line(this.#log, "info", fields, "orders wait: their store is at its concurrency limit");
      await this.#leases.giveBack([message], hidden);
    }
    await this.#leases.giveBack(others, 0);
    return inFlight > MAX_IN_FLIGHT;
  }

  /** Its ERP's circuit breaker is open. */
  async whileErpDown({ store, message, others, log }: Work): Promise<void> {
    const times = this.#deliveries.timesOf(message, store);
    const decision = decideWhileErpDown(times, store, await this.#outcomes.countInFlight(), Math.random());
    const reason = `the ERP of ${store} is down: it was not asked`;
    if ("deadLetterReason" in decision) await this.carryOut(message, decision, reason, log);
    else {
      const hidden = decision.invisibleSeconds;
      this.#sampled.line(this.#log, "warn", { store, reason, hidden }, "order not delivered");
      await this.#leases.giveBack([message], hidden);
    }
    await this.#leases.giveBack(others, 0);
  }
}
