/** Freeze windows: times in which a production stack takes no release. Pure, in the stack's own time zone. */
import type { FreezeWindow, Settings } from "./settings.ts";

export type FreezeSettings = Pick<Settings, "freeze" | "timeZone">;

/** A freeze that holds now. */
export interface Frozen {
  readonly reason: string;
  /** The first moment at which no window holds, ISO 8601 in UTC. */
  readonly until: string;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const weekly = /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat) (([01]\d|2[0-3]):[0-5]\d)$/;
/** Windows that continue each other, at the most; those that cover every week have no end. */
const mostInOne = 60;

/** The freeze of a stack at a time, milliseconds since 1970; undefined where it may take a release. */
export function frozenAt({ freeze, timeZone }: FreezeSettings, now: number): Frozen | undefined {
  const holding = (time: number) =>
    freeze.flatMap((window) => {
      const end = endOf(window, timeZone, time);
      return end === undefined ? [] : [{ end, reason: window.reason }];
    });
  const [first] = holding(now);
  if (!first) return undefined;
  let until = now;
  for (let count = 0; count < mostInOne; count++) {
    const ends = holding(until).map(({ end }) => end);
    if (ends.length === 0) break;
    until = Math.max(...ends);
  }
  return { reason: first.reason, until: new Date(until).toISOString() };
}

/** A freeze in words, its end in the stack's own time and in UTC. */
export function freezeWords({ reason, until }: Frozen, timeZone: string): string {
  return `releases are frozen until ${wallOf(Date.parse(until), timeZone)} ${timeZone} (${until}): ${reason}`;
}

/** Whether a text is a time of a window; `2026-02-30T00:00` is none. */
export function isFreezeTime(text: string): boolean {
  if (weekly.test(text)) return true;
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Whether two times make a window: both dates in order, or both of the week and not the same. */
export function isWindow(from: string, to: string): boolean {
  return weekly.test(from) === weekly.test(to) && (weekly.test(from) ? from !== to : from < to);
}

/** Whether this machine knows a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** When a window that holds at a time ends; undefined where it does not hold. */
function endOf({ from, to }: FreezeWindow, zone: string, now: number): number | undefined {
  const [, startDay, startTime] = weekly.exec(from) ?? [];
  const [, endDay = "", endTime] = weekly.exec(to) ?? [];
  if (startDay === undefined) return within(earliest(from, zone), latest(to, zone), now);
  const today = Date.parse(`${wallOf(now, zone).slice(0, 10)}Z`);
  // A window lasts less than eight days: the last one that began decides.
  for (let date = today; date >= today - 7 * DAY; date -= DAY) {
    if (days[new Date(date).getUTCDay()] !== startDay) continue;
    const start = earliest(`${dateOf(date)}T${startTime}`, zone);
    if (start > now) continue;
    const span = (days.indexOf(endDay) - days.indexOf(startDay) + 7) % 7;
    const whole = span === 0 && `${endTime}` <= `${startTime}` ? 7 : span;
    return within(start, latest(`${dateOf(date + whole * DAY)}T${endTime}`, zone), now);
  }
  return undefined;
}

const within = (start: number, end: number, now: number) => (start <= now && now < end ? end : undefined);
const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/**
 * A local time that the clocks show twice, or skip, is two moments: a window begins at the first and ends at the last, so
 * that it is never shorter than written.
 */
const earliest = (wall: string, zone: string) => Math.min(...momentsOf(wall, zone));
const latest = (wall: string, zone: string) => Math.max(...momentsOf(wall, zone));

/** The moments of a local time by the offsets of the day before and after; those that show it, where any does. */
function momentsOf(wall: string, zone: string): number[] {
  const asUtc = Date.parse(`${wall}Z`);
  const moments = [asUtc - DAY, asUtc + DAY].map((time) => asUtc - (Date.parse(`${wallOf(time, zone)}Z`) - time));
  const shown = moments.filter((time) => wallOf(time, zone) === wall);
  return shown.length > 0 ? shown : moments;
}

/** Local time, e.g. `2026-12-20T17:00`. */
function wallOf(time: number, zone: string): string {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** To make one takes longer than to use it a hundred times. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const two = "2-digit";
  const fields = { year: "numeric", month: two, day: two, hour: two, minute: two, hourCycle: "h23" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en", { timeZone, calendar: "gregory", ...fields });
  formats.set(timeZone, format);
  return format;
}
