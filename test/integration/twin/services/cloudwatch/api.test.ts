import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
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

it("finds the alarms on a metric by its dimensions, statistic and period", async () => {
  const names = async (more: object) => {
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsForMetricCommand({ ...visible, ...more }));
    return MetricAlarms.map(({ AlarmName }) => AlarmName);
  };
  expect(await names({ Dimensions })).toEqual(["many-orders"]);
  expect(await names({ Dimensions, Statistic: "Maximum", Period: 60 })).toEqual(["many-orders"]);
  expect(await names({ Dimensions, Statistic: "Sum" })).toEqual([]);
  expect(await names({ Dimensions, Period: 300 })).toEqual([]);
  expect(await names({})).toEqual([]);
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

describe("a query of Logs Insights", () => {
  const range = { startTime: 0, endTime: 4_000_000_000 };
  const start = async (queryString: string, more: object = { logGroupName: "dispatch" }) =>
    (await logs.send(new StartQueryCommand({ ...range, ...more, queryString }))).queryId ?? "";
  const ask = async (queryString: string, more?: object) => {
    const queryId = await start(queryString, more);
    const { status, results = [], statistics } = await logs.send(new GetQueryResultsCommand({ queryId }));
    expect(status).toBe("Complete");
    const rows = results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
    return { rows, statistics };
  };

  it("answers with the fields asked for, of the log groups asked", async () => {
    const { rows, statistics } = await ask("fields store, level | filter level = 'warn' | sort store desc");
    const ptr = expect.any(String);
    expect(rows).toEqual([
      { store: "bluegum", level: "warn", "@ptr": ptr },
      { store: "acme", level: "warn", "@ptr": ptr },
    ]);
    expect(statistics).toMatchObject({ recordsMatched: 2, recordsScanned: 3, logGroupsScanned: 1 });
    const arns = { logGroupIdentifiers: ["dispatch", `arn:aws:logs:${region}:${account}:log-group:ingest`] };
    expect((await ask("stats count(*) as lines by level | sort lines desc", arns)).rows).toEqual([
      { level: "warn", lines: "2" },
      { level: "info", lines: "1" },
    ]);
    const [first] = (await ask("limit 1")).rows;
    expect(Object.keys(first ?? {})).toEqual(["@timestamp", "@message", "@ptr"]);
    expect(first?.["@timestamp"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  });

  it("is complete at once, so that it cannot be stopped; what is not modelled is refused by name", async () => {
    const queryId = await start("limit 1");
    await expect(logs.send(new StopQueryCommand({ queryId }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: `The specified query ${queryId} is not running: Complete.`,
    });
    await expect(logs.send(new GetQueryResultsCommand({ queryId: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(start("dedup store")).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "dedup of the query dedup store is not modelled",
    });
    await expect(start("limit 1", { logGroupName: "none" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(start("limit 1", {})).rejects.toMatchObject({
      message: "Specify exactly one of logGroupName, logGroupNames and logGroupIdentifiers.",
    });
    await expect(start("limit 1", { logGroupName: "dispatch", startTime: 5, endTime: 4 })).rejects.toMatchObject({
      message: "The query's end time is before its start time.",
    });
  });
});
