/**
 * Queries of CloudWatch Logs Insights, without effects (AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html). Modelled: `fields`,
 * `filter` with comparisons, `in`, `like`, `ispresent`, `and`, `or` and `not`; `sort`, `limit`, and one `stats` with count, sum, avg,
 * min and max by fields and `bin`. Not modelled: other commands and functions, arithmetic, fields with an alias, months and longer
 * in a bin, what follows `stats` but `sort` and `limit`. AWS publishes no order for what is not sorted: here the newest comes first.
 */
import type { Properties } from "../../core/store.ts";
import { anyOf, type Row, type Test } from "./insights-filter.ts";
import { compare, field, Reader } from "./insights-reader.ts";

export interface Outcome {
  rows: Row[];
  /** Of each row, in this order; a row may lack some. */
  columns: string[];
  /** How many events passed the filters. */
  matched: number;
  /** Whether each row is one event, which GetLogRecord could be asked for. */
  events: boolean;
}

interface Column {
  name: string;
  of: (rows: Row[]) => unknown;
}

const numbers = (rows: Row[], of: string): number[] =>
  rows.map((row) => Number(row[of] ?? Number.NaN)).filter((number) => !Number.isNaN(number));

const functions: Record<string, (rows: Row[], of: string) => unknown> = {
  count: (rows, of) => (of === "*" ? rows : rows.filter((row) => row[of] !== undefined)).length,
  sum: (rows, of) => numbers(rows, of).reduce((sum, one) => sum + one, 0),
  avg: (rows, of) => numbers(rows, of).reduce((sum, one, _, { length }) => sum + one / length, 0),
  min: (rows, of) => numbers(rows, of).sort((a, b) => a - b)[0],
  max: (rows, of) => numbers(rows, of).sort((a, b) => b - a)[0],
};

function aggregate(reader: Reader): Column {
  const called = reader.take(/^(count|sum|avg|min|max)$/i).toLowerCase();
  const of = reader.inBrackets(() => (called === "count" && reader.skip("*") ? "*" : field(reader)));
  const alias = reader.skip("as") ? field(reader) : `${called}(${of})`;
  return { name: alias, of: (rows) => functions[called]?.(rows, of) };
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const longUnits: Record<string, string> = { sec: "s", min: "m", hr: "h" };

/** What a group has in common: a field, or the beginning of a period, in milliseconds from 1970. */
function grouping(reader: Reader): { name: string; of: (row: Row) => unknown } {
  if (!reader.skip("bin")) {
    const one = field(reader);
    return { name: one, of: (row) => row[one] };
  }
  const text = reader.inBrackets(() => reader.take(/^\d/) + reader.take(/^[a-z]/));
  const [, count = "", unit = ""] = /^(\d+)([a-z]+?)s?$/.exec(text) ?? [];
  const length = Number(count) * (units[longUnits[unit] ?? unit] ?? units[text.slice(count.length)] ?? 0);
  if (!length) reader.refuse();
  const begin = (row: Row) => Math.floor((row["@timestamp"] as number) / length) * length;
  return { name: `bin(${text})`, of: (row) => timeText(begin(row)) };
}

/** `2026-07-28 13:00:00.000`, in UTC: how results show times. */
export const timeText = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace("T", " ").slice(0, -1);

/**
 * @param text a query of Logs Insights QL
 * @returns what makes its outcome of events, the newest first
 * @throws AwsError for what is not modelled, by name
 */
export function insightsQuery(text: string): (events: Row[], most: number) => Outcome {
  const reader = new Reader(text);
  const filters: Test[] = [];
  const fields: string[] = [];
  const sorts: { name: string; sign: number }[] = [];
  let limit: number | undefined;
  let stats: { columns: Column[]; by: ReturnType<typeof grouping>[] } | undefined;
  const commands: Record<string, () => void> = {
    fields: () => void fields.push(...reader.list(() => field(reader))),
    filter: () => void filters.push(anyOf(reader)),
    sort: () => void sorts.push(...reader.list(() => ({ name: sortName(reader), sign: direction(reader) }))),
    limit: () => {
      limit = Number(reader.take(/^\d+$/));
    },
    stats: () => {
      const columns = reader.list(() => aggregate(reader));
      stats = { columns, by: reader.skip("by") ? reader.list(() => grouping(reader)) : [] };
    },
  };
  while (!reader.done) {
    const command = reader.take(stats ? /^(sort|limit)$/i : /^(fields|filter|sort|limit|stats)$/i);
    commands[command.toLowerCase()]?.();
    if (!reader.done) reader.expect("|");
  }
  const order = (a: Row, b: Row) => sorts.reduce((so, { name: of, sign }) => so || sign * compare(a[of], b[of]), 0);
  return (events, most) => {
    const found = events.filter((row) => filters.every((test) => test(row)));
    const rows = stats ? groups(found, stats) : found;
    const columns = stats
      ? [...stats.by, ...stats.columns].map(({ name: of }) => of)
      : fields.length > 0
        ? fields
        : ["@timestamp", "@message"];
    const sorted = [...rows].sort(order).slice(0, limit ?? most);
    return { rows: sorted, columns, matched: found.length, events: !stats };
  };
}

/** A field, or a column as `stats` names it: `count(*)`. */
function sortName(reader: Reader): string {
  const called = field(reader);
  if (!reader.skip("(")) return called;
  const of = reader.skip("*") ? "*" : reader.take(/^[\w@]/);
  const unit = called === "bin" ? reader.take(/^[a-z]/) : "";
  reader.expect(")");
  return `${called}(${of}${unit})`;
}

function direction(reader: Reader): number {
  if (reader.skip("desc")) return -1;
  reader.skip("asc");
  return 1;
}

function groups(rows: Row[], { columns, by }: { columns: Column[]; by: ReturnType<typeof grouping>[] }): Row[] {
  const found = new Map<string, { keys: Properties; rows: Row[] }>();
  if (by.length === 0) found.set("", { keys: {}, rows });
  else
    for (const row of rows) {
      const keys = Object.fromEntries(by.map(({ name: of, of: read }) => [of, read(row)]));
      const id = JSON.stringify(Object.values(keys));
      const group = found.get(id) ?? { keys, rows: [] };
      group.rows.push(row);
      found.set(id, group);
    }
  return [...found.values()].map(({ keys, rows: own }) => ({
    ...keys,
    ...Object.fromEntries(columns.map(({ name: of, of: read }) => [of, read(own)])),
  }));
}
