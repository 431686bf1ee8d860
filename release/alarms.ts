import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { findStack } from "../stacks/registry.ts";
import { clientSettings } from "./aws.ts";
import { deployedGraph } from "./graph.ts";
import { openStack, type Place } from "./stack.ts";

/** An alarm in ALARM. */
export interface Raised {
  name: string;
  /** CloudWatch's own words. */
  reason: string;
  /** When it was raised, milliseconds since 1970. */
  at: number;
}

/** As many names as DescribeAlarms takes at once (CloudWatch API reference, DescribeAlarms, AlarmNames). */
const MOST_NAMES = 100;
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
  place: Place,
  stack: string,
  { since, until }: { since: number; until: number },
): Promise<Raised[]> {
  const names = await alarmNames(place, stack);
  for (;;) {
    const raised = (await raisedAlarms(place, stack, names)).filter(({ at }) => at >= since);
    const left = until - Date.now();
    if (raised.length > 0 || left <= 0) return raised;
    await sleep(Math.min(PAUSE_MS, left));
  }
}

async function alarmNames(place: Place, stack: string): Promise<string[]> {
  const { deployment } = await (await openStack(place, stack)).exportStack();
  return deployedGraph(deployment)
    .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    .map(({ id }) => id);
}

async function raisedAlarms(place: Place, stack: string, names: readonly string[]): Promise<Raised[]> {
  const client = new CloudWatchClient(clientSettings(place, findStack(stack).region, "CLOUDWATCH"));
  const raised: Raised[] = [];
  try {
    for (let start = 0; start < names.length; start += MOST_NAMES) {
      const AlarmNames = names.slice(start, start + MOST_NAMES);
      for await (const page of paginateDescribeAlarms({ client }, { AlarmNames, StateValue: "ALARM" })) {
        for (const { AlarmName = "", StateReason = "", StateTransitionedTimestamp } of page.MetricAlarms ?? []) {
          raised.push({ name: AlarmName, reason: StateReason, at: StateTransitionedTimestamp?.getTime() ?? 0 });
        }
      }
    }
  } finally {
    client.destroy();
  }
  return raised;
}
