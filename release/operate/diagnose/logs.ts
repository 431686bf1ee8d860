import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Properties } from "../../plan/graph.ts";
import { type Denied, type ErpFailures, type GivenUp, logsMs } from "./facts.ts";
import type { StackState } from "./state.ts";

interface Line {
  service: string;
  text: string;
  at: string;
}

/** What the containers' logs say of ERPs that take no orders, of orders that were given up, and of calls of AWS that were denied. */
export async function readLogs(
  logs: CloudWatchLogsClient,
  state: StackState,
  now: number,
): Promise<{ erps: ErpFailures[]; givenUp: GivenUp[]; denied: Denied[] }> {
  const groups = state.of("aws:ecs/taskDefinition:TaskDefinition").flatMap(logGroups);
  const find = async (pattern: string) =>
    (await Promise.all(groups.map((group) => lines(logs, group, pattern, now)))).flat();
  const [undelivered, givenUp, denied] = await Promise.all([
    find('"order not delivered"'),
    find('"order given up"'),
    find('?AccessDenied ?"is not authorized to perform"'),
  ]);
  return { erps: erpFailures(undelivered), givenUp: ordersGivenUp(givenUp), denied: deniedCalls(denied) };
}

/** A definition's family with the log group of each container; several services may share a group. */
export function logGroups({ family, containerDefinitions }: Properties): { service: string; group: string }[] {
  const definitions: Properties[] = JSON.parse(containerDefinitions);
  return definitions.flatMap(({ logConfiguration }) => {
    const group: string | undefined = logConfiguration?.options?.["awslogs-group"];
    return group === undefined ? [] : [{ service: family, group }];
  });
}

/** The first page of 10,000 is enough to know that something fails, and what. */
async function lines(
  logs: CloudWatchLogsClient,
  { service, group }: { service: string; group: string },
  filterPattern: string,
  now: number,
): Promise<Line[]> {
  const asked = { logGroupName: group, filterPattern, startTime: now - logsMs, endTime: now };
  const { events = [] } = await logs.send(new FilterLogEventsCommand(asked));
  return events.map(({ message = "", timestamp = 0 }) => ({
    service,
    text: message,
    at: new Date(timestamp).toISOString(),
  }));
}

/** By store, the most failures first. */
function erpFailures(all: Line[]): ErpFailures[] {
  const byStore = Map.groupBy(all, ({ text }) => String(parsed(text).store ?? "unknown"));
  return [...byStore]
    .map(([store, failed]) => {
      const last = failed.at(-1);
      return {
        store,
        failures: failed.length,
        reason: String(parsed(last?.text ?? "").reason ?? ""),
        at: last?.at ?? "",
      };
    })
    .sort((a, b) => b.failures - a.failures);
}

/** Orders that are named. */
const MOST_GIVEN_UP = 3;

function ordersGivenUp(all: Line[]): GivenUp[] {
  const last = all.toSorted((a, b) => a.at.localeCompare(b.at)).slice(-MOST_GIVEN_UP);
  return last.reverse().map(({ text, at }) => {
    const { store, orderId, reason } = parsed(text);
    return { order: `${store ?? "unknown"}/${orderId ?? "unknown"}`, reason: String(reason ?? ""), at };
  });
}

/** The last of each service. */
function deniedCalls(all: Line[]): Denied[] {
  return [...Map.groupBy(all, ({ service }) => service)].flatMap(([service, denied]) => {
    const last = denied.at(-1);
    return last ? [{ service, message: String(parsed(last.text).err?.message ?? last.text), at: last.at }] : [];
  });
}

/** The service logs JSON; anything else has no fields. */
export function parsed(text: string): Properties {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
