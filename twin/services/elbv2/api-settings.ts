/** DescribeLoadBalancerAttributes, DescribeTargetGroupAttributes and DescribeTags; attributes are those that the twin models. */
import { z } from "zod";
import { type ApiCall, action } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";

const balancerType = "aws:lb/loadBalancer:LoadBalancer";
const groupType = "aws:lb/targetGroup:TargetGroup";
const tagged = [balancerType, groupType, "aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"];

function outputsOf(type: string, arn: string, code: string, what: string, { store, region }: ApiCall): Properties {
  const found = store.list(type, region).find(({ outputs }) => outputs.arn === arn);
  if (!found) throw new AwsError(code, `${what} '${arn}' not found`);
  return found.outputs;
}

const attributes = (values: Record<string, unknown>) => ({
  Attributes: Object.entries(values).map(([Key, value]) => ({ Key, Value: String(value) })),
});

export const describeLoadBalancerAttributes = action({ LoadBalancerArn: z.string() }, ({ LoadBalancerArn }, call) => {
  const found = outputsOf(balancerType, LoadBalancerArn, "LoadBalancerNotFound", "Load balancer", call);
  const { accessLogs: logs } = found;
  return attributes({
    "access_logs.s3.enabled": logs?.enabled ?? false,
    "access_logs.s3.bucket": logs?.bucket ?? "",
    "access_logs.s3.prefix": logs?.prefix ?? "",
    "deletion_protection.enabled": found.enableDeletionProtection ?? false,
    "idle_timeout.timeout_seconds": found.idleTimeout ?? 60,
    "routing.http.drop_invalid_header_fields.enabled": found.dropInvalidHeaderFields ?? false,
    "routing.http2.enabled": found.enableHttp2 ?? true,
  });
});

export const describeTargetGroupAttributes = action({ TargetGroupArn: z.string() }, ({ TargetGroupArn }, call) => {
  const found = outputsOf(groupType, TargetGroupArn, "TargetGroupNotFound", "Target group", call);
  return attributes({
    "deregistration_delay.timeout_seconds": found.deregistrationDelay ?? 300,
    "slow_start.duration_seconds": found.slowStart ?? 0,
  });
});

export const describeTags = action({ ResourceArns: z.array(z.string()).min(1).max(20) }, ({ ResourceArns }, call) => {
  const all = tagged.flatMap((type) => call.store.list(type, call.region).map(({ outputs }) => outputs));
  return {
    TagDescriptions: ResourceArns.map((arn) => {
      const found = all.find((outputs) => outputs.arn === arn);
      if (!found) throw new AwsError("LoadBalancerNotFound", `Resource '${arn}' not found`);
      const tags: Record<string, string> = found.tagsAll ?? {};
      return { ResourceArn: arn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    }),
  };
});
