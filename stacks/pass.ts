/**
 * The gate's verdict, carried out: an update that may not be is refused while nothing is registered; a preview is told.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Verdict } from "./gate.ts";
import type { StackEntry } from "./registry.ts";

/** @throws RunError that says why, and what would mend it */
export async function passGate({ name }: StackEntry, { allowed, why, mend, brokenGlass }: Verdict): Promise<void> {
  if (brokenGlass !== undefined) await pulumi.log.warn(`${name}: ${why}: ${brokenGlass}`);
  if (allowed) return;
  if (!pulumi.runtime.isDryRun()) {
    throw new pulumi.RunError(`${name}: ${why}; nothing was registered. Mend: ${mend}`);
  }
  await pulumi.log.warn(`${name}: ${why}; an update would be refused. Mend: ${mend}`);
}
