/** `order-queue status` of 30 stacks, on a file backend and a twin. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Status } from "../release/operate/status/model.ts";
import { type Benchmark, median } from "./benchmark.ts";
import { furtherStacks, model, projectOf } from "./many-stacks.ts";
import { timed } from "./process.ts";

const [count, updates] = [30, 200];

/** Three stacks are deployed; the others are copies of one in the backend, each with a history of its own. */
export const status: Benchmark = {
  name: "status",
  what: `\`order-queue status\` of ${count} stacks, each with ${updates} updates, the whole command.`,
  runs: 5,
  async run({ runs, report }) {
    const { withDeployedTwin } = await import("./twin.ts"); // loads all of AWS: not for `--help`
    const folder = mkdtempSync(join(tmpdir(), "order-queue-bench-status-"));
    try {
      const project = await projectOf(folder, count);
      const json = join(folder, "status.json");
      return await withDeployedTwin(report, async (state) => {
        for (const name of furtherStacks(count)) copyStack(join(state, "backend", ".pulumi"), name);
        const command = {
          command: process.execPath,
          args: [join(project, "cli", "main.ts"), "--state", state, "status", "--json", json],
          cwd: project,
          // 1 where something needs attention: not every stack has run the newest release.
          codes: [0, 1],
        };
        await timed(command);
        const { stacks } = JSON.parse(readFileSync(json, "utf8")) as Status;
        if (stacks.filter(({ running }) => running).length !== count)
          throw new Error(`the status has not the ${count} stacks with what they run: ${JSON.stringify(stacks)}`);
        const seconds: number[] = [];
        for (let run = 1; run <= runs; run += 1) {
          seconds.push(await timed(command));
          report(`  run ${run} of ${runs}: ${seconds.at(-1)?.toFixed(2)} s`);
        }
        return [{ name: `status of ${count} stacks`, unit: "s", value: median(seconds), runs: seconds, goal: 5 }];
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** State and history of the model under another name, as a file backend keeps them (`stacks/`, `history/`). */
function copyStack(backend: string, name: string): void {
  const of = (file: string) => readFileSync(file, "utf8").replaceAll(model, name);
  const [stacks, history] = [join(backend, "stacks", "order-queue"), join(backend, "history", "order-queue")];
  writeFileSync(join(stacks, `${name}.json`), of(join(stacks, `${model}.json`)));
  const entry = readdirSync(join(history, model)).find((file) => file.endsWith(".history.json")) ?? "";
  const text = of(join(history, model, entry));
  mkdirSync(join(history, name), { recursive: true });
  for (let update = 0; update < updates; update += 1)
    writeFileSync(join(history, name, `${name}-${1_796_000_000_000_000_000n + BigInt(update)}.history.json`), text);
}
