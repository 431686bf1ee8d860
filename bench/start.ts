/** `npm start -- --exit` from nothing deployed, with the packages and the engine there, and once more on the same state. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine } from "../engine/engine.ts";
import { type Benchmark, type Figure, median, type Unit } from "./benchmark.ts";
import { timed } from "./process.ts";

/** What is read of drills/start.ts's `--json`. */
interface StartFigures {
  deploySeconds: number;
  replay: { revert: { seconds: number } };
  twin: { megabytes: number; peakMegabytes: number };
}

export const start: Benchmark = {
  name: "start",
  what: "`npm start -- --exit` with nothing deployed, and again: three stacks, orders, killed containers, a rollback; the twin's memory.",
  runs: 3,
  async run({ runs, report }) {
    await findEngine({ onProgress: report });
    const [first, second]: [Started[], Started[]] = [[], []];
    for (let run = 1; run <= runs; run += 1) {
      const folder = mkdtempSync(join(tmpdir(), "order-queue-bench-start-"));
      try {
        first.push(await started(folder));
        second.push(await started(folder));
        const [a, b] = [first.at(-1), second.at(-1)].map((one) => `${one?.seconds.toFixed(1)} s`);
        report(`  run ${run} of ${runs}: ${a}, again ${b}, twin ${first.at(-1)?.twin.peakMegabytes} MB at its peak`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    const figure = (name: string, unit: Unit, runs: number[], goal?: number): Figure => ({
      ...{ name, unit, value: median(runs), runs },
      ...(goal !== undefined && { goal }),
    });
    return [
      figure(
        "npm start -- --exit",
        "s",
        first.map(({ seconds }) => seconds),
        45,
      ),
      figure(
        "of it, deploying three stacks",
        "s",
        first.map(({ deploySeconds }) => deploySeconds),
      ),
      figure(
        "of it, the rollback",
        "s",
        first.map(({ replay }) => replay.revert.seconds),
        12,
      ),
      figure(
        "npm start -- --exit again, with three stacks deployed",
        "s",
        second.map(({ seconds }) => seconds),
        20,
      ),
      figure(
        "twin, memory after it",
        "MB",
        first.map(({ twin }) => twin.megabytes),
        220,
      ),
      figure(
        "twin, peak memory",
        "MB",
        first.map(({ twin }) => twin.peakMegabytes),
      ),
    ];
  },
};

type Started = StartFigures & { seconds: number };

async function started(folder: string): Promise<Started> {
  const json = join(folder, "start.json");
  const options = ["--exit", "--containers", "processes", "--state", join(folder, "state"), "--json", json];
  const seconds = await timed({ command: "npm", args: ["start", "--silent", "--", ...options] });
  return { ...(JSON.parse(readFileSync(json, "utf8")) as StartFigures), seconds };
}
