/** The preview of all three stacks beside `cdk synth` of the same three. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDependencies } from "../cli/dependencies.cjs";
import type { Preview } from "../release/checks/preview.ts";
import { type Benchmark, median } from "./benchmark.ts";
import { type Command, root, timed } from "./process.ts";

const peer = join(root, "bench", "cdk");
/** Within the peer's folder, so that what is compiled finds the peer's packages. */
const compiled = "compiled";

/**
 * All are whole processes, started in turn (A B C A B C …) so that a busy machine is unfair to none, on the same Node,
 * which keeps what it compiled for all (cli/run.mjs). Nothing is looked up in an account.
 *
 * Ours is what a user of the preview waits for: three engines started by one process, and no check of types. The peer is
 * what a user of the CDK waits for: bench/cdk is laid out as `cdk init app --language typescript` of aws-cdk 2.1148.1
 * does, TypeScript 7 included, whose command checks types and then runs TypeScript. The floor is the lightest form that
 * there is: the same app, compiled beforehand.
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
      await compilePeer();
      return await withDeployedTwin(report, async (state) => {
        const ours = {
          command: process.execPath,
          args: [join(root, "cli", "main.ts"), "--state", state, "preview", "--json", json],
        };
        const theirs = synth(join(output, "cdk"));
        const floor = synth(join(output, "compiled"), "--app", `node ${compiled}/bin/order-queue.js`);
        report("  one run of each that does not count …");
        for (const command of [ours, theirs, floor]) await timed(command);
        const [a, b, c, plans]: [number[], number[], number[], number[]] = [[], [], [], []];
        for (let run = 1; run <= runs; run += 1) {
          a.push(await timed(ours));
          plans.push(planSeconds(json));
          b.push(await timed(theirs));
          c.push(await timed(floor));
          const [ourSeconds, theirSeconds, floorSeconds] = [a, b, c].map((all) => `${all.at(-1)?.toFixed(2)} s`);
          report(
            `  run ${run} of ${runs}: preview ${ourSeconds}, cdk synth ${theirSeconds}, already compiled ${floorSeconds}`,
          );
        }
        const synthesis = { name: "cdk synth", value: median(b), runs: b };
        return [
          { name: "preview of three stacks", unit: "s", value: median(a), runs: a, peer: synthesis },
          { name: "of it, the three plans", unit: "s", value: median(plans), runs: plans },
          { ...synthesis, unit: "s" },
          { name: "cdk synth, already compiled", unit: "s", value: median(c), runs: c },
          { name: "preview ÷ cdk synth", ...ratio(a, b), goal: 0.5 },
          { name: "preview ÷ cdk synth, already compiled", ...ratio(a, c) },
        ];
      });
    } finally {
      rmSync(output, { recursive: true, force: true });
      rmSync(join(peer, compiled), { recursive: true, force: true });
    }
  },
};

async function compilePeer(): Promise<void> {
  const compiler = join(peer, "node_modules", "typescript", "bin", "tsc");
  const options = ["--noEmit", "false", "--declaration", "false", "--outDir", compiled];
  await timed({ command: process.execPath, args: [compiler, ...options], cwd: peer });
}

function synth(output: string, ...options: string[]): Command {
  return {
    command: process.execPath,
    args: [join(peer, "node_modules", "aws-cdk", "bin", "cdk"), "synth", "--quiet", "--output", output, ...options],
    cwd: peer,
    env: { CI: "true", CDK_DISABLE_CLI_TELEMETRY: "true" },
  };
}

function ratio(ours: number[], others: number[]) {
  const runs = ours.map((seconds, run) => seconds / (others[run] ?? Number.NaN));
  return { unit: "ratio" as const, value: median(ours) / median(others), runs };
}

/** How long (s) the plans took of the preview that wrote the file, which is taken away. */
function planSeconds(file: string): number {
  const { seconds, stacks } = JSON.parse(readFileSync(file, "utf8")) as Preview;
  rmSync(file);
  for (const [name, { error }] of Object.entries(stacks)) if (error) throw new Error(`preview of ${name}: ${error}`);
  return seconds;
}
