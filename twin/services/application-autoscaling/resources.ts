/**
 * Application Auto Scaling of ECS services: scalable targets, and target tracking by requests per target or by metric
 * math. behaviour.ts changes the desired counts. Not modelled: other namespaces, step and predictive scaling,
 * scheduled actions, other predefined metrics (those need CPU and memory), the alarms that a policy makes of its own.
 * Sources: terraform-provider-aws internal/service/appautoscaling; Application Auto Scaling API reference.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import type { Properties, Resource } from "../../core/store.ts";
import { retried } from "../../core/wait.ts";
import { type Problem, type ResourceCall, type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";

export type ScalingCall = ResourceCall & { ecs: { setDesired(serviceArn: string, desiredCount: number): void } };

const serviceType = "aws:ecs/service:Service";

const scaled = {
  serviceNamespace: z.literal("ecs"),
  scalableDimension: z.literal("ecs:service:DesiredCount"),
  resourceId: z.string(),
};
const identity = Object.keys(scaled);

export const target: ResourceType<ScalingCall> = {
  token: "aws:appautoscaling/target:Target",
  scope: "regional",
  inputs: tagged({ ...scaled, minCapacity: z.number().int(), maxCapacity: z.number().int() }),
  computed: ["arn", "roleArn", "tagsAll"],
  replaces: identity,
  create: async (inputs, call) => {
    // The provider retries while a new service is not visible yet.
    await retried(3_000, () => serviceOf(inputs, call));
    register(inputs, call);
    const role =
      "aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService";
    return {
      id: inputs.resourceId,
      outputs: {
        arn: created(arn("application-autoscaling", call, `scalable-target/${hex(18)}`), call),
        roleArn: arn("iam", { region: "global", account: call.account }, `role/${role}`),
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => {
    register(inputs, call);
    return tagsAll(inputs, call);
  },
  /** Deregistering takes the policies along. */
  delete: (id, _state, call) => {
    for (const { outputs } of policiesOf(id, call)) call.store.remove(policy.token, outputs.arn, call.region);
  },
};

function serviceOf({ resourceId }: Properties, call: ScalingCall): Properties {
  const service = call.store.get(serviceType, arn("ecs", call, resourceId), call.region);
  if (!service)
    throw new Error(
      `registering Application AutoScaling Target (${resourceId}): api error ValidationException: ECS service doesn't exist: ${resourceId}`,
    );
  return service.outputs;
}

/** A service that is ACTIVE is brought into the range at once (API reference, RegisterScalableTarget). */
function register(inputs: Properties, call: ScalingCall): void {
  const { resourceId, minCapacity, maxCapacity } = inputs;
  if (minCapacity > maxCapacity)
    throw new Error(
      `registering Application AutoScaling Target (${resourceId}): api error ValidationException: Maximum capacity cannot be less than minimum capacity`,
    );
  const { arn: serviceArn, desiredCount } = serviceOf(inputs, call);
  const within = Math.min(maxCapacity, Math.max(minCapacity, desiredCount));
  if (within !== desiredCount) call.ecs.setDesired(serviceArn, within);
}

const dimensions = z.array(z.strictObject({ name: z.string(), value: z.string() })).optional();

const query = z.strictObject({
  id: z.string(),
  label: z.string().optional(),
  expression: z.string().optional(),
  metricStat: z
    .strictObject({
      metric: z.strictObject({ namespace: z.string(), metricName: z.string(), dimensions }),
      stat: z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
    })
    .optional(),
  returnData: z.boolean().optional(),
});

const cooldown = z.number().int().min(0).optional();

export const policy: ResourceType<ScalingCall> = {
  token: "aws:appautoscaling/policy:Policy",
  scope: "regional",
  inputs: regional({
    ...scaled,
    name: z.string().max(255),
    policyType: z.string(),
    targetTrackingScalingPolicyConfiguration: z
      .strictObject({
        targetValue: z.number(),
        scaleInCooldown: cooldown,
        scaleOutCooldown: cooldown,
        disableScaleIn: z.boolean().optional(),
        predefinedMetricSpecification: z
          .strictObject({
            predefinedMetricType: z.literal("ALBRequestCountPerTarget"),
            resourceLabel: z.string().optional(),
          })
          .optional(),
        customizedMetricSpecification: z.strictObject({ metrics: z.array(query).min(1) }).optional(),
      })
      .optional(),
  }),
  defaults: { policyType: "StepScaling" },
  autoname: { property: "name", max: 255 },
  computed: ["alarmArns", "arn"],
  replaces: ["name", ...identity],
  check: ({ policyType, targetTrackingScalingPolicyConfiguration: tracking }): Problem[] => {
    const property = "targetTrackingScalingPolicyConfiguration";
    if (policyType !== "TargetTrackingScaling" && !isUnknown(policyType))
      return [
        {
          property: "policyType",
          reason: `the twin does not model ${policyType} (the provider's default is StepScaling); it models TargetTrackingScaling`,
        },
      ];
    if (tracking?.predefinedMetricSpecification && tracking.customizedMetricSpecification)
      return [{ property, reason: "predefinedMetricSpecification conflicts with customizedMetricSpecification" }];
    return [];
  },
  create: async (inputs, call) => {
    // The provider retries while a new target is not visible yet.
    await retried(3_000, () => refuseWithoutTarget(inputs, call));
    refusePolicy(inputs, call);
    const resource = `resource/ecs/${inputs.resourceId}:policyName/${inputs.name}`;
    return {
      id: inputs.name,
      outputs: {
        arn: created(arn("autoscaling", call, `scalingPolicy:${randomUUID()}:${resource}`), call),
        alarmArns: [],
      },
    };
  },
  // Names are unique within a target, not within a region.
  key: ({ arn: policyArn }) => policyArn,
  update: (_id, _state, inputs, call) => {
    refuseWithoutTarget(inputs, call);
    refusePolicy(inputs, call);
    return {};
  },
};

/** Keeps when it was made, which the API says and the provider does not. */
function created(of: string, { store }: ScalingCall): string {
  store.write("scaling-created", of, { at: Date.now() });
  return of;
}

function refuseWithoutTarget({ name, resourceId, scalableDimension }: Properties, call: ScalingCall): void {
  if (!call.store.get(target.token, resourceId, call.region))
    throw new Error(
      `putting Application Auto Scaling Policy (${name}): api error ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ${scalableDimension}`,
    );
}

function refusePolicy(inputs: Properties, call: ScalingCall): void {
  const { name, targetTrackingScalingPolicyConfiguration: tracking } = inputs;
  const refuse = (text: string): never => {
    throw new Error(`putting Application Auto Scaling Policy (${name}): api error ValidationException: ${text}`);
  };
  if (!tracking) refuse("TargetTrackingScalingPolicyConfiguration must be specified");
  const { predefinedMetricSpecification: predefined, customizedMetricSpecification: customized } = tracking;
  if (!predefined && !customized) refuse("Either a predefined or a customized metric specification must be specified");
  if (predefined) refuseLabel(predefined.resourceLabel, call, refuse);
  const returned = customized?.metrics.filter((one: Properties) => one.returnData !== false) ?? [];
  if (customized && returned.length !== 1) refuse(`Exactly one metric must return data, ${returned.length} do`);
}

/** `app/NAME/ID/targetgroup/NAME/ID`, both of them there. */
function refuseLabel(label: string | undefined, call: ScalingCall, refuse: (text: string) => never): void {
  const [, balancer, group] = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? "") ?? [];
  const has = (type: string, suffix: string | undefined) =>
    call.store.list(type, call.region).some(({ outputs }) => outputs.arnSuffix === suffix);
  if (!has("aws:lb/loadBalancer:LoadBalancer", balancer) || !has("aws:lb/targetGroup:TargetGroup", group))
    refuse(`The resource label ${label} names no load balancer and target group of this Region`);
}

function policiesOf(resourceId: string, call: ScalingCall): Resource[] {
  return call.store.list(policy.token, call.region).filter(({ inputs }) => inputs.resourceId === resourceId);
}

export const appautoscaling: readonly ResourceType<ScalingCall>[] = [target, policy];
