/** `--timings FILE`: where a command's time goes. */
import type { Span } from "../release/workspace/recording.ts";
import { dynamicProviderAddress } from "../release/workspace/timings.ts";
import { say } from "./output.ts";

export interface Timings {
  timings?: string;
}

/** Runs a command; where a file is given, writes the spans of all that it does to it and prints a summary. */
export async function withTimings(command: string, file: string | undefined, task: () => Promise<void>): Promise<void> {
  if (file === undefined) return task();
  const { readSpans, record } = await import("../release/workspace/recording.ts");
  await record(`order-queue ${command}`, file, task);
  say(timingsReport(readSpans(file), file));
}

/** What an engine does within a plan or an update, by the names of its spans (pulumi 3.276). */
const parts: readonly { name: string; spans: (span: Span, dynamic: (span: Span) => boolean) => boolean }[] = [
  { name: "engine", spans: ({ name }) => name === "pulumi" },
  { name: "program", spans: ({ name }) => name === "program" || name === "run-program" },
  { name: "policy", spans: ({ name }) => name.startsWith("pulumirpc.Analyzer/") },
  { name: "dynamic provider", spans: (span, dynamic) => isProvider(span) && dynamic(span) },
  { name: "providers", spans: (span, dynamic) => isProvider(span) && !dynamic(span) },
  { name: "state", spans: ({ name }) => /^(diyBackend|stack|gocloud\.dev)\b/.test(name) },
];
/** Names of spans in which an engine runs. */
const aRun = /^(plan|update) /;
const isProvider = ({ name }: Span) => name.startsWith("pulumirpc.ResourceProvider/");

/**
 * One line for each plan and update: its seconds, and in how many of them each part was at work. Parts work at the same
 * time: they do not add up.
 */
export function timingsReport(spans: readonly Span[], file: string): string {
  const addresses = new Set(spans.map((span) => attribute(span, dynamicProviderAddress)).filter(Boolean));
  const isDynamic = (span: Span) => addresses.has(attribute(span, "net.peer.name"));
  const within = Map.groupBy(spans, runsOf(spans));
  const named = (pattern: RegExp) => spans.filter(({ name }) => pattern.test(name)).sort(byStart);
  const line = (name: string, of: readonly Span[], shares: readonly (readonly [string, readonly Span[]])[]) => {
    const shown = shares.map(([part, its]) => [part, seconds(its)] as const).filter(([, share]) => share >= 0.005);
    const detail = shown.map(([part, share]) => `${part} ${share.toFixed(2)}`).join(", ");
    return `  ${name.padEnd(24)}${seconds(of).toFixed(2).padStart(8)} s   ${detail}`.trimEnd();
  };
  const runs = named(aRun).map((run) => {
    const inner = within.get(run) ?? [];
    const shares = parts.map(({ name, spans }) => [name, inner.filter((span) => spans(span, isDynamic))] as const);
    return line(run.name, [run], shares);
  });
  const checks = named(/^check /);
  return [
    ...["", `Where the time went (every span: ${file}, OTLP JSON):`],
    ...named(/^order-queue /).map((span) => line(span.name, [span], [])),
    line("open stacks", named(/^open stacks$/), []),
    ...runs,
    line(
      "checks",
      checks,
      checks.map((check) => [check.name.slice("check ".length), [check]]),
    ),
  ].join("\n");
}

const byStart = (a: Span, b: Span) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano));

/** The plan or update that a span is within; undefined for one that is in none. */
function runsOf(spans: readonly Span[]): (span: Span) => Span | undefined {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = ({ parentSpanId = "" }: Span) => byId.get(parentSpanId);
  return (span) => {
    let outer = parentOf(span);
    while (outer && !aRun.test(outer.name)) outer = parentOf(outer);
    return outer;
  };
}

/** In how many seconds at least one of them was at work. */
function seconds(spans: readonly Span[]): number {
  let [total, until] = [0n, 0n];
  for (const { startTimeUnixNano, endTimeUnixNano } of spans.toSorted(byStart)) {
    const [start, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
    if (end > until) total += end - (start > until ? start : until);
    if (end > until) until = end;
  }
  return Number(total) / 1e9;
}

const attribute = ({ attributes = [] }: Span, name: string) =>
  attributes.find(({ key }) => key === name)?.value.stringValue;
