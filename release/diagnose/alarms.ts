import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Alarm } from "./facts.ts";
import type { StackState } from "./state.ts";

/** Names that DescribeAlarms takes at a time (CloudWatch API Reference). */
const most = 100;

/** The stack's alarms that are in ALARM, the oldest first. */
export async function readAlarms(cloudwatch: CloudWatchClient, state: StackState): Promise<Alarm[]> {
  const names = state.of("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name as string);
  const groups = Array.from({ length: Math.ceil(names.length / most) }, (_, i) =>
    names.slice(i * most, (i + 1) * most),
  );
  const read = groups.map(async (AlarmNames) => {
    const asked = { AlarmNames, StateValue: "ALARM" as const, MaxRecords: most };
    return (await cloudwatch.send(new DescribeAlarmsCommand(asked))).MetricAlarms ?? [];
  });
  return (await Promise.all(read))
    .flat()
    .map(alarmFacts)
    .sort((a, b) => (a.since < b.since ? -1 : 1));
}

const alarmFacts = ({ AlarmName, AlarmDescription, StateReason, StateUpdatedTimestamp }: MetricAlarm): Alarm => ({
  name: AlarmName ?? "",
  description: AlarmDescription ?? "",
  reason: StateReason ?? "",
  since: StateUpdatedTimestamp?.toISOString() ?? "",
});
