import { diff } from "../../../../../twin/pulumi/plan.ts";
import { policy, target } from "../../../../../twin/services/application-autoscaling/resources.ts";
import { service as serviceType } from "../../../../../twin/services/ecs/service.ts";
import { loadBalancer, put, region, service, targetGroup } from "../../../../integration/twin/cloud.ts";
import { Provider } from "../provider.ts";

const provider = new Provider();

const scaled = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/main/app",
};
const predefined = (resourceLabel: string) => ({
  ...scaled,
  policyType: "TargetTrackingScaling",
  targetTrackingScalingPolicyConfiguration: {
    targetValue: 1000,
    predefinedMetricSpecification: { predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel },
  },
});

describe("a scalable target", () => {
  it("brings the service into its range at once, and keeps it there over an update that does not ask for another", async () => {
    const arn = service(provider.cloud, "arn:definition");
    expect((await provider.create(target, { ...scaled, minCapacity: 3, maxCapacity: 6 })).id).toBe("service/main/app");
    const desired = () => provider.cloud.store.get(serviceType.token, arn, region)?.outputs.desiredCount;
    expect(desired()).toBe(3);
    put(provider.cloud, "aws:ecs/taskDefinition:TaskDefinition", "arn:definition", {});
    const kept = provider.cloud.store.get(serviceType.token, arn, region);
    if (!kept) throw new Error("The service is gone");
    provider.cloud.store.put({ ...kept, inputs: { desiredCount: 1 } });
    const updated = (desiredCount: number) =>
      serviceType.update?.(arn, {}, { name: "app", desiredCount, taskDefinition: "arn:definition" }, provider.call);
    expect(updated(1)).toEqual({ tagsAll: {}, desiredCount: 3 });
    expect(updated(5)).toEqual({ tagsAll: {} });
  });

  it("is refused without its service, and with a most below its least", async () => {
    expect(await provider.refusal(target, { ...scaled, minCapacity: 1, maxCapacity: 2 })).toBe(
      "registering Application AutoScaling Target (service/main/app): api error ValidationException: " +
        "ECS service doesn't exist: service/main/app",
    );
    service(provider.cloud, "arn:definition");
    expect(await provider.refusal(target, { ...scaled, minCapacity: 3, maxCapacity: 2 })).toContain(
      "Maximum capacity cannot be less than minimum capacity",
    );
  });
});

describe("a scaling policy", () => {
  it("that does not say its type would be one that steps, which is refused by name", () => {
    const { policyType: _, ...given } = predefined("label");
    expect(provider.problems(policy, given)).toEqual([
      {
        property: "policyType",
        reason:
          "the twin does not model StepScaling (the provider's default is StepScaling); it models TargetTrackingScaling",
      },
    ]);
  });

  it("needs its target, its block, and a load balancer and target group that are there", async () => {
    loadBalancer(provider.cloud);
    targetGroup(provider.cloud, "app");
    const label = "app/front/1/targetgroup/app/1";
    expect(await provider.refusal(policy, predefined(label))).toContain(
      "ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/main/app",
    );
    service(provider.cloud, "arn:definition");
    await provider.create(target, { ...scaled, minCapacity: 1, maxCapacity: 2 });
    expect(await provider.refusal(policy, { ...scaled, policyType: "TargetTrackingScaling" })).toContain(
      "TargetTrackingScalingPolicyConfiguration must be specified",
    );
    expect(await provider.refusal(policy, predefined("app/front/1/targetgroup/other/1"))).toContain(
      "The resource label app/front/1/targetgroup/other/1 names no load balancer and target group",
    );
    const made = await provider.create(policy, predefined(label));
    expect(made.id).toMatch(/^it-[0-9a-f]{7}$/);
    await target.delete?.("service/main/app", {}, provider.call);
    expect(provider.cloud.store.list(policy.token, region)).toEqual([]);
  }, 20_000);

  it("is replaced with its name or service, and changed in place otherwise", () => {
    const olds = { ...predefined("label"), name: "it-1234567", __defaults: ["name"] };
    const { replaces, changed } = diff(policy, olds, {
      ...predefined("other"),
      name: "it-1234567",
      __defaults: ["name"],
    });
    expect([changed, replaces]).toEqual([["targetTrackingScalingPolicyConfiguration"], []]);
    expect(diff(policy, olds, { ...olds, resourceId: "service/main/other" }).replaces).toEqual(["resourceId"]);
  });
});
