import { inputsOf, type Registered, the } from "./mocks.ts";
import { smallRegion } from "./test-region.ts";

const targetType = "aws:appautoscaling/target:Target";
const policyType = "aws:appautoscaling/policy:Policy";

let resources: Registered[];

beforeAll(async () => {
  resources = await smallRegion({
    ingest: { cpu: 512, memory: 1024, count: 3, max: 12 },
    dispatch: { cpu: 256, memory: 512, count: 1, max: 5 },
  });
});

describe("a service", () => {
  it.each([
    ["ingest", 3, 12],
    ["dispatch", 1, 5],
  ])("as %s starts with %i containers and is scaled from there to %i", (role, count, max) => {
    const { inputs, ignoreChanges } = the(resources, "aws:ecs/service:Service", `prod-eu-${role}`);
    expect(inputs.desiredCount).toBe(count);
    expect(ignoreChanges).toEqual(["desiredCount"]);
    expect(inputsOf(resources, targetType, `prod-eu-${role}`)).toEqual({
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/prod-eu-1/prod-eu-${role}-1`,
      minCapacity: count,
      maxCapacity: max,
    });
  });

  it("never has fewer containers for a deployment, and rolls back by itself from one that fails", () => {
    for (const role of ["ingest", "dispatch"])
      expect(inputsOf(resources, "aws:ecs/service:Service", `prod-eu-${role}`)).toMatchObject({
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        waitForSteadyState: true,
      });
  });

  it("as ingest follows the requests of each container", () => {
    expect(inputsOf(resources, policyType, "prod-eu-ingest")).toEqual({
      policyType: "TargetTrackingScaling",
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: "service/prod-eu-1/prod-eu-ingest-1",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 1000,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
        predefinedMetricSpecification: {
          predefinedMetricType: "ALBRequestCountPerTarget",
          resourceLabel: "app/prod-eu-front/1/targetgroup/prod-eu-ingest/1",
        },
      },
    });
  });

  it("as dispatch follows the orders that wait, on the queue and in or behind each container, and nothing else", () => {
    const dimensions = [
      { name: "ClusterName", value: "prod-eu-1" },
      { name: "ServiceName", value: "prod-eu-dispatch-1" },
    ];
    expect(inputsOf(resources, policyType, "prod-eu-dispatch").targetTrackingScalingPolicyConfiguration).toEqual({
      targetValue: 500,
      scaleOutCooldown: 60,
      scaleInCooldown: 300,
      customizedMetricSpecification: {
        metrics: [
          {
            id: "waiting",
            metricStat: {
              metric: {
                namespace: "AWS/SQS",
                metricName: "ApproximateNumberOfMessagesVisible",
                dimensions: [{ name: "QueueName", value: "prod-eu-orders-1" }],
              },
              stat: "Average",
            },
            returnData: false,
          },
          {
            id: "running",
            metricStat: {
              metric: { namespace: "ECS/ContainerInsights", metricName: "RunningTaskCount", dimensions },
              stat: "Average",
            },
            returnData: false,
          },
          {
            id: "held",
            metricStat: {
              metric: {
                namespace: "OrderQueue",
                metricName: "OrdersHeldBack",
                dimensions: [{ name: "Domain", value: "eu.orderhub.example" }],
              },
              stat: "Average",
            },
            returnData: false,
          },
          {
            id: "backlog",
            label: "Orders waiting per container",
            expression: "waiting / running + held",
            returnData: true,
          },
        ],
      },
    });
  });
});
