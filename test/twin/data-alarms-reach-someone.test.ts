import { put, region, service, startTestCloud, targetGroup } from "./data-region.ts";

const minute = 60_000;
let now = Math.ceil(Date.now() / minute) * minute;
let test: Awaited<ReturnType<typeof startTestCloud>>;
let topic: string;

beforeAll(async () => {
  test = await startTestCloud({ now: () => now });
  topic = put(test.cloud, "aws:sns/topic:Topic", `arn:aws:sns:${region}:123456789012:pager`, {});
});
afterAll(() => test.close());

const alarm = (name: string, outputs: object) =>
  put(test.cloud, "aws:cloudwatch/metricAlarm:MetricAlarm", `arn:aws:cloudwatch:${region}:123456789012:alarm:${name}`, {
    ...{ name, evaluationPeriods: 1, threshold: 0, alarmActions: [topic], okActions: [topic] },
    ...outputs,
  });

const passMinute = () => {
  now += minute;
  test.cloud.alarms.tick();
};
const state = (name: string) => test.cloud.alarms.list().find((one) => one.name === name)?.state;

it("a message in a dead-letter queue makes an alarm that is published, and its end too", () => {
  const { arn } = test.cloud.sqs.create("dead", region, {});
  const dimensions = { QueueName: "dead" };
  alarm("dead-letters", {
    ...{ namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions, period: 60 },
    ...{ statistic: "Maximum", comparisonOperator: "GreaterThanThreshold", treatMissingData: "notBreaching" },
  });
  expect(state("dead-letters")).toBe("INSUFFICIENT_DATA");
  passMinute();
  expect(state("dead-letters")).toBe("OK");
  test.cloud.sqs.send(arn, "poison");
  passMinute();
  expect(state("dead-letters")).toBe("ALARM");
  test.cloud.sqs.queues.purge(arn);
  passMinute();
  const { messages, subjects } = inbox();
  expect(subjects).toEqual([
    `OK: "dead-letters" in ${region}`,
    `ALARM: "dead-letters" in ${region}`,
    `OK: "dead-letters" in ${region}`,
  ]);
  expect(messages[1]).toMatchObject({
    AlarmName: "dead-letters",
    NewStateValue: "ALARM",
    OldStateValue: "OK",
    NewStateReason: "Threshold: the last 1 datapoints were [1], 1 of them GreaterThanThreshold 0 make an alarm",
  });
});

it("running below desired is seen by metric math over Container Insights", () => {
  const cluster = `arn:aws:ecs:${region}:123456789012:cluster/main`;
  put(test.cloud, "aws:ecs/cluster:Cluster", cluster, {
    name: "main",
    settings: [{ name: "containerInsights", value: "enabled" }],
  });
  const definition = put(test.cloud, "aws:ecs/taskDefinition:TaskDefinition", "arn:definition", {
    containerDefinitions: "[]",
  });
  service(test.cloud, definition, { desiredCount: 2 });
  const metric = (metricName: string) => ({
    ...{ metricName, namespace: "ECS/ContainerInsights", period: 60, stat: "Average" },
    dimensions: { ClusterName: "main", ServiceName: "app" },
  });
  alarm("below-desired", {
    ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 2, treatMissingData: "breaching" },
    metricQueries: [
      { id: "desired", metric: metric("DesiredTaskCount"), returnData: false },
      { id: "running", metric: metric("RunningTaskCount"), returnData: false },
      { id: "lacking", expression: "desired - running", returnData: true },
    ],
  });
  passMinute();
  expect(state("below-desired")).toBe("INSUFFICIENT_DATA");
  passMinute();
  expect(state("below-desired")).toBe("ALARM");
});

it("a target group without targets reports nothing, which is breaching where liveness is watched", () => {
  targetGroup(test.cloud, "nobody");
  const dimensions = { TargetGroup: "targetgroup/nobody/1", LoadBalancer: "app/front/1" };
  alarm("no-healthy-target", {
    ...{ namespace: "AWS/ApplicationELB", metricName: "HealthyHostCount", dimensions, period: 60 },
    ...{ statistic: "Minimum", comparisonOperator: "LessThanThreshold", threshold: 1, treatMissingData: "breaching" },
  });
  passMinute();
  expect(state("no-healthy-target")).toBe("ALARM");
});

function inbox() {
  const delivered = test.cloud.sns.inbox();
  return {
    subjects: delivered.map(({ subject }) => subject),
    messages: delivered.map(({ message }) => JSON.parse(message)),
  };
}
