import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { findStack } from "../../../stacks/registry.ts";
import type { WorkspaceLocation } from "../../workspace/stack.ts";
import { awsClients } from "../diagnose/clients.ts";
import { logGroups, parsed } from "../diagnose/logs.ts";
import { readState } from "../diagnose/state.ts";
import { type OrderLine, type OrderTrace, tracesOf } from "./trace.ts";

/** What is known of an order id in a stack. */
export interface FoundOrder {
  stack: string;
  orderId: string;
  /** How many hours of logs were read. */
  hours: number;
  /** One a store; empty where no line has the id. */
  orders: OrderTrace[];
}

/**
 * Traces an order through the logs of a stack's containers. Reads alone.
 *
 * @param hours how far back the logs are read
 * @throws Error where the state or the logs cannot be read
 */
export async function findOrder(
  location: WorkspaceLocation,
  stack: string,
  orderId: string,
  hours: number,
): Promise<FoundOrder> {
  const state = await readState(location, stack);
  const groups = state.of("aws:ecs/taskDefinition:TaskDefinition").flatMap(logGroups);
  const clients = awsClients(location, findStack(stack).region);
  const startTime = Date.now() - hours * 3_600_000;
  try {
    const lines = await Promise.all(groups.map(({ group }) => linesOf(clients.logs, group, orderId, startTime)));
    return { stack, orderId, hours, orders: tracesOf(lines.flat(), orderId) };
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

/** All pages: one may be empty with more behind it (CloudWatch Logs API reference, FilterLogEvents). */
async function linesOf(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  orderId: string,
  startTime: number,
): Promise<OrderLine[]> {
  const lines: OrderLine[] = [];
  let nextToken: string | undefined;
  do {
    const asked = { logGroupName, startTime, filterPattern: JSON.stringify(orderId), nextToken };
    const page = await logs.send(new FilterLogEventsCommand(asked));
    for (const { message = "", timestamp = 0, logStreamName = "" } of page.events ?? []) {
      const [service = "", , task = ""] = logStreamName.split("/");
      lines.push({ at: new Date(timestamp).toISOString(), container: `${service} ${task}`, fields: parsed(message) });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return lines;
}
