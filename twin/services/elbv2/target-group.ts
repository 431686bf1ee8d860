import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import { retried } from "../../core/wait.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { forwardersTo } from "./forwarders.ts";

export const targetGroup: ResourceType = {
  token: "aws:lb/targetGroup:TargetGroup",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    port: z.number().int(),
    protocol: z.enum(["HTTP", "HTTPS"]),
    vpcId: z.string(),
    targetType: z.enum(["ip", "instance"]),
    deregistrationDelay: z.number().int(),
    slowStart: z.literal(0),
    healthCheck: z.strictObject({
      path: z.string().startsWith("/"),
      protocol: z.enum(["HTTP", "HTTPS"]),
      matcher: z.string(),
      port: z.string().optional(),
      interval: z.number().int(),
      timeout: z.number().int(),
      healthyThreshold: z.number().int(),
      unhealthyThreshold: z.number().int(),
    }),
  }),
  defaults: { targetType: "instance", deregistrationDelay: 300, slowStart: 0 },
  autoname: { property: "name", max: 32 },
  computed: ["arn", "arnSuffix", "loadBalancerArns", "tagsAll"],
  replaces: ["name", "port", "protocol", "targetType", "vpcId"],
  check: ({ healthCheck }) =>
    healthCheck?.timeout >= healthCheck?.interval
      ? [
          {
            property: "healthCheck.timeout",
            reason: `health check timeout must be smaller than the interval (${healthCheck.interval})`,
          },
        ]
      : [],
  create: (inputs, call) => {
    const here = call.store.list(targetGroup.token, call.region);
    // Quota: 3,000 target groups a Region.
    if (here.length >= 3000)
      throw new Error(
        `creating ELBv2 Target Group (${inputs.name}): api error TooManyTargetGroups: The maximum number of target groups has been reached`,
      );
    if (here.some((t) => t.inputs.name === inputs.name))
      throw new Error(
        `creating ELBv2 Target Group (${inputs.name}): api error DuplicateTargetGroupName: A target group with the same name '${inputs.name}' exists, but with different settings`,
      );
    const suffix = `targetgroup/${inputs.name}/${hex(8)}`;
    const id = arn("elasticloadbalancing", call, suffix);
    return { id, outputs: { arn: id, arnSuffix: suffix, loadBalancerArns: [], ...tagsAll(inputs, call) } };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    // The provider retries for about 2 minutes; the twin tells the same after seconds.
    retried(3_000, () => {
      if (forwardersTo(call.store, call.region, id).length > 0)
        throw new Error(
          `deleting ELBv2 Target Group (${id}): api error ResourceInUse: Target group '${id}' is currently in use by a listener or a rule`,
        );
    }),
};
