/** What lies in the stacks' dead-letter queues, and what the containers' logs say of each: read as an operator does. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientSettings } from "../../release/aws.ts";
import type { Place } from "../../release/stack.ts";
import { findStack } from "../../stacks/registry.ts";
import type { Control } from "../control.ts";
import type { DeadLetter } from "./judgement.ts";

/** Seconds for which what was read is hidden: longer than the reading takes. */
const READ_SECONDS = 600;

export async function readDeadLetters(
  place: Place,
  control: Control,
  stacks: readonly string[],
): Promise<DeadLetter[]> {
  const { regions } = await control.status();
  const queues = Object.values(regions).flatMap((region) => region.queues);
  const read = stacks.map(async (stack) => {
    const { region } = findStack(stack);
    const sqs = new SQSClient({ ...clientSettings(place, region, "SQS"), useQueueUrlAsEndpoint: false });
    const logs = new CloudWatchLogsClient(clientSettings(place, region, "CLOUDWATCH_LOGS"));
    const names = queues.flatMap((queue) =>
      queue.stack === stack && queue.name.startsWith(`${stack}-dead-letter`) ? [queue.name] : [],
    );
    const keys = (await Promise.all(names.map((name) => receiveAll(sqs, name)))).flat();
    if (keys.length === 0) return [];
    const groups = await control.findResources("aws:cloudwatch/logGroup:LogGroup");
    const ours = groups.flatMap(({ outputs }) =>
      (outputs.tagsAll as { stack?: string } | undefined)?.stack === stack ? [String(outputs.name)] : [],
    );
    const reasons = new Map((await Promise.all(ours.map((group) => reasonsIn(logs, group)))).flat());
    return keys.map((key) => ({ key, stack, reason: reasons.get(key) }));
  });
  return (await Promise.all(read)).flat();
}

/** The keys of the orders in a queue: each is its message's group. */
async function receiveAll(sqs: SQSClient, QueueName: string): Promise<string[]> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const keys: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        VisibilityTimeout: READ_SECONDS,
        MessageSystemAttributeNames: ["MessageGroupId"],
      }),
    );
    if (Messages.length === 0) return keys;
    keys.push(...Messages.map(({ Attributes }) => Attributes?.MessageGroupId ?? ""));
  }
}

/** By key, the last reason that a log group gives for an order. */
async function reasonsIn(logs: CloudWatchLogsClient, logGroupName: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: '"reason"', ...(nextToken && { nextToken }) }),
    );
    for (const { message = "" } of page.events ?? []) {
      const { store, orderId, reason } = parsed(message);
      if (store && orderId && reason) found.push([`${store}/${orderId}`, String(reason)]);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}

/** The service logs JSON; anything else has no fields. */
function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
