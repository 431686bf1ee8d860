/** How long one fault takes to run against the system, by the stage that catches it. */
import { join } from "node:path";
import { type Benchmark, type Figure, median } from "./benchmark.ts";

const byStage = {
  preview: "net-nat-eip-replaced",
  policy: "q-max-receive-count-one",
  parity: "par-env-var-never-set",
  verification: "st-rollback-reported-as-success",
  production: "rt-task-killed",
};

export const faults: Benchmark = {
  name: "faults",
  what: "One fault of each stage run against three deployed stacks, from its beginning to what caught it.",
  runs: 1,
  async run({ runs, report }) {
    const { drill } = await import("../drills/faults/run.ts"); // loads all of AWS: not for `--help`
    const { chooseFaults } = await import("../drills/faults/read.ts");
    const corpus = Object.values(byStage).flatMap((id) => chooseFaults(undefined, id));
    const seconds: Record<string, number[]> = Object.fromEntries(Object.keys(byStage).map((stage) => [stage, []]));
    for (let run = 1; run <= runs; run += 1) {
      const result = await drill(
        corpus,
        { baseline: false, state: join(import.meta.dirname, "..", ".order-queue") },
        (line) => report(`  ${line}`),
      );
      for (const [stage, id] of Object.entries(byStage)) {
        const put = result.faults.find((fault) => fault.id === id);
        if (put?.stage !== stage) throw new Error(`${id} was to be caught by ${stage}, not ${put?.stage}`);
        seconds[stage]?.push(put.seconds);
      }
    }
    return Object.entries(seconds).map(
      ([stage, all]): Figure => ({
        ...{ name: `fault caught by ${stage}`, unit: "s", value: median(all), runs: all, goal: 15 },
      }),
    );
  },
};
