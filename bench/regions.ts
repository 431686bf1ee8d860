/** The preview of 3 and of 30 regions: what a region more costs. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Local } from "../drills/local.ts";
import { stacks } from "../stacks/registry.ts";
import { type Benchmark, median } from "./benchmark.ts";
import { root, timed } from "./process.ts";

const [few, many] = [stacks.length, 30];
const model = "prod-eu";
/** Its entry in the registry, whatever its wave. */
const entry = /\{ name: "prod-eu", .*\},/;

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
      const sizes = [few, many].map((count) => ({ count, project: projectOf(folder, count), seconds: [] as number[] }));
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

/** A copy of this project with so many stacks: beyond its own, ones that are as prod-eu but for their domain. */
function projectOf(folder: string, count: number): string {
  const project = join(folder, `project-${count}`);
  const left = new Set(["node_modules", ".git", ".order-queue"]);
  cpSync(root, project, { recursive: true, filter: (source) => !left.has(basename(source)) });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  const names = Array.from({ length: count - few }, (_, index) => `prod-${index + few}`);
  const settings = readFileSync(join(project, `Pulumi.${model}.yaml`), "utf8");
  for (const name of names)
    writeFileSync(join(project, `Pulumi.${name}.yaml`), settings.replaceAll("eu.orderhub", `${name}.orderhub`));
  const registry = join(project, "stacks", "registry.ts");
  const withNames = (line: string) => [line, ...names.map((name) => line.replace(model, name))].join("\n");
  writeFileSync(registry, readFileSync(registry, "utf8").replace(entry, withNames));
  return project;
}
