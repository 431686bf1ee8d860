import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { findStack } from "../../stacks/registry.ts";
import { clientSettings } from "./aws.ts";
import type { WorkspaceLocation } from "./stack.ts";
import type { Alarms, Raised } from "./workspace.ts";

/** As many names as DescribeAlarms takes at once (CloudWatch API reference, DescribeAlarms, AlarmNames). */
const MOST_NAMES = 100;

/** Alarms as CloudWatch of the stack's region has them. */
export function cloudWatchAlarms(location: Pick<WorkspaceLocation, "environment">): Alarms {
  return {
    async raised(stack, names) {
      const client = new CloudWatchClient(clientSettings(location, findStack(stack).region, "CLOUDWATCH"));
      try {
        return (await raisedAlarms(client, names)).map(raisedOf);
      } finally {
        client.destroy();
      }
    },
  };
}

/** Those of the named alarms that are in ALARM, as CloudWatch describes them. */
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
