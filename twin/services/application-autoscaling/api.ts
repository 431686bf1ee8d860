/**
 * Application Auto Scaling, to read: what may be scaled, by which policies, and what was. Not modelled: reasons why
 * nothing was scaled; other namespaces than ECS's have nothing.
 * Sources: Application Auto Scaling API reference; the words of an activity are those that it shows of ECS services.
 */
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { type ApiCall, action, page, type Service, texts, truth, whole } from "../../api/service.ts";
import type { Properties } from "../../core/store.ts";

interface Activity {
  region: string;
  resourceId: string;
  /** Milliseconds since 1970. */
  at: number;
  from: number;
  to: number;
  policy: string;
}

const common = {
  ServiceNamespace: z.string(),
  ScalableDimension: z.literal("ecs:service:DesiredCount").optional(),
  MaxResults: whole(1, 50).default(50),
  NextToken: z.string().optional(),
};
const scaled = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" };

const listed = (type: string, { ServiceNamespace }: Properties, { store, region }: ApiCall): Properties[] =>
  ServiceNamespace === "ecs" ? store.list(type, region).map(({ outputs }) => outputs) : [];

/** As resources.ts keeps it. */
const createdAt = (arn: string, { store }: ApiCall): Date =>
  new Date(store.read<{ at: number }>("scaling-created", arn)?.at ?? 0);

const describeScalableTargets = action({ ...common, ResourceIds: texts.optional() }, (input, call) => {
  const all = listed("aws:appautoscaling/target:Target", input, call);
  const found = all.filter(({ resourceId }) => input.ResourceIds?.includes(resourceId) ?? true);
  const { items, next } = page(found, input.MaxResults, input.NextToken);
  return {
    ScalableTargets: items.map(({ resourceId, minCapacity, maxCapacity, roleArn, arn }) => ({
      ...{ ...scaled, ResourceId: resourceId, MinCapacity: minCapacity, MaxCapacity: maxCapacity, RoleARN: roleArn },
      ...{ ScalableTargetARN: arn, CreationTime: createdAt(arn, call) },
    })),
    NextToken: next,
  };
});

const describeScalingPolicies = action(
  { ...common, ResourceId: z.string().optional(), PolicyNames: texts.optional() },
  (input, call) => {
    const found = listed("aws:appautoscaling/policy:Policy", input, call)
      .filter(({ name }) => input.PolicyNames?.includes(name) ?? true)
      .filter(({ resourceId }) => (input.ResourceId ?? resourceId) === resourceId);
    const { items, next } = page(found, input.MaxResults, input.NextToken);
    return {
      ScalingPolicies: items.map(({ arn, name, resourceId, policyType, targetTrackingScalingPolicyConfiguration }) => ({
        ...{ ...scaled, PolicyARN: arn, PolicyName: name, ResourceId: resourceId, PolicyType: policyType, Alarms: [] },
        TargetTrackingScalingPolicyConfiguration: capitalised(targetTrackingScalingPolicyConfiguration),
        CreationTime: createdAt(arn, call),
      })),
      NextToken: next,
    };
  },
);

/** Members of the provider have a small first letter where those of the API have a capital. */
function capitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalised);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, inner]) => [
    `${name[0]?.toUpperCase()}${name.slice(1)}`,
    capitalised(inner),
  ]);
  return Object.fromEntries(members);
}

const describeScalingActivities = action(
  { ...common, ResourceId: z.string().optional(), IncludeNotScaledActivities: truth.optional() },
  (input, call) => {
    const found = call.store
      .readAll<Activity & object>("scaling-activity")
      .filter(({ region }) => region === call.region && input.ServiceNamespace === "ecs")
      .filter(({ resourceId }) => (input.ResourceId ?? resourceId) === resourceId)
      .reverse();
    const { items, next } = page(found, input.MaxResults, input.NextToken);
    return { ScalingActivities: items.map(activityShape), NextToken: next };
  },
);

function activityShape({ resourceId, at, from, to, policy }: Activity): Properties {
  return {
    ...{ ActivityId: `${at}-${resourceId}`, ...scaled, ResourceId: resourceId },
    Description: `Setting desired count to ${to}.`,
    Cause: `policy ${policy} asked for another count than ${from}`,
    ...{ StartTime: new Date(at), EndTime: new Date(at) },
    ...{
      StatusCode: "Successful",
      StatusMessage: `Successfully set desired count to ${to}. Change successfully fulfilled by ecs.`,
    },
  };
}

export const applicationAutoscaling: Service = {
  name: "application-autoscaling",
  protocols: [json11],
  target: "AnyScaleFrontendService",
  invalid: "ValidationException",
  actions: {
    DescribeScalableTargets: describeScalableTargets,
    DescribeScalingActivities: describeScalingActivities,
    DescribeScalingPolicies: describeScalingPolicies,
  },
};
