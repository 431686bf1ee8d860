import type { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { readLogs } from "../../../../../release/operate/diagnose/logs.ts";
import type { StackState } from "../../../../../release/operate/diagnose/state.ts";

const NOW = Date.parse("2026-07-28T10:00:00Z");
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

const definition = {
  family: "prod-au-dispatch",
  containerDefinitions: JSON.stringify([{ logConfiguration: { options: { "awslogs-group": "prod-au-dispatch-1" } } }]),
};
const state = { of: () => [definition] } as unknown as StackState;

/** Answers with the lines of a pattern, the oldest first. */
function clientOf(lines: Record<string, object[]>): CloudWatchLogsClient {
  const send = async ({ input }: FilterLogEventsCommand) => {
    const found = lines[input.filterPattern ?? ""] ?? [];
    return {
      events: found.map((line, index) => ({
        message: JSON.stringify(line),
        timestamp: NOW - (found.length - index) * 1000,
      })),
    };
  };
  return { send } as unknown as CloudWatchLogsClient;
}

test("the last three orders that were given up are named, the newest first", async () => {
  const line = (orderId: string) => ({ store: "acme", orderId, reason: "the ERP answered 422" });
  const client = clientOf({ '"order given up"': ["1", "2", "3", "4"].map(line) });
  const { givenUp, erps, denied } = await readLogs(client, state, NOW);
  const reason = "the ERP answered 422";
  expect(givenUp).toEqual([
    { order: "acme/4", reason, at: at(1) },
    { order: "acme/3", reason, at: at(2) },
    { order: "acme/2", reason, at: at(3) },
  ]);
  expect([erps, denied]).toEqual([[], []]);
});

test("a message that is no order is given up without a name", async () => {
  const client = clientOf({ '"order given up"': [{ reason: "the message is no order" }] });
  expect((await readLogs(client, state, NOW)).givenUp).toEqual([
    { order: "unknown/unknown", reason: "the message is no order", at: at(1) },
  ]);
});
