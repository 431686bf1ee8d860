import type { StackStatus, Status } from "../release/operate/status/model.ts";

const titles = [
  "stack",
  "release",
  "commit",
  "since",
  "by",
  "verified",
  "staging ahead",
  "gate",
  "alarms",
  "drift check",
];
/** Characters of a commit's subject in a row. */
const subjectLength = 32;

/** A status on one screen: a row a stack, then what rows have no room for, then what needs attention. */
export function statusReport(status: Status): string {
  const rows = [titles, ...status.stacks.map((stack) => rowOf(stack, status.at))];
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return [...lines.map((line) => line.trimEnd()), "", ...below(status, "  ")].join("\n");
}

/** The same as a page in Markdown. */
export function statusMarkdown(status: Status): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rows = status.stacks.map((stack) => line(rowOf(stack, status.at)));
  const table = [line(titles), line(titles.map(() => "---")), ...rows];
  return [`### order-queue status`, "", ...table, "", ...below(status, "- ").flatMap((text) => [text]), ""].join("\n");
}

/** Whether a person has to look at something. */
export function needsAttention({ stacks }: Status): boolean {
  return stacks.some(({ attention }) => attention.length > 0);
}

function rowOf(stack: StackStatus, at: string): string[] {
  const { running, verified, ahead, alarms, drift } = stack;
  const commit = running?.commit
    ? `${running.commit.slice(0, 8)} ${short(running.subject ?? "not in this clone")}`
    : "–";
  return [
    stack.stack,
    running?.release ?? "none",
    commit,
    running ? minutes(running.at) : "–",
    running?.author ?? "–",
    verified ? "yes" : "NO",
    ahead.length === 0
      ? "–"
      : `${ahead.length}, ${ahead.every(({ rehearsed }) => rehearsed) ? "" : "not all "}rehearsed`,
    gateWord(stack),
    String(alarms.length),
    drift ? `${drift.found ?? "failed"}, ${ago(drift.at, at)} ago` : "never",
  ];
}

function gateWord({ gate, frozen }: StackStatus): string {
  if (frozen) return `frozen until ${minutes(frozen.until)}Z`;
  if ("problem" in gate) return "unknown";
  return gate.allowed ? "open" : "closed";
}

/** Lines under the table; `item` begins each line of a list. */
function below({ at, head, stacks }: Status, item: string): string[] {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `${item}${line}`), ""];
  const named = ({ stack }: StackStatus, text: string) => `${stack}: ${text}`;
  const attention = stacks.flatMap((stack) =>
    stack.attention.map(({ message, fix }) => named(stack, `${message.replace(/\.$/, "")}. Fix: ${fix}`)),
  );
  return [
    `Read ${at}. The working tree is release ${head}.`,
    "",
    ...list("Gate for it", gateLines(stacks)),
    ...list(
      "Locked",
      stacks.flatMap((stack) => stack.locks.map((lock) => named(stack, lockWords(lock)))),
    ),
    ...list("Verified in staging since", aheadLines(stacks)),
    ...(attention.length === 0 ? ["Nothing needs attention."] : list("Needs attention", attention).slice(0, -1)),
  ];
}

/** Each verdict once, with the stacks that it is of: thirty stacks mostly share one. */
function gateLines(stacks: readonly StackStatus[]): string[] {
  const verdicts = stacks.flatMap(({ stack, gate }) => ("problem" in gate ? [] : [{ stack, gate }]));
  const words = ({ stack, gate: { allowed, why, fix } }: (typeof verdicts)[number]) => {
    const common = why.replace(`${stack} ran`, "each ran").replace(`, which ${stack} runs`, "");
    // Of an open gate the reason is enough: when it came true differs from stack to stack.
    return allowed ? `open: ${common.replace(/ at \d{4}-\S+Z/, "")}` : `closed: ${common}. Fix: ${fix}`;
  };
  return [...Map.groupBy(verdicts, words)].map(([text, of]) => `${several(of.map(({ stack }) => stack))}: ${text}`);
}

function aheadLines(stacks: readonly StackStatus[]): string[] {
  const all = stacks.flatMap(({ stack, ahead }) => ahead.map((release) => ({ stack, release })));
  return [...Map.groupBy(all, ({ release }) => release.release)].map(([release, of]) => {
    const { commit = "", subject = "", at } = of[0]?.release ?? { at: "" };
    const waiting = of.map(({ stack, release: { rehearsed } }) => `${stack}${rehearsed ? "" : " (not rehearsed)"}`);
    return `${[release, commit.slice(0, 8), short(subject)].filter(Boolean).join(" ")}, ${minutes(at)}: not yet in ${several(waiting)}`;
  });
}

const lockWords = ({ owner, since }: StackStatus["locks"][number]) => `${owner}${since ? ` since ${since}` : ""}`;
/** Names on one line. */
function several(names: readonly string[]): string {
  const most = 5;
  return names.length > most ? `${names.slice(0, most).join(", ")} and ${names.length - most} more` : names.join(", ");
}

const minutes = (iso: string) => iso.slice(0, 16).replace("T", " ");
const short = (text: string) => (text.length > subjectLength ? `${text.slice(0, subjectLength - 1)}…` : text);

function ago(then: string, now: string): string {
  const hours = (Date.parse(now) - Date.parse(then)) / 3_600_000;
  return hours < 48 ? `${Math.max(0, Math.floor(hours))} h` : `${Math.floor(hours / 24)} days`;
}
