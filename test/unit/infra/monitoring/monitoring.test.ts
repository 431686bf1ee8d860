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

function pattern(name: string) {
  return JSON.parse(inputsOf(resources, "aws:cloudwatch/eventRule:EventRule", name).eventPattern);
}

/** What CloudWatch is told of an alarm, the words for people apart. */
function alarm(name: string) {
  const { alarmDescription: _, alarmActions: __, okActions: ___, ...rule } = inputsOf(resources, alarmType, name);
  return rule;
}

describe("an alarm tells somebody", () => {
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
            label: `${role} containers beyond what should run`,
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
  ])("when orders wait too long or were given up: %s", (suffix, metricName, QueueName, threshold) => {
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

  it("when no synthetic order came back in any of three minutes, and when nobody sends any", () => {
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

describe("an event tells somebody", () => {
  it("when a container of the cluster stops, other than by a deployment or scaling", () => {
    expect(pattern("prod-eu-container-stopped")).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: ["arn:Cluster/prod-eu"],
        lastStatus: ["STOPPED"],
        stoppedReason: [{ "anything-but": { prefix: "Scaling activity initiated by" } }, { exists: false }],
      },
    });
  });

  it("when a deployment in the cluster fails, and when ECS goes back", () => {
    const deployment = {
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [{ prefix: "arn:aws:ecs:eu-west-1:123456789012:service/prod-eu-1/" }],
    };
    expect(pattern("prod-eu-deployment-failed")).toEqual({
      ...deployment,
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    });
    expect(pattern("prod-eu-deployment-rolled-back")).toEqual({
      ...deployment,
      detail: {
        eventName: ["SERVICE_DEPLOYMENT_IN_PROGRESS"],
        reason: [{ prefix: "ECS deployment circuit breaker: rolling back" }],
      },
    });
  });

  it("when ACM cannot renew a certificate by itself", () => {
    expect(pattern("prod-eu-certificate-trouble")).toEqual({
      source: ["aws.acm"],
      "detail-type": ["ACM Certificate Renewal Action Required", "ACM Certificate Expired", "ACM Certificate Revoked"],
    });
  });

  it.each([
    ["container-stopped", "a container of <service> stopped: <reason>. Task <task>."],
    ["deployment-failed", "a deployment of <service> failed: <reason>."],
    ["deployment-rolled-back", "<service> rolls back: <reason>"],
    [
      "certificate-trouble",
      "<what>: <hostname>, <certificate>. See in ACM which validation record it misses, and publish it.",
    ],
  ])("in one sentence that begins with the stack: %s", (suffix, sentence) => {
    const target = inputsOf(resources, "aws:cloudwatch/eventTarget:EventTarget", `prod-eu-${suffix}`);
    expect([target.arn]).toEqual(topic);
    expect(target.inputTransformer.inputTemplate).toBe(`"prod-eu: ${sentence}"`);
    const words = sentence.match(/(?<=<)\w+(?=>)/g)?.sort();
    expect(Object.keys(target.inputTransformer.inputPaths).sort()).toEqual(words);
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

  it("takes messages from alarms of this account, and from event rules, for which SNS allows no condition", () => {
    const { policy } = inputsOf(resources, "aws:sns/topicPolicy:TopicPolicy", "prod-eu-alarms");
    const publish = { Effect: "Allow", Action: "sns:Publish", Resource: topic[0] };
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Sid: "Alarms",
        ...publish,
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
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
      "Dead letters",
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
        "orders-not-delivered",
        "old-orders",
        "late-orders",
        "dead-letters",
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
