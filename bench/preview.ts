/** The preview of all three stacks beside `cdk synth` of three stacks for the same settings. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDependencies } from "../cli/dependencies.cjs";
import { copyProject } from "../drills/project.ts";
import type { Preview } from "../release/checks/preview.ts";
import type { WorkspaceLocation } from "../release/workspace/stack.ts";
import { stacks } from "../stacks/registry.ts";
import { type Benchmark, type Figure, median, type Unit } from "./benchmark.ts";
import { type Command, root, timed } from "./process.ts";

const peer = join(root, "bench", "cdk");

/**
 * All are whole processes, started in turn (A B C A B C …) so that a busy machine is unfair to none, on the same Node,
 * which keeps what it compiled for all (cli/run.mjs). Nothing is looked up in an account.
 *
 * Ours is what a user of the preview waits for: three engines started by one process, and no check of types. The peer is
 * what a user of the CDK waits for: bench/cdk starts its app as `cdk init app --language typescript` of aws-cdk 2.1148.1
 * does, TypeScript 7 included, whose command checks types and then runs TypeScript; it is measured without the type check
 * too. The floor (./floor.ts) is what no preview by three engines can go below. The peer's patterns make fewer resources
 * than infra/, so times are compared by stack and by resource.
 */
export const preview: Benchmark = {
  name: "preview",
  what: "Preview of all three stacks in one process, beside `cdk synth` of three stacks for the same settings in AWS CDK.",
  runs: 5,
  async run({ runs, report }) {
    await ensureDependencies({ folder: peer, report });
    const { withDeployedTwin } = await import("./twin.ts"); // loads all of AWS: not for `--help`
    const output = mkdtempSync(join(tmpdir(), "order-queue-bench-preview-"));
    const json = join(output, "preview.json");
    const synthesised = join(output, "cdk");
    try {
      return await withDeployedTwin(report, async (state, { location }) => {
        const node = (...args: string[]) => ({ command: process.execPath, args });
        const cli = (...args: string[]) => node(join(root, "cli", "main.ts"), "--state", state, "preview", ...args);
        const commands = {
          ours: cli("--fresh", "--json", json),
          theirs: synth(synthesised),
          withoutTypes: synth(synthesised, "--app", `${process.execPath} app.ts`),
          raw: await rawPreviews(location, join(state, "raw")),
          floor: node(join(root, "bench", "floor.ts"), state),
          kept: cli(),
        };
        const names = Object.keys(commands) as (keyof typeof commands)[];
        report("  one run of each that does not count …");
        for (const name of names) await timed(commands[name]);
        const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
          keyof typeof commands,
          number[]
        >;
        const plans: number[] = [];
        for (let run = 1; run <= runs; run += 1) {
          for (const name of names) {
            seconds[name].push(await timed(commands[name]));
            if (name === "ours") plans.push(planSeconds(json));
          }
          const each = names.map((name) => `${name} ${seconds[name].at(-1)?.toFixed(2)} s`);
          report(`  run ${run} of ${runs}: ${each.join(", ")}`);
        }
        const { ours: a, theirs: b, withoutTypes: c } = seconds;
        const { openStack } = await import("../release/workspace/stack.ts");
        const states = await Promise.all(
          stacks.map(async ({ name }) => (await openStack(location, name)).exportStack()),
        );
        const made = states.flatMap(({ deployment }) => deployment.resources as { type: string }[]);
        const counts = {
          ours: made.filter(({ type }) => /^(aws|docker|tls):/.test(type)).length,
          theirs: stacks.reduce((sum, { name }) => sum + templateResources(synthesised, name), 0),
        };
        const stack = (all: number[]) => all.map((seconds) => seconds / stacks.length);
        const resource = (all: number[], count: number) => all.map((seconds) => (1000 * seconds) / count);
        return [
          figure("resources of three stacks", "resources", [counts.ours], [counts.theirs]),
          figure("preview of a stack", "s", stack(a), stack(b)),
          figure("preview of a resource", "ms", resource(a, counts.ours), resource(b, counts.theirs)),
          figure("preview of three stacks", "s", a, b),
          figure("of it, the three plans", "s", plans),
          figure("cdk synth without its type check", "s", c),
          figure("three `pulumi preview --policy-pack policy` in sequence", "s", seconds.raw),
          figure("floor: three engines with an empty program, @pulumi/aws loaded once", "s", seconds.floor),
          { ...figure("preview again, with nothing changed", "s", seconds.kept), goal: 1 },
          { name: "preview ÷ cdk synth", ...ratio(a, b), goal: 1 },
          { name: "preview ÷ three raw previews", ...ratio(a, seconds.raw), goal: 0.3 },
          { name: "preview ÷ floor", ...ratio(a, seconds.floor), goal: 1.3 },
          { name: "preview ÷ cdk synth, by resource", ...ratio(resource(a, counts.ours), resource(b, counts.theirs)) },
          { name: "preview ÷ cdk synth without its type check", ...ratio(a, c) },
        ];
      });
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  },
};

function figure(name: string, unit: Unit, runs: number[], others?: number[]): Figure {
  const figure = { name, unit, value: median(runs), runs };
  return others ? { ...figure, peer: { name: "cdk synth", value: median(others), runs: others } } : figure;
}

function synth(output: string, ...options: string[]): Command {
  return {
    command: process.execPath,
    args: [join(peer, "node_modules", "aws-cdk", "bin", "cdk"), "synth", "--quiet", "--output", output, ...options],
    cwd: peer,
    env: { CI: "true", CDK_DISABLE_CLI_TELEMETRY: "true" },
  };
}

/** Each stack by the engine's own command, as a pull request without `order-queue` would do it, in a copy of the project. */
async function rawPreviews(location: WorkspaceLocation, folder: string): Promise<Command> {
  const { processEnvironment } = await import("../release/workspace/stack.ts");
  mkdirSync(folder);
  await copyProject(root, folder, folder);
  const preview = ({ name }: { name: string }) =>
    `"${location.engine.pulumi}" preview --non-interactive --stack ${name} --policy-pack policy`;
  const env = processEnvironment(location);
  return { command: "sh", args: ["-c", stacks.map(preview).join(" && ")], cwd: folder, env };
}

function templateResources(folder: string, stack: string): number {
  const { Resources } = JSON.parse(readFileSync(join(folder, `${stack}.template.json`), "utf8"));
  return Object.keys(Resources).length;
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
