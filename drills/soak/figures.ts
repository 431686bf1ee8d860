/** What a soak measured. Pure. */

import type { Fault, Kind } from "./fault.ts";
import type { Judgement } from "./judgement.ts";
import type { FailedHandshake } from "./running.ts";

/** A fault from which the system did not recover, or that could not be injected. */
export interface Unrecovered {
  /** Its place in the schedule, from 0. */
  index: number;
  fault: string;
  why: string;
}

/** What was measured. Times in seconds. */
export interface Figures extends Judgement {
  seed: number;
  faults: Partial<Record<Kind, number>>;
  unrecovered: Unrecovered[];
  /** From injecting a fault until the system had recovered, by kind. */
  recoverySeconds: Partial<Record<Kind, { median: number; most: number }>>;
  /** Answers that made a store try again. */
  ordersRefused: number;
  handshakes: number;
  handshakesFailed: number;
  failedHandshakes: FailedHandshake[];
  /** Connections that were refused or broke off while the twin was killed and started: neither handshakes nor failures. */
  connectionsWhileAwsWasAway: number;
  /** From the first fault to the last recovery. */
  faultSeconds: number;
  faultsPerMinute: number;
  /** Everything but the deployment of the stacks. */
  seconds: number;
  /** Megabytes of the twin, at most, since it was last started. */
  twinPeakMegabytes: number;
}

/** Whether everything that a soak promises was so. */
export function held({ problems, unrecovered, ordersLost, ordersTwice, handshakesFailed }: Figures): boolean {
  return problems.length + unrecovered.length + ordersLost + ordersTwice + handshakesFailed === 0;
}

/** How many of each kind. */
export function tally(faults: readonly Fault[]): Figures["faults"] {
  const kinds = Object.entries(Object.groupBy(faults, ({ kind }) => kind));
  return Object.fromEntries(kinds.map(([kind, of]) => [kind, of?.length ?? 0]));
}

/** Median and longest recovery of each kind of fault, in seconds. */
export function recoveries(recovered: readonly { kind: Kind; seconds: number }[]): Figures["recoverySeconds"] {
  const kinds = Object.entries(Object.groupBy(recovered, ({ kind }) => kind));
  return Object.fromEntries(
    kinds.map(([kind, of = []]) => {
      const sorted = of.map(({ seconds }) => seconds).sort((a, b) => a - b);
      return [kind, { median: rounded(sorted[Math.floor(sorted.length / 2)] ?? 0), most: rounded(sorted.at(-1) ?? 0) }];
    }),
  );
}

/** To one decimal. */
export const rounded = (number: number): number => Math.round(number * 10) / 10;
