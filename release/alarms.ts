import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { findStack } from "../stacks/registry.ts";
import { clientSettings } from "./aws.ts";
import { deployedResources } from "./deployed.ts";
import type { Place } from "./stack.ts";

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
  const client = new CloudWatchClient(clientSettings(place, findStack(stack).region, "CLOUDWATCH"));
  try {
    for (;;) {
      const raised = (await raisedAlarms(client, names)).map(raisedOf).filter(({ at }) => at >= since);
      const left = until - Date.now();
      if (raised.length > 0 || left <= 0) return raised;
      await sleep(Math.min(PAUSE_MS, left));
    }
  } finally {
    client.destroy();
  }
}

async function alarmNames(place: Place, stack: string): Promise<string[]> {
  return (await deployedResources(place, stack))
    .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    .map(({ id }) => id);
}

/** Those of the named alarms that are in ALARM, as CloudWatch tells of them. */
export async function raisedAlarms(client: CloudWatchClient, names: readonly string[]): Promise<MetricAlarm[]> {
  const groups = Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, index) =>
    names.slice(index * MOST_NAMES, (index + 1) * MOST_NAMES),
  );
  const read = groups.map(async (AlarmNames) => {
    const asked = { AlarmNames, StateValue: "ALARM" as const, MaxRecords: MOST_NAMES };
    return (await client.send(new DescribeAlarmsCommand(asked))).MetricAlarms ?? [];
  });
  return (await Promise.all(read)).flat();
}

function raisedOf({ AlarmName = "", StateReason = "", StateTransitionedTimestamp }: MetricAlarm): Raised {
  return { name: AlarmName, reason: StateReason, at: StateTransitionedTimestamp?.getTime() ?? 0 };
}
