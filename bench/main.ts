/** `npm run bench`: measures, prints a table, and writes the figures. A goal that is missed is shown, not an error. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { benchmarks } from "./list.ts";
import type { Measured } from "./measured.ts";
import { readOptions } from "./options.ts";
import { table } from "./table.ts";

const help = `npm run bench -- [--only NAME] [--runs N] [--json FILE]

--json FILE writes the figures; those of benchmarks that do not run now stay in it. docs/measured/bench.json is what the pages show.

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
  const machine = `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GB of memory, Node ${process.version}`;
  const measured: Measured = {};
  for (const benchmark of benchmarks.filter(({ name }) => only === undefined || only.includes(name))) {
    console.error(`${benchmark.name}: ${benchmark.what}`);
    const figures = await benchmark.run({ runs: runs ?? benchmark.runs, report: (line) => console.error(line) });
    measured[benchmark.name] = { date: new Date().toISOString().slice(0, 10), machine, figures };
    // After each: a later one that fails takes none of them away.
    if (json) keep(json, measured);
  }
  console.log(table(Object.values(measured).flatMap(({ figures }) => figures)));
  return 0;
}

/** In the order of the list of benchmarks. */
function keep(file: string, measured: Measured): void {
  const all: Measured = { ...(existsSync(file) && JSON.parse(readFileSync(file, "utf8"))), ...measured };
  const sorted = benchmarks.flatMap(({ name }) => (all[name] ? [[name, all[name]]] : []));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
