import { z } from "zod";
import type { Properties } from "../../core/store.ts";
import { forwardersTo } from "./forwarders.ts";
import type { ElbCall } from "./shared.ts";
import { targetGroup } from "./target-group.ts";

const redirect = z.strictObject({
  protocol: z.enum(["HTTP", "HTTPS", "#{protocol}"]).optional(),
  port: z.string().optional(),
  host: z.string().optional(),
  path: z.string().optional(),
  query: z.string().optional(),
  statusCode: z.enum(["HTTP_301", "HTTP_302"]),
});
const fixedResponse = z.strictObject({
  contentType: z.enum(["text/plain", "text/css", "text/html", "application/javascript", "application/json"]),
  messageBody: z.string().optional(),
  statusCode: z.string(),
});
const order = z.number().int().optional();
export const action = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("forward"), targetGroupArn: z.string(), order }),
  z.strictObject({ type: z.literal("redirect"), redirect, order }),
  z.strictObject({ type: z.literal("fixed-response"), fixedResponse, order }),
]);

/**
 * Refuses target groups that do not exist or belong to another load balancer.
 * @throws Error in AWS's words
 */
export function refuseTargets(actions: Properties[], loadBalancerArn: string, call: ElbCall): void {
  for (const { targetGroupArn } of actions) {
    if (!targetGroupArn) continue;
    if (!call.store.get(targetGroup.token, targetGroupArn, call.region))
      throw new Error("api error TargetGroupNotFound: One or more target groups not found");
    if (forwardersTo(call.store, call.region, targetGroupArn).some((other) => other !== loadBalancerArn))
      throw new Error(
        `api error TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${targetGroupArn}`,
      );
  }
}
