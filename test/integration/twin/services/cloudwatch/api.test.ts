import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Cloud } from "../../../../../twin/cloud.ts";
import {
  account,
  executionStatements,
  image,
  put,
  region,
  role,
  service,
  startTestCloud,
  taskDefinition,
} from "../../cloud.ts";
import { logGroup, logTo, sdkSettings } from "../../sdk.ts";

/** The begin of an hour. */
const start = Date.parse("2026-07-28T13:00:00Z");
let now = start;
let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let cloudwatch: CloudWatchClient;
let logs: CloudWatchLogsClient;

const talker = `
console.log(JSON.stringify({ level: "info", msg: "dispatching" }));
console.log(JSON.stringify({ level: "warn", store: "acme", reason: "the ERP answered 503", msg: "order not delivered" }));
console.log(JSON.stringify({ level: "warn", store: "bluegum", reason: "the ERP answered 500", msg: "order not delivered" }));
setInterval(() => {}, 1000);
`;

beforeAll(async () => {
  test = await startTestCloud({ now: () => now });
  cloud = test.cloud;
  cloudwatch = new CloudWatchClient(sdkSettings(cloud));
  logs = new CloudWatchLogsClient(sdkSettings(cloud));
  cloud.sqs.create("orders", region, {});
  const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:many-orders`;
  put(cloud, "aws:cloudwatch/metricAlarm:MetricAlarm", arn, {
    ...{ name: "many-orders", namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible" },
    ...{ dimensions: { QueueName: "orders" }, statistic: "Maximum", period: 60, threshold: 1, evaluationPeriods: 1 },
    ...{ comparisonOperator: "GreaterThanThreshold", treatMissingData: "notBreaching" },
  });
  image(cloud, test.directory, talker);
  logGroup(cloud, "dispatch");
  logGroup(cloud, "ingest");
  const logging = { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" };
  role(cloud, "execution", [...executionStatements, logging]);
  const serviceArn = service(cloud, taskDefinition(cloud, 1, { ...logTo("dispatch"), portMappings: [] }));
  await cloud.ecs.steady(serviceArn, 20_000);
  for (const waiting of [1, 2, 3]) {
    cloud.sqs.send(`arn:aws:sqs:${region}:${account}:orders`, `order ${waiting}`);
    now += 60_000;
    cloud.alarms.tick();
  }
});

afterAll(async () => {
  cloudwatch.destroy();
  logs.destroy();
  await test.close();
});

const visible = { Namespace: "AWS/SQS", MetricName: "ApproximateNumberOfMessagesVisible" };
const Dimensions = [{ Name: "QueueName", Value: "orders" }];
const minute = (n: number) => new Date(start + n * 60_000);

it("describes alarms with state and reason, and how they came to it", async () => {
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ StateValue: "ALARM" }));
  expect(MetricAlarms).toMatchObject([
    {
      ...{ AlarmName: "many-orders", StateValue: "ALARM", Dimensions, Threshold: 1, ...visible },
      StateReason: expect.stringContaining("the last 1 datapoints were [2]"),
      StateUpdatedTimestamp: minute(2),
    },
  ]);
  expect((await cloudwatch.send(new DescribeAlarmsCommand({ StateValue: "OK" }))).MetricAlarms).toEqual([]);
  const { AlarmHistoryItems = [] } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: "many-orders", HistoryItemType: "StateUpdate" }),
  );
  expect(AlarmHistoryItems.map(({ Timestamp, HistorySummary }) => [Timestamp, HistorySummary])).toEqual([
    [minute(2), "Alarm updated from OK to ALARM"],
    [minute(1), "Alarm updated from INSUFFICIENT_DATA to OK"],
  ]);
});

it("answers metrics by period, with metric math over them", async () => {
  const range = { StartTime: minute(0), EndTime: minute(4) };
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      ...range,
      ScanBy: "TimestampAscending",
      MetricDataQueries: [
        { Id: "waiting", MetricStat: { Metric: { ...visible, Dimensions }, Period: 60, Stat: "Maximum" } },
        { Id: "twice", Expression: "waiting * 2" },
      ],
    }),
  );
  const times = [0, 1, 2].map(minute);
  expect(MetricDataResults.map(({ Id, Timestamps, Values }) => [Id, Timestamps, Values])).toEqual([
    ["waiting", times, [1, 2, 3]],
    ["twice", times, [2, 4, 6]],
  ]);
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({ ...range, ...visible, Dimensions, Period: 300, Statistics: ["Sum", "Maximum"] }),
  );
  expect(Datapoints).toEqual([{ Timestamp: minute(0), Sum: 6, Maximum: 3 }]);
});

it("says what is wrong with a question about metrics", async () => {
  const asked = { StartTime: minute(0), EndTime: minute(4), ...visible, Dimensions, Period: 60 };
  await expect(
    cloudwatch.send(new GetMetricStatisticsCommand({ ...asked, ExtendedStatistics: ["p99"], Statistics: ["Sum"] })),
  ).rejects.toMatchObject({ message: "Specify either Statistics or ExtendedStatistics, not both." });
  await expect(
    cloudwatch.send(
      new GetMetricDataCommand({ ...asked, MetricDataQueries: [{ Id: "a", Expression: "ANOMALY_DETECTION_BAND(b)" }] }),
    ),
  ).rejects.toMatchObject({ message: expect.stringContaining("the function ANOMALY_DETECTION_BAND is not modelled") });
});

it("lists log groups by prefix", async () => {
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "dis" }));
  expect(logGroups).toMatchObject([{ logGroupName: "dispatch", retentionInDays: 30 }]);
});

it("finds the lines of all containers by terms, phrases and their absence", async () => {
  const find = async (filterPattern?: string) => {
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: "dispatch", filterPattern }));
    return events.map(({ message = "" }) => JSON.parse(message).store ?? JSON.parse(message).msg);
  };
  expect(await find()).toEqual(["dispatching", "acme", "bluegum"]);
  expect(await find('"order not delivered" 503')).toEqual(["acme"]);
  expect(await find('"order not delivered" -503')).toEqual(["bluegum"]);
  expect(await find("?503 ?dispatching")).toEqual(["dispatching", "acme"]);
  expect(await find('{ $.level = "warn" }')).toEqual(["acme", "bluegum"]);
  await expect(find("[ip, user]")).rejects.toMatchObject({ name: "InvalidParameterException" });
  const missing = new FilterLogEventsCommand({ logGroupName: "none" });
  await expect(logs.send(missing)).rejects.toMatchObject({
    ...{ name: "ResourceNotFoundException", message: "The specified log group does not exist." },
  });
});

it("reads one stream forwards and backwards, with tokens that stay at its ends", async () => {
  const first = await logs.send(new FilterLogEventsCommand({ logGroupName: "dispatch", limit: 1 }));
  expect(first.nextToken).toBeDefined();
  const logStreamName = first.events?.[0]?.logStreamName ?? "";
  expect(logStreamName).toMatch(/^app\/app\/[0-9a-f]{32}$/);
  const read = (more: object) =>
    logs.send(new GetLogEventsCommand({ logGroupName: "dispatch", logStreamName, limit: 2, ...more }));
  const last = await read({});
  expect(last.events?.map(({ message = "" }) => JSON.parse(message).store)).toEqual(["acme", "bluegum"]);
  expect(Math.abs(Date.now() - (last.events?.[0]?.timestamp ?? 0))).toBeLessThan(60_000);
  const before = await read({ nextToken: last.nextBackwardToken });
  expect(before.events).toHaveLength(1);
  const end = await read({ nextToken: last.nextForwardToken });
  expect(end).toMatchObject({ events: [], nextForwardToken: last.nextForwardToken });
});
