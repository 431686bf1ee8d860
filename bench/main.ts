/** `npm run bench`: measures, prints a table, and writes the figures. A goal that is missed is shown, not an error. */
import { writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import type { Benchmark, Figure } from "./benchmark.ts";
import { faults } from "./faults.ts";
import { front } from "./front.ts";
import { readOptions } from "./options.ts";
import { preview } from "./preview.ts";
import { regions } from "./regions.ts";
import { dispatch } from "./service/dispatch.ts";
import { service } from "./service/service.ts";
import { start } from "./start.ts";
import { stores } from "./stores.ts";
import { table } from "./table.ts";

const benchmarks: Benchmark[] = [preview, regions, start, stores, service, dispatch, front, faults];

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
  const {
    only,
    runs,
    json,
    help: asked,
  } = readOptions(
    process.argv.slice(2),
    benchmarks.map(({ name }) => name),
  );
  if (asked) {
    console.log(help);
    return 0;
  }
  const figures: (Figure & { benchmark: string })[] = [];
  for (const benchmark of benchmarks.filter(({ name }) => only === undefined || only.includes(name))) {
    console.error(`${benchmark.name}: ${benchmark.what}`);
    const measured = await benchmark.run({ runs: runs ?? benchmark.runs, report: (line) => console.error(line) });
    figures.push(...measured.map((figure) => ({ benchmark: benchmark.name, ...figure })));
  }
  console.log(table(figures));
  if (json) {
    const machine = { processors: availableParallelism(), memory: totalmem(), node: process.version };
    writeFileSync(json, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
  }
  return 0;
}
