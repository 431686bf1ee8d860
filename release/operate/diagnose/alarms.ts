import type { CloudWatchClient, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { raisedAlarms } from "../../workspace/cloudwatch.ts";
import type { Alarm } from "./facts.ts";
import type { StackState } from "./state.ts";

/** The stack's alarms that are in ALARM, the oldest first. */
export async function readAlarms(cloudwatch: CloudWatchClient, state: StackState): Promise<Alarm[]> {
  const names = state.of("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name as string);
  return (await raisedAlarms(cloudwatch, names)).map(alarmFacts).sort((a, b) => (a.since < b.since ? -1 : 1));
}

const alarmFacts = ({ AlarmName, AlarmDescription, StateReason, StateUpdatedTimestamp }: MetricAlarm): Alarm => ({
  name: AlarmName ?? "",
  description: AlarmDescription ?? "",
  reason: StateReason ?? "",
  since: StateUpdatedTimestamp?.toISOString() ?? "",
});
