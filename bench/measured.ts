/** What `npm run bench -- --json FILE` writes, and how the pages show it: docs/measured/bench.json. Pure. */
import { type Figure, keepsGoal } from "./benchmark.ts";
import { goalOf, withUnit } from "./table.ts";

/** By name of the benchmark. */
export type Measured = Record<string, MeasuredBenchmark>;

export interface MeasuredBenchmark {
  /** `2026-11-30`, UTC. */
  date: string;
  /** Processors, memory and Node of the machine. */
  machine: string;
  figures: Figure[];
}

/** A row of README's table: what it is called there, and the figures that it is of. */
interface Row {
  what: string;
  benchmark: string;
  figure: string;
  /** The figure whose goal counts, when it is another one. */
  judgedBy?: string;
}

const rows: readonly Row[] = [
  {
    what: "preview of all three stacks, with policy and parity",
    benchmark: "preview",
    figure: "preview of three stacks",
    judgedBy: "preview ÷ cdk synth",
  },
  {
    what: "processor time of an order that one ingest container takes, over TLS",
    benchmark: "service",
    figure: "SQS at 0 ms: processor an order",
    judgedBy: "SQS at 0 ms: orders by processor time ÷ fair floor's",
  },
  { what: "`npm start -- --exit`, July 28 included", benchmark: "start", figure: "npm start -- --exit" },
];

/** @param faults how many of the corpus were caught or detected */
export function readmeTable(measured: Measured, faults: { caught: number; total: number }): string[] {
  return [
    "| what | measured | goal |",
    "|---|---|---|",
    ...rows.flatMap((row) => readmeRow(row, measured) ?? []),
    `| faults caught before production, or detected | ${faults.caught} of ${faults.total} ([list](docs/change-safety.md)) | all: ${faults.caught === faults.total ? "met" : "missed"} |`,
  ];
}

/** Undefined where it was not measured. */
function readmeRow({ what, benchmark, figure, judgedBy = figure }: Row, measured: Measured): string | undefined {
  const find = (wanted: string) => measured[benchmark]?.figures.find(({ name }) => name === wanted);
  const [shown, judge] = [find(figure), find(judgedBy)];
  if (!shown || !judge) return undefined;
  const beside = shown.peer ? `; ${shown.peer.name}: ${withUnit(shown.unit, shown.peer.value)}` : "";
  const of = judge === shown ? "" : `${judge.name} ${withUnit(judge.unit, judge.value)}, `;
  const verdict = keepsGoal(judge) ? "met" : "missed";
  return `| ${what} | ${withUnit(shown.unit, shown.value)}${beside} | ${of}${goalOf(judge)}: ${verdict} |`;
}

/** Every benchmark with its date and machine, each figure in a row. @param what each is, by name */
export function performanceTables(measured: Measured, what: ReadonlyMap<string, string>): string[] {
  return Object.entries(measured).flatMap(([name, { date, machine, figures }]) => [
    `## ${name}`,
    "",
    `${what.get(name) ?? ""} Measured ${date} on ${machine}.`,
    "",
    "| | median | lowest | highest | goal | beside |",
    "|---|---|---|---|---|---|",
    ...figures.map((figure) => {
      const say = (value: number) => withUnit(figure.unit, value);
      const kept = keepsGoal(figure);
      const goal = kept === undefined ? "" : `${goalOf(figure)}: ${kept ? "met" : "missed"}`;
      const beside = figure.peer ? `${figure.peer.name}: ${say(figure.peer.value)}` : "";
      const [low, high] = [Math.min(...figure.runs), Math.max(...figure.runs)];
      return `| ${figure.name.trim()} | ${say(figure.value)} | ${say(low)} | ${say(high)} | ${goal} | ${beside} |`;
    }),
    "",
  ]);
}

const marks = ["<!-- measured: made by npm run docs from docs/measured -->", "<!-- end of measured -->"] as const;

/** A page with the lines in place of those between its two marks. @throws Error where it has none */
export function withMeasured(page: string, lines: readonly string[]): string {
  const [before, rest = ""] = page.split(marks[0]);
  const [, after] = rest.split(marks[1]);
  if (before === undefined || after === undefined) throw new Error(`the page has not both ${marks.join(" and ")}`);
  return [before, marks[0], "\n", lines.join("\n").trimEnd(), "\n", marks[1], after].join("");
}
