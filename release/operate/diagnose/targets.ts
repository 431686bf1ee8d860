import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Target } from "./facts.ts";
import type { StackState } from "./state.ts";

/** Every target of the stack's target groups, with what its load balancer thinks of it. */
export async function readTargets(elb: ElasticLoadBalancingV2Client, state: StackState): Promise<Target[]> {
  const groups = state.of("aws:lb/targetGroup:TargetGroup");
  const read = groups.map(async ({ arn, name }) => {
    const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    return TargetHealthDescriptions.map(({ Target: { Id, Port } = {}, TargetHealth: health = {} }) => ({
      group: name as string,
      target: `${Id}:${Port}`,
      state: health.State ?? "unknown",
      reason: [health.Reason, health.Description].filter(Boolean).join(": "),
    }));
  });
  return (await Promise.all(read)).flat();
}
