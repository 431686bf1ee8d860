/** The preview of one region by its number of stores: what a resource more costs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark, Figure } from "./benchmark.ts";
import { median } from "./benchmark.ts";

const stack = "prod-eu";
const counts = [1, 100, 1_000];

/** With the policy pack, of a stack that is not deployed, in this process: the engine is real, the twin answers it. */
export const stores: Benchmark = {
  name: "stores",
  what: "Preview of one region with 1, 100 and 1,000 stores: all of it, and a resource's part of it.",
  runs: 3,
  async run({ runs, report }) {
    const { startLocal } = await import("../drills/local.ts"); // loads all of AWS: not for `--help`
    const { planStack } = await import("../release/plan/plan.ts");
    const { workspaceOf } = await import("../release/workspace/automation.ts");
    const { openStack } = await import("../release/workspace/stack.ts");
    const state = mkdtempSync(join(tmpdir(), "order-queue-bench-stores-"));
    const local = await startLocal(state, report, { containers: "processes" });
    try {
      await openStack(local.location, "staging"); // production's program asks for its outputs
      await planStack(workspaceOf(local.location), stack); // starts what later runs find warm, and does not count
      const figures: Figure[] = [];
      for (const count of counts) {
        const [seconds, milliseconds]: [number[], number[]] = [[], []];
        for (let run = 1; run <= runs; run += 1) {
          const started = performance.now();
          const { plan, error } = await planStack(workspaceOf(local.location), stack, { settings: settingsOf(count) });
          if (error) throw new Error(`preview of ${count} stores: ${error}`);
          const took = performance.now() - started;
          seconds.push(took / 1000);
          milliseconds.push(took / plan.resources.length);
          report(`  ${count} stores, run ${run} of ${runs}: ${plan.resources.length} resources, ${took.toFixed(0)} ms`);
        }
        figures.push({ name: `preview, ${count} stores`, unit: "s", value: median(seconds), runs: seconds });
        figures.push({ name: "  a resource", unit: "ms", value: median(milliseconds), runs: milliseconds });
      }
      return figures;
    } finally {
      await local.stop();
      rmSync(state, { recursive: true, force: true });
    }
  },
};

function settingsOf(count: number): Record<string, string> {
  const all = Array.from({ length: count }, (_, index) => {
    const name = `store-${index}`;
    return { name, hostname: `${name}.eu.orderhub.example`, erp: `https://erp.${name}.example/orders` };
  });
  return { "order-queue:stores": JSON.stringify(all), "order-queue:storesPerLoadBalancer": "200" };
}
