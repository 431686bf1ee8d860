import { deployedResources } from "../plan/deployed.ts";
import type { Raised, Workspace } from "../workspace/workspace.ts";

/** Milliseconds between two looks. */
const PAUSE_MS = 5_000;

/**
 * Watches a stack's alarms.
 *
 * @param since alarms that were raised before then say nothing of what is watched
 * @param until when to end, milliseconds since 1970
 * @returns those that were raised since, as soon as there are any
 */
export async function watchAlarms(
  { engine, alarms, clock }: Pick<Workspace, "engine" | "alarms" | "clock">,
  stack: string,
  { since, until }: { since: number; until: number },
): Promise<Raised[]> {
  const names = (await deployedResources(engine, stack))
    .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    .map(({ id }) => id);
  for (;;) {
    const raised = (await alarms.raised(stack, names)).filter(({ at }) => at >= since);
    const left = until - clock.now();
    if (raised.length > 0 || left <= 0) return raised;
    await clock.sleep(Math.min(PAUSE_MS, left));
  }
}
