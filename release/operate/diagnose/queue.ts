import { type CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Queue } from "./facts.ts";
import type { StackState } from "./state.ts";

/** How far back the queue's metrics are read, in minutes. */
const lookBack = 15;

/** The orders queue, which is the one that redrives, and its dead-letter queue; undefined where the stack has none. */
export async function readQueue(
  { sqs, cloudwatch }: { sqs: SQSClient; cloudwatch: CloudWatchClient },
  state: StackState,
  now: number,
): Promise<Queue | undefined> {
  const queues = state.of("aws:sqs/queue:Queue");
  const orders = queues.find(({ redrivePolicy }) => redrivePolicy);
  if (!orders) return undefined;
  const { deadLetterTargetArn } = JSON.parse(orders.redrivePolicy);
  const deadLetter = queues.find(({ arn }) => arn === deadLetterTargetArn);
  const [here, dead, metrics] = await Promise.all([
    depth(sqs, orders.url),
    deadLetter ? depth(sqs, deadLetter.url) : { visible: 0, inFlight: 0 },
    readMetrics(cloudwatch, orders.name, now),
  ]);
  return { ...here, ...metrics, deadLetters: dead.visible };
}

async function depth(sqs: SQSClient, QueueUrl: string): Promise<{ visible: number; inFlight: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

/** SQS itself tells no age; CloudWatch has it, a minute late. */
async function readMetrics(
  cloudwatch: CloudWatchClient,
  name: string,
  now: number,
): Promise<Pick<Queue, "oldestSeconds" | "visibleBefore">> {
  const query = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: "AWS/SQS", MetricName, Dimensions: [{ Name: "QueueName", Value: name }] },
      Period: 60,
      Stat: "Maximum",
    },
  });
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - lookBack * 60_000),
      EndTime: new Date(now),
      ScanBy: "TimestampDescending",
      MetricDataQueries: [
        query("age", "ApproximateAgeOfOldestMessage"),
        query("visible", "ApproximateNumberOfMessagesVisible"),
      ],
    }),
  );
  const values = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
  const [oldestSeconds, visibleBefore] = [values("age")[0], values("visible").at(-1)];
  return {
    ...(oldestSeconds !== undefined && { oldestSeconds }),
    ...(visibleBefore !== undefined && { visibleBefore }),
  };
}
