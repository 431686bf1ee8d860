import { type DrillResult, type FaultResult, isCaught } from "./result.ts";

/** The drill in words: a line a fault, what was not caught, and the sum. */
export function drillReport({ faults, harmless, notEncoded, caught, total, seconds }: DrillResult): string {
  const stopped = harmless.filter((change) => change.stopped);
  const missed = faults.filter((fault) => !isCaught(fault));
  return [
    ...faults.map((fault) => `${mark(fault).padEnd(13)} ${fault.id}: ${firstLine(outcome(fault))}`),
    ...harmless.map(({ id, stopped: by, evidence }) =>
      by ? `${"STOPPED".padEnd(13)} ${id}: by ${by}: ${firstLine(evidence)}` : `${"passes".padEnd(13)} ${id}`,
    ),
    ...notEncoded.map(({ id, reason }) => `${"not encoded".padEnd(13)} ${id}: ${reason}`),
    "",
    `${caught} of ${total} faults caught or detected${missed.length > 0 ? `; not: ${missed.map(({ id }) => id).join(", ")}` : ""}`,
    `${harmless.length - stopped.length} of ${harmless.length} harmless changes passed`,
    `${notEncoded.length} not encoded`,
    `${seconds.toFixed(1)} s`,
  ].join("\n");
}

function mark(fault: FaultResult): string {
  return isCaught(fault) ? (fault.stage ?? "") : "NOT CAUGHT";
}

function outcome({ detectedBy, detectedSeconds, recoveredSeconds, ordersLost, evidence }: FaultResult): string {
  if (!detectedBy) return evidence;
  const recovered = recoveredSeconds === null ? "not recovered" : `recovered after ${recoveredSeconds.toFixed(1)} s`;
  return `after ${detectedSeconds?.toFixed(1)} s: ${detectedBy}; ${recovered}, ${ordersLost} orders lost`;
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 240 ? `${line.slice(0, 239)}…` : line;
}
