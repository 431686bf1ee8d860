import { inputsOf, type Registered } from "../mocks.ts";
import { smallRegion } from "../test-region.ts";

let resources: Registered[];

beforeAll(async () => {
  resources = await smallRegion({
    ingest: { cpu: 256, memory: 512, count: 3, max: 6 },
    dispatch: { cpu: 256, memory: 512, count: 1, max: 2 },
  });
});

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const topic = ["arn:Topic/prod-eu-alarms"];

/** What CloudWatch gets of an alarm, the words for people apart. */
function alarm(name: string) {
  const {
    alarmDescription: _,
    alarmActions: __,
    okActions: ___,
    tags: ____,
    ...rule
  } = inputsOf(resources, alarmType, name);
  return rule;
}

describe("an alarm sends a notification", () => {
  it.each([
    ["ingest", 3],
    ["dispatch", 1],
    ["canary", 1],
  ])(
    "when fewer %s containers run than ECS is asked for, or than %i, and when nothing is known of them",
    (role, count) => {
      const metric = (metricName: string, stat: string) => ({
        namespace: "ECS/ContainerInsights",
        metricName,
        dimensions: { ClusterName: "prod-eu-1", ServiceName: `prod-eu-${role}-1` },
        period: 60,
        stat,
      });
      expect(alarm(`prod-eu-${role}-below-desired`)).toEqual({
        metricQueries: [
          { id: "desired", metric: metric("DesiredTaskCount", "Maximum") },
          { id: "running", metric: metric("RunningTaskCount", "Minimum") },
          {
            id: "spare",
            label: `${role} containers beyond the desired count`,
            expression: `running - IF(desired > ${count}, desired, ${count})`,
            returnData: true,
          },
        ],
        comparisonOperator: "LessThanThreshold",
        threshold: 0,
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        treatMissingData: "breaching",
      });
    },
  );

  it("when no container is healthy at the load balancer, and when none is registered", () => {
    expect(alarm("prod-eu-no-healthy-target")).toEqual({
      namespace: "AWS/ApplicationELB",
      metricName: "HealthyHostCount",
      dimensions: { LoadBalancer: "app/prod-eu-front/1", TargetGroup: "targetgroup/prod-eu-ingest/1" },
      statistic: "Minimum",
      period: 60,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: "breaching",
    });
  });

  it.each([
    ["load-balancer-5xx", "HTTPCode_ELB_5XX_Count"],
    ["target-5xx", "HTTPCode_Target_5XX_Count"],
  ])("when stores get 5xx: %s", (suffix, metricName) => {
    expect(alarm(`prod-eu-${suffix}`)).toEqual({
      namespace: "AWS/ApplicationELB",
      metricName,
      dimensions: { LoadBalancer: "app/prod-eu-front/1" },
      statistic: "Sum",
      period: 60,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
    });
  });

  it.each([
    ["old-orders", "ApproximateAgeOfOldestMessage", "prod-eu-orders-1", 300],
    ["dead-letters", "ApproximateNumberOfMessagesVisible", "prod-eu-dead-letter-1", 0],
    ["unsent-events", "ApproximateNumberOfMessagesVisible", "prod-eu-unsent-events-1", 0],
  ])(
    "when orders wait too long or were given up, or a notification was not sent: %s",
    (suffix, metricName, QueueName, threshold) => {
      expect(alarm(`prod-eu-${suffix}`)).toEqual({
        namespace: "AWS/SQS",
        metricName,
        dimensions: { QueueName },
        statistic: "Maximum",
        period: 60,
        comparisonOperator: "GreaterThanThreshold",
        threshold,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        treatMissingData: "notBreaching",
      });
    },
  );

  it("and judges a release where the program is to blame, not an ERP or a store", () => {
    const judging = resources.filter(({ type, inputs }) => type === alarmType && inputs.tags?.judges === "release");
    expect(judging.map(({ name }) => name).sort()).toEqual(
      [
        ...["canary-below-desired", "dispatch-below-desired", "ingest-below-desired"],
        ...["load-balancer-5xx", "no-healthy-target", "synthetic-order", "target-5xx"],
      ].map((suffix) => `prod-eu-${suffix}`),
    );
  });

  it("when an event reached neither the topic nor the queue of unsent events", () => {
    const { metricQueries, ...rest } = alarm("prod-eu-events-not-delivered");
    expect(rest).toEqual({
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
    });
    expect(metricQueries).toHaveLength(7);
    expect(metricQueries[0].metric).toEqual({
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: "prod-eu-container-stopped-1" },
      period: 60,
      stat: "Sum",
    });
    expect(metricQueries[6].expression).toBe(
      "FILL(rule0, 0) + FILL(rule1, 0) + FILL(rule2, 0) + FILL(rule3, 0) + FILL(rule4, 0) + FILL(rule5, 0)",
    );
  });

  it("when orders reach their ERPs late in three minutes of five", () => {
    expect(alarm("prod-eu-late-orders")).toEqual({
      namespace: "OrderQueue",
      metricName: "OrderAge",
      dimensions: { Domain: "eu.orderhub.example" },
      statistic: "Average",
      period: 60,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 300,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
    });
  });

  it("when an ERP does not take orders in three minutes of five", () => {
    expect(alarm("prod-eu-orders-not-delivered")).toEqual({
      namespace: "OrderQueue",
      metricName: "prod-eu-orders-not-delivered",
      statistic: "Sum",
      period: 60,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
    });
  });

  it("when no synthetic order came back in any of three minutes, and when none is sent", () => {
    expect(alarm("prod-eu-synthetic-order")).toEqual({
      namespace: "OrderQueue",
      metricName: "SyntheticOrdersBack",
      dimensions: { Domain: "eu.orderhub.example" },
      statistic: "Sum",
      period: 60,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "breaching",
    });
  });

  it.each(["prod-eu-platform", "prod-eu-store-acme"])("when a certificate is not renewed: %s", (name) => {
    expect(alarm(`${name}-certificate-days`)).toEqual({
      namespace: "AWS/CertificateManager",
      metricName: "DaysToExpiry",
      dimensions: { CertificateArn: `arn:Certificate/${name}` },
      statistic: "Minimum",
      period: 86_400,
      comparisonOperator: "LessThanThreshold",
      threshold: 30,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "ignore",
    });
  });

  it("of its beginning and its end, with a line on what to do, as every alarm does", () => {
    const alarms = resources.filter(({ type }) => type === alarmType);
    expect(alarms.length).toBeGreaterThan(0);
    for (const { inputs } of alarms) {
      expect(inputs.alarmActions).toEqual(topic);
      expect(inputs.okActions).toEqual(topic);
      expect(inputs.alarmDescription).toMatch(/^[A-Z].+\. Runbook: \w.+\.$/);
    }
  });
});

describe("the canary's log", () => {
  it.each([
    ["synthetic-orders-back", "SyntheticOrdersBack", "1"],
    ["synthetic-order-seconds", "SyntheticOrderSeconds", "$.seconds"],
  ])("is made into a metric of its own domain: %s", (suffix, name, value) => {
    const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
    expect(inputsOf(resources, filter, `prod-eu-${suffix}`)).toEqual({
      logGroupName: "prod-eu-canary-1",
      pattern: '{ $.outcome = "back" }',
      metricTransformation: { namespace: "OrderQueue", name, value, dimensions: { Domain: "$.domain" } },
    });
  });
});

test("dispatch's log is made into a metric of the stack's own", () => {
  const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
  const name = "prod-eu-orders-not-delivered";
  expect(inputsOf(resources, filter, name)).toEqual({
    logGroupName: "prod-eu-dispatch-1",
    pattern: '{ $.msg = "order not delivered" }',
    metricTransformation: { namespace: "OrderQueue", name, value: "1" },
  });
});

describe("the topic", () => {
  it("mails to the address of the settings", () => {
    expect(inputsOf(resources, "aws:sns/topicSubscription:TopicSubscription", "prod-eu-alarms-email")).toEqual({
      topic: topic[0],
      protocol: "email",
      endpoint: "oncall@orderhub.example",
    });
  });

  it("takes messages from alarms of this stack, and from event rules, for which SNS allows no condition", () => {
    const { policy } = inputsOf(resources, "aws:sns/topicPolicy:TopicPolicy", "prod-eu-alarms");
    const publish = { Effect: "Allow", Action: "sns:Publish", Resource: topic[0] };
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Sid: "Alarms",
        ...publish,
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:prod-eu-*" },
        },
      },
      { Sid: "Events", ...publish, Principal: { Service: "events.amazonaws.com" } },
    ]);
  });
});

describe("the dashboard", () => {
  const body = () => JSON.parse(inputsOf(resources, "aws:cloudwatch/dashboard:Dashboard", "prod-eu").dashboardBody);

  it("has a name of its own in the account, and shows every part of the region", () => {
    expect(inputsOf(resources, "aws:cloudwatch/dashboard:Dashboard", "prod-eu").dashboardName).toBe(
      "order-queue-prod-eu",
    );
    const titles = body().widgets.map((widget: { properties: { title: string } }) => widget.properties.title);
    expect(titles).toEqual([
      "Alarms",
      "Containers: ingest",
      "Containers: dispatch",
      "Containers: canary",
      "Age of the oldest order (s)",
      "Orders waiting and in flight",
      "Dead-lettered messages",
      "Accepted to delivered, by store (s)",
      "Accepted to posted, by store (s)",
      "Orders that wait for a slot, by store",
      "Circuit breaker open, by store",
      "Dispatch: free capacity of a container",
      "Dispatch: event-loop delay (ms)",
      "Healthy and unhealthy targets",
      "Requests",
      "5xx and failed TLS handshakes",
      "Synthetic orders that came back",
      "Synthetic orders: there and back (s)",
      "Certificates: days left",
    ]);
  });

  it("shows the alarms of the region, those of stores' certificates apart, so that a store more changes nothing", () => {
    const [alarms] = body().widgets;
    expect(alarms.properties.alarms).toEqual(
      [
        "ingest-below-desired",
        "dispatch-below-desired",
        "canary-below-desired",
        "synthetic-order",
        "no-healthy-target",
        "load-balancer-5xx",
        "target-5xx",
        "firewall-blocks",
        "orders-not-delivered",
        "old-orders",
        "late-orders",
        "dead-letters",
        "unsent-events",
        "events-not-delivered",
      ].map((suffix) => `arn:MetricAlarm/prod-eu-${suffix}`),
    );
    expect(JSON.stringify(body())).not.toContain("acme");
  });

  it("puts its graphs side by side in rows of three, none over another", () => {
    const places = body().widgets.map(({ x, y }: { x: number; y: number }) => `${x},${y}`);
    const rows = [3, 9, 15, 21, 27, 33].flatMap((y) => [0, 8, 16].map((x) => `${x},${y}`));
    expect(places).toEqual(["0,0", ...rows]);
  });
});
