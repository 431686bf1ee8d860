import { join } from "node:path";
import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  paginateFilterLogEvents,
  paginateGetLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient, paginateListTasks } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client, paginateDescribeTargetGroups } from "@aws-sdk/client-elastic-load-balancing-v2";
import { paginateListSecrets, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { paginateListQueues, SQSClient } from "@aws-sdk/client-sqs";
import { LogFile } from "../../../../twin/containers/log.ts";
import { account, put, region, startTestCloud, targetGroup } from "../cloud.ts";
import { cluster, logGroup, sdkSettings } from "../sdk.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
const letters = ["a", "b", "c", "d", "e"];

beforeAll(async () => {
  test = await startTestCloud();
  const { cloud, store, directory } = test;
  const clusterArn = cluster(cloud);
  logGroup(cloud, "app");
  const file = join(directory, "lines.log");
  store.write("log-stream", "app/one", { region, group: "app", stream: "one", file });
  const log = new LogFile(file);
  for (const letter of letters) {
    log.append(`line ${letter}`);
    cloud.sqs.create(`orders-${letter}`, region, {});
    targetGroup(cloud, letter);
    cloud.secrets.create(`secret-${letter}`, region);
    const arn = `arn:aws:ecs:${region}:${account}:task/main/${letter}`;
    store.write("task", letter, { id: letter, arn, clusterArn, desiredStatus: "RUNNING", group: "service:app" });
    put(cloud, "aws:cloudwatch/metricAlarm:MetricAlarm", `arn:aws:cloudwatch:${region}:${account}:alarm:${letter}`, {
      ...{ name: letter, namespace: "AWS/SQS", metricName: "NumberOfMessagesSent", statistic: "Sum", period: 60 },
      ...{ threshold: 1, evaluationPeriods: 1, comparisonOperator: "GreaterThanThreshold" },
    });
  }
  cloud.alarms.tick();
});

afterAll(() => test.close());

/** What each page of a paginator has. */
async function pages<Page, Item>(paginator: AsyncIterable<Page>, read: (page: Page) => Item[] | undefined) {
  const found: (Item[] | undefined)[] = [];
  for await (const page of paginator) found.push(read(page));
  return found;
}

const inPages = <T>(all: readonly T[]) => [all.slice(0, 2), all.slice(2, 4), all.slice(4)];

describe("the SDK's paginators read all pages", () => {
  it("of ListTasks", async () => {
    const client = new ECSClient(sdkSettings(test.cloud));
    expect(
      await pages(paginateListTasks({ client, pageSize: 2 }, { cluster: "main" }), ({ taskArns }) => taskArns),
    ).toEqual(inPages(letters.map((letter) => `arn:aws:ecs:${region}:${account}:task/main/${letter}`)));
    client.destroy();
  });

  it("of DescribeAlarms", async () => {
    const client = new CloudWatchClient(sdkSettings(test.cloud));
    const names = ({ MetricAlarms }: { MetricAlarms?: { AlarmName?: string }[] }) =>
      MetricAlarms?.map(({ AlarmName }) => AlarmName);
    expect(await pages(paginateDescribeAlarms({ client, pageSize: 2 }, {}), names)).toEqual(inPages(letters));
    client.destroy();
  });

  it("of ListSecrets", async () => {
    const client = new SecretsManagerClient(sdkSettings(test.cloud));
    const names = ({ SecretList }: { SecretList?: { Name?: string }[] }) => SecretList?.map(({ Name }) => Name);
    expect(await pages(paginateListSecrets({ client, pageSize: 2 }, {}), names)).toEqual(
      inPages(letters.map((letter) => `secret-${letter}`)),
    );
    client.destroy();
  });

  it("of ListQueues", async () => {
    const client = new SQSClient(sdkSettings(test.cloud));
    const input = { QueueNamePrefix: "orders-" };
    expect(await pages(paginateListQueues({ client, pageSize: 2 }, input), ({ QueueUrls }) => QueueUrls)).toEqual(
      inPages(letters.map((letter) => `https://sqs.${region}.amazonaws.com/${account}/orders-${letter}`)),
    );
    client.destroy();
  });

  it("of DescribeTargetGroups", async () => {
    const client = new ElasticLoadBalancingV2Client(sdkSettings(test.cloud));
    const names = ({ TargetGroups }: { TargetGroups?: { TargetGroupName?: string }[] }) =>
      TargetGroups?.map(({ TargetGroupName }) => TargetGroupName);
    expect(await pages(paginateDescribeTargetGroups({ client }, { PageSize: 2 }), names)).toEqual(inPages(letters));
    client.destroy();
  });

  it("of FilterLogEvents, and of GetLogEvents until its token stays the same", async () => {
    const client = new CloudWatchLogsClient(sdkSettings(test.cloud));
    const messages = ({ events }: { events?: { message?: string }[] }) => events?.map(({ message }) => message);
    const lines = letters.map((letter) => `line ${letter}`);
    const group = { logGroupName: "app" };
    const filtered = paginateFilterLogEvents({ client, pageSize: 2 }, { ...group, filterPattern: "line" });
    expect(await pages(filtered, messages)).toEqual(inPages(lines));
    const stream = { ...group, logStreamName: "one", startFromHead: true };
    const read = paginateGetLogEvents({ client, pageSize: 2, stopOnSameToken: true }, { ...stream });
    expect(await pages(read, messages)).toEqual([...inPages(lines), []]);
    const { events } = await client.send(new GetLogEventsCommand({ ...stream, startFromHead: false, limit: 2 }));
    expect(messages({ events })).toEqual(["line d", "line e"]);
    client.destroy();
  });
});
