/**
 * The gate's verdict, carried out: an update that may not be is refused before any resource is registered; a preview warns.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Verdict } from "./gate.ts";
import type { StackEntry } from "./registry.ts";

/** @throws RunError that says why, and what fixes it */
export async function passGate({ name }: StackEntry, verdict: Verdict): Promise<void> {
  const { allowed, why, mend, brokenGlass } = verdict;
  if (brokenGlass !== undefined) await pulumi.log.warn(`${name}: ${why}: ${brokenGlass}`);
  if (allowed) return;
  if (!pulumi.runtime.isDryRun()) {
    throw new pulumi.RunError(refusalOf(name, verdict));
  }
  await pulumi.log.warn(`${name}: ${why}; an update would be refused. Mend: ${mend}`);
}

/** How an update is refused. */
export function refusalOf(stack: string, { why, mend }: Verdict): string {
  return `${stack}: ${why}; nothing was registered. Mend: ${mend}`;
}
