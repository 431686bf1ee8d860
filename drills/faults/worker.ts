/**
 * A process that runs faults against the system, one after the other. Programs of faults run in it: an engine that breaks off
 * leaves errors behind for the whole process (Pulumi's language server listens to the process's own), which would be taken
 * for errors of another fault's program that runs beside it.
 */
import { openBase } from "./bed.ts";
import type { Fault } from "./fault.ts";
import { putFault } from "./run-fault.ts";

export interface Order {
  fault: Fault;
  baseline: boolean;
}

// As cli/main.ts does.
Error.stackTraceLimit = 1;

const [folder = "", deployed = ""] = process.argv.slice(2);
const base = openBase(folder, deployed);

process.on("message", async ({ fault, baseline }: Order) => process.send?.(await putFault(base, fault, baseline)));
process.once("disconnect", async () => {
  await base.close();
  process.exit();
});
