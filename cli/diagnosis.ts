import type { Diagnosis } from "../release/operate/diagnose/diagnose.ts";
import { type Facts, type Source, sources } from "../release/operate/diagnose/facts.ts";
import { stopLines } from "../release/operate/diagnose/rules/stops.ts";

/** A diagnosis on one screen: the state of the stack, then the findings, the most likely cause first. */
export function diagnosisReport({ facts, causes, seconds }: Diagnosis): string {
  const rows = rowsOf(facts);
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    `${facts.stack}, ${facts.at}`,
    ...rows.map(([label, value]) => `${label.padEnd(width)}  ${value.split("\n").join(`\n${" ".repeat(width + 2)}`)}`),
    "",
    ...(causes.length === 0 ? ["Nothing is wrong."] : ["Findings, the most likely cause first:"]),
    ...causes.flatMap(({ what, evidence, fix }, index) => [
      `${index + 1}. ${what}`,
      ...evidence.slice(0, shown).map((line) => `     ${line}`),
      ...(evidence.length > shown ? [`     and ${evidence.length - shown} more`] : []),
      `   Fix: ${fix}`,
    ]),
    "",
    `Manual changes of resources: npx order-queue drift ${facts.stack}`,
    `${seconds.toFixed(1)} s`,
  ]
    .flatMap((lines) => lines.split("\n"))
    .map((line) => (line.length > longest ? `${line.slice(0, longest - 1)}…` : line))
    .join("\n");
}

/** Lines of one kind that fit on a screen; --json has them all. */
const shown = 5;
/** Characters of a line. */
const longest = 240;

function rowsOf(facts: Facts): [string, string][] {
  const rows: [string, Source, string][] = [
    ["last change", "history", changeRow(facts)],
    ["release", "staging", releaseRow(facts)],
    ["containers", "containers", list(facts.services, (s) => `${s.name}: ${s.running} of ${s.desired} run`)],
    ["stopped in the last hour", "containers", list(stopLines(facts.stops), (line) => line)],
    ["targets", "targets", targetsRow(facts)],
    ["queue", "queue", queueRow(facts)],
    ["host names", "hosts", hostsRow(facts)],
    ["certificates", "certificates", certificatesRow(facts)],
    ["DNS records", "records", recordsRow(facts)],
    ["alarms", "alarms", list(facts.alarms, ({ name, since }) => `${name} since ${since}`)],
    [
      "unconfirmed subscriptions",
      "unconfirmed",
      list(facts.unconfirmed, ({ endpoint, status }) => `${endpoint}: ${status}`),
    ],
    [
      "ERPs that fail",
      "logs",
      list(facts.erps, ({ store, failures }) => `${store}: ${failures} in the last 5 minutes`),
    ],
  ];
  // The state has the names by which AWS is asked for all but the history.
  return rows.map(([label, source, value]) => [
    label,
    notRead(facts, source === "history" ? [source] : ["state", source]) ?? value,
  ]);
}

/** What could not be read is no "none". */
function notRead({ unread }: Facts, needs: readonly Source[]): string | undefined {
  const missing = unread.find(({ source }) => needs.includes(source));
  return missing && `cannot be read (${sources[missing.source]}: ${missing.why})`;
}

function list<T>(items: readonly T[], line: (item: T) => string): string {
  const rest = items.length > shown ? [`and ${items.length - shown} more`] : [];
  return items.length === 0 ? "none" : [...items.slice(0, shown).map(line), ...rest].join("\n");
}

function changeRow({ change }: Facts): string {
  if (!change) return "none yet";
  const { version, message, author, commit, result, endTime } = change;
  const by = [author && `by ${author}`, commit && `commit ${commit.slice(0, 12)}`].filter(Boolean).join(", ");
  return `update ${version} ${result}, ${endTime}${by ? `, ${by}` : ""}\n${message}`;
}

function releaseRow({ release: { here, staging }, hosts }: Facts): string {
  const answering = [...new Set(hosts.flatMap(({ release }) => release ?? []))];
  const same = here.release === staging.release ? "the same as staging" : `staging has ${staging.release ?? "none"}`;
  return `${here.release ?? "none"} (${answering.join(", ") || "none"} answers), ${same}`;
}

function targetsRow({ targets }: Facts): string {
  const sick = targets.filter(({ state }) => state !== "healthy");
  const healthy = `${targets.length - sick.length} of ${targets.length} healthy`;
  return sick.length === 0
    ? healthy
    : `${healthy}\n${list(sick, ({ target, state, reason }) => `${target} ${state}: ${reason}`)}`;
}

function queueRow({ queue }: Facts): string {
  if (!queue) return "none";
  const { visible, inFlight, oldestSeconds, deadLetters } = queue;
  const age = oldestSeconds === undefined || visible + inFlight === 0 ? "" : `, the oldest for ${oldestSeconds} s`;
  return `${visible} wait${age}, ${inFlight} in flight, ${deadLetters} dead-lettered messages`;
}

function hostsRow({ hosts }: Facts): string {
  const silent = hosts.filter(({ problem }) => problem !== undefined);
  const answering = `${hosts.length - silent.length} of ${hosts.length} answer`;
  return silent.length === 0
    ? answering
    : `${answering}\n${list(silent, ({ hostname, problem }) => `${hostname}: ${problem}`)}`;
}

function recordsRow({ records }: Facts): string {
  const line = ({ name, type, found }: Facts["records"][number]) => `${type} ${name}: ${found ?? "not in the zone"}`;
  return records.length === 0 ? "as the stack made them" : list(records, line);
}

function certificatesRow({ certificates }: Facts): string {
  const issued = certificates.filter(({ status }) => status === "ISSUED");
  const least = Math.min(...issued.flatMap(({ daysLeft }) => daysLeft ?? []));
  const days = issued.length > 0 ? `, ${least} days left at the least` : "";
  const others = certificates.filter(({ status }) => status !== "ISSUED");
  const rest = others.length > 0 ? `\n${list(others, ({ hostname, status }) => `${hostname}: ${status}`)}` : "";
  return `${issued.length} of ${certificates.length} issued${days}${rest}`;
}
