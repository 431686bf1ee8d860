/**
 * Enforces the gate's verdict: an update is refused before any resource is registered; a preview only warns.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Verdict } from "./gate.ts";
import type { StackEntry } from "./registry.ts";

/** @throws RunError that says why, and how to fix it */
export async function passGate({ name }: StackEntry, verdict: Verdict): Promise<void> {
  const { allowed, why, fix, brokenGlass } = verdict;
  if (brokenGlass !== undefined) await pulumi.log.warn(`${name}: ${why}: ${brokenGlass}`);
  if (allowed) return;
  if (!pulumi.runtime.isDryRun()) {
    throw new pulumi.RunError(refusalOf(name, verdict));
  }
  await pulumi.log.warn(`${name}: ${why}. An update would be refused. Fix: ${fix}`);
}

/** The error of a refused update. */
export function refusalOf(stack: string, { why, fix }: Verdict): string {
  return `${stack}: ${why}. No resources were changed. Fix: ${fix}`;
}
