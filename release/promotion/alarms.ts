import { deployedResources } from "../plan/deployed.ts";
import type { Resource } from "../plan/graph.ts";
import type { Raised, Workspace } from "../workspace/workspace.ts";

/** Milliseconds between two looks. */
const PAUSE_MS = 5_000;

/**
 * Watches those of a stack's alarms that judge a release, by their tag (infra/monitoring/alarm.ts). A client's ERP that is
 * down raises others: rolling a good release back would not help it.
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
    .filter(({ type, inputs }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm" && judgesRelease(inputs))
    .map(({ id }) => id);
  for (;;) {
    const raised = (await alarms.raised(stack, names)).filter(({ at }) => at >= since);
    const left = until - clock.now();
    if (raised.length > 0 || left <= 0) return raised;
    await clock.sleep(Math.min(PAUSE_MS, left));
  }
}

function judgesRelease({ tags }: Resource["inputs"]): boolean {
  return (tags as Record<string, unknown> | undefined)?.judges === "release";
}
