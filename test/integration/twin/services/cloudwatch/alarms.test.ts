import {
  certificate,
  eventually,
  loadBalancer,
  put,
  region,
  service,
  startTestCloud,
  targetGroup,
  topic,
  zone,
} from "../../cloud.ts";

const minute = 60_000;
let now = Math.ceil(Date.now() / minute) * minute;
let test: Awaited<ReturnType<typeof startTestCloud>>;
let pager: string;

beforeAll(async () => {
  test = await startTestCloud({ now: () => now });
  pager = topic(test.cloud, "pager");
});
afterAll(() => test.close());

const alarm = (name: string, outputs: object) =>
  put(test.cloud, "aws:cloudwatch/metricAlarm:MetricAlarm", `arn:aws:cloudwatch:${region}:123456789012:alarm:${name}`, {
    ...{ name, evaluationPeriods: 1, threshold: 0, alarmActions: [pager], okActions: [pager] },
    ...outputs,
  });

const passMinute = () => {
  now += minute;
  test.cloud.alarms.tick();
};
const state = (name: string) => test.cloud.alarms.list().find((one) => one.name === name)?.state;

it("a message in a dead-letter queue makes an alarm that is published, and its end too", async () => {
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
  await eventually(() => (inbox().messages.length === 3 ? true : undefined), "the third message");
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

it("errors of a load balancer are counted by the minute, and a minute without any is no data", () => {
  const balancer = loadBalancer(test.cloud);
  const count = (loadBalancer5xx: number) =>
    test.cloud.front.counters.set(balancer, { requests: 100, target5xx: 0, tlsFailures: 0, loadBalancer5xx });
  alarm("load-balancer-5xx", {
    ...{ namespace: "AWS/ApplicationELB", metricName: "HTTPCode_ELB_5XX_Count", period: 60, statistic: "Sum" },
    ...{ dimensions: { LoadBalancer: "app/front/1" }, comparisonOperator: "GreaterThanOrEqualToThreshold" },
    ...{ threshold: 5, evaluationPeriods: 5, datapointsToAlarm: 3, treatMissingData: "notBreaching" },
  });
  const states = [0, 5, 10, 10, 14, 19].map((errors) => {
    count(errors);
    passMinute();
    return state("load-balancer-5xx");
  });
  expect(states).toEqual(["OK", "OK", "OK", "OK", "OK", "ALARM"]);
});

it("a certificate's days are watched over the last day, and an expired one stays an alarm without any data", async () => {
  const arn = await certificate(test.cloud, zone);
  alarm("certificate-days", {
    ...{ namespace: "AWS/CertificateManager", metricName: "DaysToExpiry", dimensions: { CertificateArn: arn } },
    ...{ period: 86_400, statistic: "Minimum", comparisonOperator: "LessThanThreshold", threshold: 30 },
    treatMissingData: "ignore",
  });
  const afterDays = (days: number) => {
    now += days * 24 * 60 * minute;
    passMinute();
    return state("certificate-days");
  };
  expect(state("certificate-days")).toBe("INSUFFICIENT_DATA");
  // 395 days from the issue, whole ones counted.
  expect([0, 364, 1, 100].map(afterDays)).toEqual(["OK", "OK", "ALARM", "ALARM"]);
  expect(test.cloud.acm.describe(arn).status).toBe("EXPIRED");
});

function inbox() {
  const delivered = test.cloud.sns.inbox();
  return {
    subjects: delivered.map(({ subject }) => subject),
    messages: delivered.map(({ message }) => JSON.parse(message)),
  };
}
