import type { Fault } from "./fault.ts";

/** The stages in the order in which a change meets them; `production` is where a failure of the environment happens. */
export type Stage = "types" | "preview" | "policy" | "parity" | "verification" | "rehearsal" | "production";

/** What stopped a change. */
export interface Catch {
  stage: Stage;
  caughtBy: "preview" | "policy" | "parity" | "verification" | "rehearsal";
  /** What a person reads. */
  evidence: string;
}

/** What an outage came to; seconds from its beginning, null for never. */
export interface Measured {
  detectedBy: string | null;
  detectedSeconds: number | null;
  recoveredSeconds: number | null;
  ordersLost: number;
  handshakesFailed: number;
}

export interface FaultResult extends Measured {
  id: string;
  /** Null where nothing caught or detected it. */
  stage: Stage | null;
  caughtBy: Catch["caughtBy"] | null;
  evidence: string;
  /** How long the drill took. */
  seconds: number;
}

export interface HarmlessResult {
  id: string;
  /** The stage that complained; null when none did. */
  stopped: Stage | null;
  evidence: string;
  seconds: number;
}

/** When and of what it was measured. */
export interface Measurement {
  /** ISO 8601. */
  at: string;
  /** Undefined outside a git working tree. */
  commit?: string;
  /** Some file is not as the commit has it. */
  dirty: boolean;
  /** Only what `pulumi preview` alone would say counted. */
  baseline: boolean;
  processors: number;
  /** A note on the figures by their publisher; entered manually. */
  note?: string;
}

export interface DrillResult {
  measured: Measurement;
  faults: FaultResult[];
  harmless: HarmlessResult[];
  /** Faults that are in the table but cannot be run against the system, each with its reason. */
  notEncoded: { id: string; reason: string }[];
  /** Faults caught before production changed, or detected there. */
  caught: number;
  /** Faults run against the system. */
  total: number;
  seconds: number;
}

export const nothingMeasured: Measured = {
  detectedBy: null,
  detectedSeconds: null,
  recoveredSeconds: null,
  ordersLost: 0,
  handshakesFailed: 0,
};

/** The result of a fault that could not be run. */
export function failed({ id, harmless }: Fault, why: string): FaultResult | HarmlessResult {
  const evidence = `the drill itself failed: ${why}`;
  if (harmless) return { id, stopped: "types", evidence, seconds: 0 };
  return { id, stage: null, caughtBy: null, ...nothingMeasured, evidence, seconds: 0 };
}

/** Whether a stage stopped the fault, or a notification or the nightly check detected it. */
export function isCaught({ caughtBy, detectedBy }: FaultResult): boolean {
  return caughtBy !== null || detectedBy !== null;
}

/**
 * The result of a drill, with the faults that cannot be encoded.
 * @param seconds of the whole drill
 */
export function sum(
  faults: FaultResult[],
  harmless: HarmlessResult[],
  all: readonly Fault[],
  measured: Measurement,
  seconds: number,
): DrillResult {
  const notEncoded = all.flatMap(({ id, notEncoded: reason }) => (reason ? [{ id, reason }] : []));
  const caught = faults.filter(isCaught).length;
  return { measured, faults, harmless, notEncoded, caught, total: faults.length, seconds };
}
