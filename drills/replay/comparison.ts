/** What a replay came to, beside July 28 and beside what is promised since. Pure. */
import { stacks } from "../../stacks/registry.ts";
import { duration } from "./duration.ts";
import { goals, incident } from "./incident.ts";
import type { Replay } from "./replay.ts";

/** `order-queue replay --json`. Seconds; null for never. */
export interface Figures {
  /** The stack that waited longest, from the stop of the containers. */
  toldSeconds: number | null;
  diagnosedSeconds: number | null;
  recoveredSeconds: number | null;
  /** From the command to the end of its verification. */
  revertSeconds: number;
  ordersAccepted: number;
  ordersLost: number;
  handshakes: number;
  handshakesFailed: number;
  /** preview, policy, parity, gate, verification or alarm. */
  changeStoppedBy: string | null;
}

/** The longest time of all production stacks for each figure; null where it never happened in one of them. */
export function figures(replay: Replay): Figures {
  const { stops, revert, attempt, ordersAccepted, ordersLost, handshakes, handshakesFailed } = replay;
  return {
    toldSeconds: longest(stops.map(({ toldSeconds }) => toldSeconds)),
    diagnosedSeconds: longest(stops.map(({ diagnosedSeconds }) => diagnosedSeconds)),
    recoveredSeconds: longest(stops.map(({ recoveredSeconds }) => recoveredSeconds)),
    revertSeconds: hundredths(revert.seconds),
    ...{ ordersAccepted, ordersLost, handshakes, handshakesFailed },
    changeStoppedBy: attempt.stoppedBy ?? null,
  };
}

/** One thing that went wrong on July 28, and how it goes now. */
export interface Row {
  what: string;
  july28: string;
  now: string;
  /** Empty where nothing was promised. */
  goal: string;
  held: boolean;
  /** Whether it depends on how fast the machine is. */
  timing: boolean;
}

/** The table of July 28 and the replay, a row a promise. */
export function rows(replay: Replay): Row[] {
  const { toldSeconds, diagnosedSeconds, recoveredSeconds, revertSeconds } = figures(replay);
  const { attempt, ordersAccepted, ordersLost, handshakes, handshakesFailed } = replay;
  const same = sameCertificates(replay);
  return [
    timed("An alarm notification is sent", duration(incident.toldSeconds), toldSeconds, goals.toldSeconds),
    timed("The cause is found", duration(incident.diagnosedSeconds), diagnosedSeconds),
    timed(
      "Every store is served again",
      duration(incident.revertedEuSeconds),
      recoveredSeconds,
      goals.recoveredSeconds,
    ),
    {
      ...{ what: "A change breaks certificates", july28: "found in production", goal: "stopped in staging" },
      now: stoppedInWords(replay),
      ...{ held: attempt.stoppedBy !== undefined && productionUntouched(replay), timing: false },
    },
    {
      ...{ what: "A rebuilt container returns", july28: "with a broken certificate", goal: "with the right one" },
      now: `${same.length} of ${replay.certificates.before.length} host names show the certificate of before`,
      held:
        same.length === replay.certificates.before.length && replay.rebuilds.every(({ after }) => after !== undefined),
      timing: false,
    },
    {
      ...{ what: "Stores see certificate errors", goal: "never", timing: false },
      july28: `for ${duration(incident.revertedAuSeconds - incident.brokenSeconds)}`,
      now: `${handshakesFailed} of ${handshakes} handshakes failed`,
      held: handshakesFailed === 0,
    },
    timed(
      "A change is rolled back",
      `${duration(incident.revertedAuSeconds - incident.brokenSeconds)} and ${duration(incident.revertedEuSeconds - incident.revertedAuSeconds)}, manually`,
      revertSeconds,
      goals.revertSeconds,
    ),
    {
      ...{ what: "Accepted orders are lost", july28: "not counted", goal: "none", timing: false },
      now: `${ordersLost} of ${ordersAccepted}`,
      held: ordersLost === 0,
    },
  ];
}

/** Whether all is as promised, but for how long it took: that depends on the machine. What never came is no matter of time. */
export function kept(replay: Replay): boolean {
  const { toldSeconds, diagnosedSeconds, recoveredSeconds } = figures(replay);
  const came = [toldSeconds, diagnosedSeconds, recoveredSeconds].every((seconds) => seconds !== null);
  return came && rows(replay).every(({ held, timing }) => held || timing);
}

/** The evidence, a line each: the messages and the reasons behind the figures. */
export function evidence({ stops, attempt, rebuilds, revert }: Replay): [what: string, lines: string[]][] {
  return [
    ["Notified by", stops.map(({ toldBy }) => toldBy)],
    ["Diagnosed as", stops.flatMap(({ stack, diagnosis }) => diagnosis.map((line) => `${stack}: ${line}`))],
    [
      "Change stopped",
      [`${attempt.change}: ${attempt.stoppedBy ?? "nothing"} after ${duration(attempt.seconds)}`, ...attempt.evidence],
    ],
    [
      "Rebuilt",
      rebuilds.map(
        ({ stack, before, after, seconds }) =>
          `${stack}: task ${before} → ${after ?? "none"}, takes orders after ${duration(seconds)}`,
      ),
    ],
    [
      "Rolled back",
      [
        `${revert.stack}: ${revert.change}, made in ${duration(revert.updateSeconds)}; ${revert.changed} resources of AWS changed back`,
      ],
    ],
  ];
}

function timed(what: string, july28: string, seconds: number | null, goal?: number): Row {
  return {
    ...{ what, july28, timing: true },
    now: seconds === null ? "never" : duration(seconds),
    goal: goal === undefined ? "" : `within ${duration(goal)}`,
    held: seconds !== null && (goal === undefined || seconds <= goal),
  };
}

function stoppedInWords({ attempt }: Replay): string {
  const { stoppedBy, stoppedIn, changed } = attempt;
  if (stoppedBy === undefined) return "nothing stopped it";
  return `stopped by ${stoppedBy} in ${stoppedIn}; ${changed.length === 0 ? "no stack" : changed.join(", ")} changed`;
}

function productionUntouched({ attempt }: Replay): boolean {
  return attempt.changed.every((name) => stacks.find((stack) => stack.name === name)?.role !== "production");
}

function sameCertificates({ certificates: { before, after } }: Replay): string[] {
  return before.flatMap(({ hostname, fingerprint }) => {
    const now = after.find((one) => one.hostname === hostname);
    return now && now.problem === undefined && now.fingerprint === fingerprint ? [hostname] : [];
  });
}

function longest(seconds: readonly (number | undefined)[]): number | null {
  return seconds.some((one) => one === undefined) ? null : hundredths(Math.max(...(seconds as number[])));
}

function hundredths(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
