/** `npm start -- --exit` from nothing deployed, with the packages and the engine there. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine } from "../engine/engine.ts";
import { type Benchmark, median } from "./benchmark.ts";
import { timed } from "./process.ts";

/** What is read of drills/start.ts's `--json`. */
interface StartFigures {
  deploySeconds: number;
  twin: { peakMegabytes: number };
}

export const start: Benchmark = {
  name: "start",
  what: "`npm start -- --exit` with nothing deployed: three stacks, orders, killed containers; and the twin's memory.",
  runs: 3,
  async run({ runs, report }) {
    await findEngine({ onProgress: report });
    const [seconds, deploySeconds, megabytes]: [number[], number[], number[]] = [[], [], []];
    for (let run = 1; run <= runs; run += 1) {
      const folder = mkdtempSync(join(tmpdir(), "order-queue-bench-start-"));
      try {
        const json = join(folder, "start.json");
        const args = [
          "start",
          "--silent",
          "--",
          "--exit",
          "--containers",
          "processes",
          "--state",
          join(folder, "state"),
          "--json",
          json,
        ];
        seconds.push(await timed({ command: "npm", args }));
        const figures = JSON.parse(readFileSync(json, "utf8")) as StartFigures;
        deploySeconds.push(figures.deploySeconds);
        megabytes.push(figures.twin.peakMegabytes);
        report(`  run ${run} of ${runs}: ${seconds.at(-1)?.toFixed(1)} s, twin ${megabytes.at(-1)} MB at its peak`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return [
      { name: "npm start -- --exit", unit: "s", value: median(seconds), runs: seconds, goal: 60 },
      { name: "of it, deploying three stacks", unit: "s", value: median(deploySeconds), runs: deploySeconds },
      { name: "twin, peak memory of all runs", unit: "MB", value: Math.max(...megabytes), runs: megabytes, goal: 300 },
    ];
  },
};
