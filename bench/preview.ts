/** The preview of all three stacks beside `cdk synth` of the same three. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Preview } from "../release/preview.ts";
import { ensureDependencies } from "../setup/dependencies.cjs";
import { type Benchmark, median } from "./benchmark.ts";
import { root, timed } from "./process.ts";

const peer = join(root, "bench", "cdk");

/**
 * Both are whole processes, started in turn (A B A B …) so that a busy machine is unfair to neither. Nothing is looked
 * up in an account, and neither checks types: both programs are run as they are by the same Node, which keeps what it
 * compiled for both (setup/run.mjs).
 */
export const preview: Benchmark = {
  name: "preview",
  what: "Preview of all three stacks in one process, beside `cdk synth` of the same three stacks in AWS CDK.",
  runs: 5,
  async run({ runs, report }) {
    await ensureDependencies({ folder: peer, report });
    const { withDeployedTwin } = await import("./twin.ts"); // loads all of AWS: not for `--help`
    const output = mkdtempSync(join(tmpdir(), "order-queue-bench-preview-"));
    const json = join(output, "preview.json");
    try {
      return await withDeployedTwin(report, async (state) => {
        const ours = {
          command: process.execPath,
          args: [join(root, "cli", "main.ts"), "--state", state, "preview", "--json", json],
          accepts: [1], // production differs from staging: still a whole preview
        };
        const theirs = {
          command: process.execPath,
          args: [
            join(peer, "node_modules", "aws-cdk", "bin", "cdk"),
            "synth",
            "--quiet",
            "--output",
            join(output, "cdk"),
          ],
          cwd: peer,
          env: { CI: "true", CDK_DISABLE_CLI_TELEMETRY: "true" },
        };
        report("  one run of each that does not count …");
        await timed(ours);
        await timed(theirs);
        const [a, b, plans]: [number[], number[], number[]] = [[], [], []];
        for (let run = 1; run <= runs; run += 1) {
          a.push(await timed(ours));
          plans.push(planSeconds(json));
          b.push(await timed(theirs));
          report(`  run ${run} of ${runs}: preview ${a.at(-1)?.toFixed(2)} s, cdk synth ${b.at(-1)?.toFixed(2)} s`);
        }
        const synth = { name: "cdk synth", value: median(b), runs: b };
        const ratios = a.map((seconds, run) => seconds / (b[run] ?? Number.NaN));
        return [
          { name: "preview of three stacks", unit: "s", value: median(a), runs: a, peer: synth },
          { name: "of it, the three plans", unit: "s", value: median(plans), runs: plans },
          { name: "preview ÷ cdk synth", unit: "ratio", value: median(a) / median(b), runs: ratios, goal: 0.5 },
        ];
      });
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  },
};

/** How long (s) the plans took of the preview that wrote the file, which is taken away. */
function planSeconds(file: string): number {
  const { seconds, stacks } = JSON.parse(readFileSync(file, "utf8")) as Preview;
  rmSync(file);
  for (const [name, { error }] of Object.entries(stacks)) if (error) throw new Error(`preview of ${name}: ${error}`);
  return seconds;
}
