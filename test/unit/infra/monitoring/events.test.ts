import { inputsOf, type Registered } from "../mocks.ts";
import { smallRegion } from "../test-region.ts";

let resources: Registered[];

beforeAll(async () => {
  resources = await smallRegion({
    ingest: { cpu: 256, memory: 512, count: 3, max: 6 },
    dispatch: { cpu: 256, memory: 512, count: 1, max: 2 },
  });
});

const topic = ["arn:Topic/prod-eu-alarms"];

function pattern(name: string) {
  return JSON.parse(inputsOf(resources, "aws:cloudwatch/eventRule:EventRule", name).eventPattern);
}

describe("an event sends a notification", () => {
  it("when a container of the cluster stops, other than by a deployment or scaling", () => {
    expect(pattern("prod-eu-container-stopped")).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: ["arn:Cluster/prod-eu"],
        lastStatus: ["STOPPED"],
        stoppedReason: [{ "anything-but": { prefix: "Scaling activity initiated by" } }],
      },
    });
    expect(pattern("prod-eu-container-stopped-silently").detail).toEqual({
      clusterArn: ["arn:Cluster/prod-eu"],
      lastStatus: ["STOPPED"],
      stoppedReason: [{ exists: false }],
    });
    expect(pattern("prod-eu-container-out-of-memory").detail).toEqual({
      clusterArn: ["arn:Cluster/prod-eu"],
      lastStatus: ["STOPPED"],
      containers: { reason: [{ prefix: "OutOfMemoryError" }] },
    });
  });

  it("when a deployment in the cluster fails, and when ECS rolls back", () => {
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
    ["container-stopped", "a container of <service> stopped", "<reason>", "<task>"],
    ["container-stopped-silently", "a container of <service> stopped", '"ECS gives no reason"', "<task>"],
    ["container-out-of-memory", "a container of <service> is out of memory", '"OutOfMemoryError"', "<task>"],
    ["deployment-failed", "a deployment failed", "<reason>", "<service>"],
    ["deployment-rolled-back", "a service rolls back", "<reason>", "<service>"],
    ["certificate-trouble", "<what>", "<hostname>", "<certificate>"],
  ])("in JSON that a value with quotes cannot break: %s", (suffix, title, reason, resource) => {
    const target = inputsOf(resources, "aws:cloudwatch/eventTarget:EventTarget", `prod-eu-${suffix}`);
    expect([target.arn]).toEqual(topic);
    const { inputPaths, inputTemplate } = target.inputTransformer;
    expect(inputTemplate).toContain(`"title":"prod-eu: ${title}","description":${reason},"nextSteps":["`);
    expect(inputTemplate).toContain(`"relatedResources":[${resource}]`);
    const words = inputTemplate.match(/(?<=<)\w+(?=>)/g);
    expect(Object.keys(inputPaths).sort()).toEqual([...new Set(words)].sort());
    // A placeholder outside quotes is written as JSON, one inside them as it is: ECS's reason has quotes.
    const quotes = JSON.stringify('CannotPullContainerError: "app"');
    const filled = inputTemplate.replaceAll(/([^:[])?<(\w+)>/g, (_: string, inside = "") =>
      inside ? `${inside}x` : quotes,
    );
    expect(JSON.parse(filled)).toMatchObject({ version: "1.0", source: "custom" });
  });

  it("or waits in a queue when it cannot be sent, which takes these rules' events alone", () => {
    const targets = resources.filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget");
    expect(targets.map(({ inputs }) => inputs.deadLetterConfig)).toEqual(
      Array.from({ length: 6 }, () => ({ arn: "arn:Queue/prod-eu-unsent-events" })),
    );
    const queue = inputsOf(resources, "aws:sqs/queue:Queue", "prod-eu-unsent-events");
    expect(queue).toMatchObject({ sqsManagedSseEnabled: true, messageRetentionSeconds: 1_209_600 });
    const { policy } = inputsOf(resources, "aws:sqs/queuePolicy:QueuePolicy", "prod-eu-unsent-events");
    const suffixes = [
      ...["container-stopped", "container-stopped-silently", "container-out-of-memory"],
      ...["deployment-failed", "deployment-rolled-back", "certificate-trouble"],
    ];
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "arn:Queue/prod-eu-unsent-events",
        Condition: { ArnEquals: { "aws:SourceArn": suffixes.map((suffix) => `arn:EventRule/prod-eu-${suffix}`) } },
      },
    ]);
  });
});
