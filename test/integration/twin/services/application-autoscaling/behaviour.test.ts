import { wanted } from "../../../../../twin/services/application-autoscaling/plan.ts";
import type { ServiceState } from "../../../../../twin/services/ecs/model.ts";
import { put, region, service, startTestCloud, targetGroup } from "../../cloud.ts";

const minute = 60_000;
const values = (...series: (number | undefined)[]) => series;
const low = (count: number) => new Array<number | undefined>(count).fill(10);

describe("target tracking", () => {
  it.each([
    ["three minutes above the target make as many as bring it back", values(150, 150, 250), 30, 5],
    ["two minutes above it make none", values(50, 150, 250), 30, undefined],
    ["three minutes make none while only two were watched", values(150, 150, 250), 2, undefined],
    ["a value at the target changes nothing", values(...low(12), 100, 100, 100), 30, undefined],
    ["15 minutes below 90 % of it take away what is not needed", low(15), 30, 1],
    ["14 of them do not", low(14), 14, undefined],
    ["15 minutes at 90 % of it do not", new Array(15).fill(90), 30, undefined],
    ["no data at all takes nothing away", new Array(15).fill(undefined), 30, undefined],
  ])("%s", (_, series, watchedMinutes, expected) => {
    expect(wanted({ capacity: 2, target: 100, series, watchedMinutes })).toBe(expected);
  });
});

describe("a service", () => {
  let now = Math.ceil(Date.now() / minute) * minute;
  let test: Awaited<ReturnType<typeof startTestCloud>>;
  let arn: string;
  let queue: string;

  beforeAll(async () => {
    test = await startTestCloud({ now: () => now });
    const { cloud } = test;
    put(cloud, "aws:ecs/cluster:Cluster", `arn:aws:ecs:${region}:123456789012:cluster/main`, {
      name: "main",
      settings: [{ name: "containerInsights", value: "enabled" }],
    });
    const definition = put(cloud, "aws:ecs/taskDefinition:TaskDefinition", "arn:definition", {
      containerDefinitions: "[]",
    });
    arn = service(cloud, definition, { desiredCount: 2 });
    queue = cloud.sqs.create("orders", region, {}).arn;
    targetGroup(cloud, "app");
    put(cloud, "aws:appautoscaling/target:Target", "service/main/app", {
      resourceId: "service/main/app",
      minCapacity: 1,
      maxCapacity: 4,
    });
    const stat = (namespace: string, metricName: string, dimensions: { name: string; value: string }[]) => ({
      metricStat: { metric: { namespace, metricName, dimensions }, stat: "Average" },
      returnData: false,
    });
    const waiting = stat("AWS/SQS", "ApproximateNumberOfMessagesVisible", [{ name: "QueueName", value: "orders" }]);
    put(cloud, "aws:appautoscaling/policy:Policy", "arn:policy", {
      name: "backlog",
      resourceId: "service/main/app",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 2,
        scaleOutCooldown: 120,
        scaleInCooldown: 0,
        customizedMetricSpecification: {
          metrics: [
            { id: "waiting", ...waiting },
            { id: "backlog", expression: "waiting / 2", returnData: true },
          ],
        },
      },
    });
  });
  afterAll(() => test.close());

  const pass = (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      now += minute;
      test.cloud.alarms.tick();
    }
    return test.cloud.ecs.describe(arn)?.desired;
  };

  it("gets more containers for its backlog after three minutes, and no more than its most", () => {
    for (let i = 0; i < 6; i++) test.cloud.sqs.send(queue, `order ${i}`);
    expect(pass(2)).toBe(2);
    expect(pass(1)).toBe(3);
    // The cooldown of two minutes.
    expect(pass(1)).toBe(3);
    expect(pass(1)).toBe(4);
    expect(pass(5)).toBe(4);
  });

  it("keeps them while a deployment is under way", () => {
    test.cloud.sqs.queues.purge(queue);
    expect(test.cloud.ecs.describe(arn)?.deployments[0]?.rolloutState).toBe("IN_PROGRESS");
    expect(pass(30)).toBe(4);
  });

  it("loses those that nothing waits for once it is over, and no more than its least", () => {
    const state = test.store.read<ServiceState>("service", arn);
    const deployments = state?.deployments.map((one) => ({ ...one, rolloutState: "COMPLETED" }));
    test.store.write("service", arn, { ...state, deployments });
    expect(pass(1)).toBe(1);
  });
});
