/** `npm run bench`: measures, prints a table, and writes the figures. A goal that is missed is shown, not an error. */
import { writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { parseArgs } from "node:util";
import type { Benchmark, Figure } from "./benchmark.ts";
import { faults } from "./faults.ts";
import { front } from "./front.ts";
import { preview } from "./preview.ts";
import { regions } from "./regions.ts";
import { service } from "./service.ts";
import { start } from "./start.ts";
import { stores } from "./stores.ts";
import { table } from "./table.ts";

const benchmarks: Benchmark[] = [preview, regions, start, stores, service, front, faults];

const help = `npm run bench -- [--only NAME] [--runs N] [--json FILE]

${benchmarks.map(({ name, what, runs }) => `  ${name.padEnd(9)}${what} (${runs} runs)`).join("\n")}
`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      runs: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const runs = values.runs === undefined ? undefined : wholeNumber("--runs", values.runs);
  const figures: (Figure & { benchmark: string })[] = [];
  for (const benchmark of chosen(values.only)) {
    console.error(`${benchmark.name}: ${benchmark.what}`);
    const measured = await benchmark.run({ runs: runs ?? benchmark.runs, report: (line) => console.error(line) });
    figures.push(...measured.map((figure) => ({ benchmark: benchmark.name, ...figure })));
  }
  console.log(table(figures));
  if (values.json) {
    const machine = { processors: availableParallelism(), memory: totalmem(), node: process.version };
    writeFileSync(values.json, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
  }
  return 0;
}

function chosen(only: string[] | undefined): Benchmark[] {
  const names = benchmarks.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: expected one of ${names.join(", ")}`);
  return benchmarks.filter(({ name }) => only === undefined || only.includes(name));
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`${option} ${text}: expected a whole number from 1 and up`);
  return number;
}
