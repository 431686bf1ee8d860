/** The preview of 3 and of 30 regions: what a region more costs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Local } from "../drills/local.ts";
import { stacks } from "../stacks/registry.ts";
import { type Benchmark, median } from "./benchmark.ts";
import { projectOf } from "./many-stacks.ts";
import { timed } from "./process.ts";

const [few, many] = [stacks.length, 30];

/** Whole processes, in turn, each on a twin of its own; nothing is deployed, so that every region plans all it has. */
export const regions: Benchmark = {
  name: "regions",
  what: `Preview of ${few} and of ${many} regions in one process: a region's part of it.`,
  runs: 3,
  async run({ runs, report }) {
    const { startLocal } = await import("../drills/local.ts"); // loads all of AWS: not for `--help`
    const folder = mkdtempSync(join(tmpdir(), "order-queue-bench-regions-"));
    const twins: Local[] = [];
    try {
      const sizes = await Promise.all(
        [few, many].map(async (count) => ({ count, project: await projectOf(folder, count), seconds: [] as number[] })),
      );
      for (const { count, project } of sizes)
        twins.push(await startLocal(join(folder, `state-${count}`), report, { containers: "processes", project }));
      for (let run = 0; run <= runs; run += 1) {
        for (const { count, project, seconds } of sizes) {
          const args = [join(project, "cli", "main.ts"), "--state", join(folder, `state-${count}`), "preview"];
          const took = await timed({ command: process.execPath, args });
          report(
            `  ${count} regions, ${run === 0 ? "which does not count" : `run ${run} of ${runs}`}: ${took.toFixed(2)} s`,
          );
          if (run > 0) seconds.push(took);
        }
      }
      const each = sizes.map(({ count, seconds }) => seconds.map((all) => all / count)) as [number[], number[]];
      return [
        ...sizes.map(({ count, seconds }) => ({
          name: `preview of ${count} regions`,
          unit: "s" as const,
          value: median(seconds),
          runs: seconds,
        })),
        {
          name: `a region of ${many} ÷ a region of ${few}`,
          unit: "ratio",
          value: median(each[1]) / median(each[0]),
          runs: each[1].map((seconds, run) => seconds / (each[0][run] ?? Number.NaN)),
          goal: 1.1,
        },
      ];
    } finally {
      for (const twin of twins) await twin.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
