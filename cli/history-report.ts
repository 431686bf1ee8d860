import { type Delivery, definitions } from "../release/operate/history/delivery.ts";
import type { History } from "../release/operate/history/read.ts";
import type { HistoryEvent } from "../release/operate/history/timeline.ts";

/** Rows of a terminal; --json and --page have them all. */
const mostRows = 40;
/** Characters of a commit's subject in a row. */
const subjectLength = 32;

export const columns = ["ended (UTC)", "stack", "update", "what", "release", "commit", "by", "took", "rollback to it"];

/** The newest updates of all stacks, a row each, then the four metrics of delivery with their definitions. */
export function historyReport({ events, delivery, older }: History): string {
  const shown = events.slice(0, mostRows);
  const rows = [columns, ...shown.map((event) => cellsOf(event, subjectLength))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  const rest = events.length - shown.length + older;
  return [
    ...(events.length === 0 ? ["No stack has been updated yet. Fix: npx order-queue release"] : lines),
    ...(rest > 0 ? [`and ${rest} older updates`] : []),
    "",
    `Production in the last ${delivery.days === 1 ? "day" : `${delivery.days} days`}:`,
    ...metrics(delivery).map(([name, value, definition]) => `  ${name}: ${value} (${definition})`),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

/** The cells of an event; a commit's subject has that many characters at the most. */
export function cellsOf(event: HistoryEvent, most = Number.POSITIVE_INFINITY): string[] {
  const { stack, version, release, commit, subject = "", author, seconds, end, rollback } = event;
  const short = subject.length > most ? `${subject.slice(0, most - 1)}…` : subject;
  return [
    end.slice(0, 16).replace("T", " "),
    ...[stack, String(version), whatOf(event), release ?? "–"],
    commit === undefined ? "–" : `${commit.slice(0, 8)} ${short}`.trim(),
    ...[author ?? "–", duration(seconds), rollback.possible ? "yes" : `no: ${rollback.why}`],
  ];
}

/** What an update was, and what is to be known of it at first sight. */
export function whatOf({ what, result, partial, brokenGlass, message }: HistoryEvent): string {
  const kind = what === "rollback" ? (/^rollback to update \d+/.exec(message)?.[0] ?? what) : what;
  return [
    kind,
    ...(result === "succeeded" ? [] : [result.toUpperCase()]),
    ...(partial ? ["partial"] : []),
    ...(brokenGlass === undefined ? [] : [`broke glass: ${brokenGlass}`]),
  ].join(", ");
}

/** Name, value and definition of each metric. */
export function metrics(delivery: Delivery): [name: string, value: string, definition: string][] {
  const { releasesAWeek, leadSeconds, failureRate, recoverySeconds, deployments } = delivery;
  const values = [
    `${releasesAWeek.toFixed(1)} a week`,
    leadSeconds === undefined ? "unknown" : duration(leadSeconds),
    failureRate === undefined ? "no deployment" : `${Math.round(failureRate * 100)} % of ${deployments}`,
    recoverySeconds === undefined ? "none failed" : duration(recoverySeconds),
  ];
  return definitions.map(([name, definition], index) => [name, values[index] ?? "", definition]);
}

/** E.g. `45 s`, `12 min 05 s`, `3 h 20 min`, `2 days 4 h`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const hours = Math.floor(whole / 3_600);
  return hours < 48
    ? `${hours} h ${two(Math.floor((whole % 3_600) / 60))} min`
    : `${Math.floor(hours / 24)} days ${hours % 24} h`;
}
