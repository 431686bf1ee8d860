import { Region } from "../../infra/region.ts";
import { inputsOf, type Registered, register } from "./mocks.ts";

let resources: Registered[];

beforeAll(async () => {
  resources = await register(
    () =>
      new Region("prod-eu", {
        account: "123456789012",
        region: "eu-west-1",
        domain: "eu.orderhub.example",
        cidr: "10.0.0.0/16",
        zones: 2,
        natPerZone: true,
        deletionProtection: true,
        stores: [],
        ingest: { cpu: 256, memory: 512, count: 3 },
        dispatch: { cpu: 256, memory: 512, count: 1 },
        erpTimeoutSeconds: 10,
        logRetentionDays: 30,
        alarmEmail: "oncall@orderhub.example",
        oldestOrderSeconds: 300,
        verificationSeconds: 60,
        release: "0123456789ab",
        digest: `sha256:${"a".repeat(64)}`,
      }),
  );
});

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

function pattern(name: string) {
  return JSON.parse(inputsOf(resources, "aws:cloudwatch/eventRule:EventRule", name).eventPattern);
}

describe("somebody is told", () => {
  it("when fewer containers run than should, and when nothing is known of them", () => {
    expect(inputsOf(resources, alarmType, "prod-eu-ingest-below-desired")).toMatchObject({
      namespace: "ECS/ContainerInsights",
      metricName: "RunningTaskCount",
      dimensions: { ClusterName: "prod-eu-1", ServiceName: "prod-eu-ingest-1" },
      statistic: "Minimum",
      comparisonOperator: "LessThanThreshold",
      threshold: 3,
      period: 60,
      treatMissingData: "breaching",
    });
  });

  it("when an order was given up", () => {
    expect(inputsOf(resources, alarmType, "prod-eu-dead-letters")).toMatchObject({
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "prod-eu-dead-letter-1" },
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
    });
  });

  it("when an order waits longer than the settings allow", () => {
    expect(inputsOf(resources, alarmType, "prod-eu-old-orders")).toMatchObject({
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: "prod-eu-orders-1" },
      threshold: 300,
    });
  });

  it("of the beginning and end of every alarm, with a line on what to do", () => {
    const alarms = resources.filter(({ type }) => type === alarmType);
    expect(alarms).toHaveLength(4);
    for (const { inputs } of alarms) {
      expect(inputs.alarmActions).toEqual(["arn:Topic/prod-eu-alarms"]);
      expect(inputs.okActions).toEqual(["arn:Topic/prod-eu-alarms"]);
      expect(inputs.alarmDescription).toContain("Runbook: ");
    }
  });

  it("when a container of the cluster stops", () => {
    expect(pattern("prod-eu-container-stopped")).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: { clusterArn: ["arn:Cluster/prod-eu"], lastStatus: ["STOPPED"] },
    });
  });

  it("when a deployment in the cluster fails", () => {
    expect(pattern("prod-eu-deployment-failed")).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [{ prefix: "arn:aws:ecs:eu-west-1:123456789012:service/prod-eu-1/" }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    });
  });

  it("at the address of the settings, through a topic to which only this account's alarms and events publish", () => {
    expect(inputsOf(resources, "aws:sns/topicSubscription:TopicSubscription", "prod-eu-alarms-email")).toEqual({
      topic: "arn:Topic/prod-eu-alarms",
      protocol: "email",
      endpoint: "oncall@orderhub.example",
    });
    const { policy } = inputsOf(resources, "aws:sns/topicPolicy:TopicPolicy", "prod-eu-alarms");
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
        Action: "sns:Publish",
        Resource: "arn:Topic/prod-eu-alarms",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
  });
});
