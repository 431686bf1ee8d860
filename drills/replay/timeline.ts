/** What happened when, on one logarithmic axis: hours then and seconds now. Pure. */
import { duration } from "./duration.ts";
import { incident } from "./incident.ts";
import type { Replay } from "./replay.ts";

/** Something that happened, or lasted. Seconds since the containers stopped or, on July 28, since it was noticed. */
export interface Moment {
  seconds: number;
  /** Where it lasted. */
  untilSeconds?: number;
  label: string;
}

export const july28: readonly Moment[] = [
  { seconds: incident.toldSeconds, label: "15:10 notified, after 1 h 54 min" },
  { seconds: incident.diagnosedSeconds, label: "22:24 cause found, after 9 h 08 min" },
  {
    seconds: incident.brokenSeconds,
    untilSeconds: incident.revertedAuSeconds,
    label: "22:39 certificate errors, for 10 min",
  },
  { seconds: incident.revertedAuSeconds, label: "22:49 AU reverted" },
  { seconds: incident.revertedEuSeconds, label: "22:56 EU reverted, over after 9 h 40 min" },
];

/** In the order in which it happened; what never happened is not there. */
export function measured({ stops, attempt, ends, revert }: Replay): Moment[] {
  const last = (seconds: (number | undefined)[], label: (time: string) => string): Moment[] => {
    if (seconds.some((one) => one === undefined)) return [];
    const latest = Math.max(...(seconds as number[]));
    return [{ seconds: latest, label: label(duration(latest)) }];
  };
  const moments: Moment[] = [
    ...last(
      stops.map(({ toldSeconds }) => toldSeconds),
      (time) => `notified, after ${time}`,
    ),
    ...last(
      stops.map(({ diagnosedSeconds }) => diagnosedSeconds),
      (time) => `cause found, after ${time}`,
    ),
    ...last(
      stops.map(({ recoveredSeconds }) => recoveredSeconds),
      (time) => `every store served again, after ${time}`,
    ),
    { seconds: ends.rebuild, label: "containers rebuilt, same certificates" },
    { seconds: ends.attempt, label: `bad change stopped by ${attempt.stoppedBy ?? "nothing"}` },
    {
      seconds: ends.revert - revert.seconds,
      untilSeconds: ends.revert,
      label: `a change rolled back, in ${duration(revert.seconds)}`,
    },
  ];
  return moments.sort((a, b) => a.seconds - b.seconds);
}

/** The axis, in seconds. What took less than its beginning stands there. */
export const axis = {
  from: 0.1,
  to: 24 * 3600,
  ticks: [
    [0.1, "0.1 s"],
    [1, "1 s"],
    [10, "10 s"],
    [60, "1 min"],
    [600, "10 min"],
    [3_600, "1 h"],
    [36_000, "10 h"],
  ],
} as const;

/** Place on the axis, 0 to 1. */
export function place(seconds: number): number {
  const at = Math.log10(Math.min(Math.max(seconds, axis.from), axis.to) / axis.from);
  return at / Math.log10(axis.to / axis.from);
}

/** A moment's label beside the top of its flagpole. */
export interface Flag {
  moment: Moment;
  /** Of the flagpole, in pixels. */
  x: number;
  /** 0 is next to the axis. */
  row: number;
  /** Of the label, in pixels; it begins or ends at the pole. */
  from: number;
  to: number;
}

/**
 * Labels in the lowest rows in which none covers another one, or another one's pole. They stand to the right of their
 * poles, but to the left where there is no room.
 *
 * @param width of the axis in pixels
 * @param letter width of a character in pixels
 */
export function flags(moments: readonly Moment[], width: number, letter: number): Flag[] {
  const flagged = moments.map((moment): Flag => {
    const x = place(moment.seconds) * width;
    const length = (moment.label.length + 2) * letter;
    return { moment, x, row: 0, ...(x + length > width ? { from: x - length, to: x } : { from: x, to: x + length }) };
  });
  // The last of those to the right stands lowest, for a pole passes beside the labels that begin after it.
  const right = flagged.filter(({ x, from }) => from === x).reverse();
  const left = flagged.filter(({ x, from }) => from !== x);
  const placed: Flag[] = [];
  for (const flag of [...right, ...left]) {
    const rows = flagged.map((_, row) => row);
    flag.row = rows.find((row) => placed.every((other) => apart({ ...flag, row }, other))) ?? rows.length;
    placed.push(flag);
  }
  return flagged;
}

/** Neither label covers the other, nor the other's pole. */
function apart(one: Flag, other: Flag): boolean {
  if (one.row === other.row) return one.to <= other.from || other.to <= one.from;
  const [low, high] = one.row < other.row ? [one, other] : [other, one];
  return high.x <= low.from || high.x >= low.to;
}
