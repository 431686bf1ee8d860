import * as scaling from "aws-cdk-lib/aws-applicationautoscaling";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import type { ApplicationTargetGroup } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import * as cdk from "aws-cdk-lib/core";
import type { ServiceSize } from "./settings";

/** As in infra/scaling.ts. */
const requestsPerTarget = 1_000;
const ordersPerContainer = 500;
const scaleOutCooldown = cdk.Duration.seconds(60);
const scaleInCooldown = cdk.Duration.seconds(300);

export function scaleOnRequests(
  service: ecs.FargateService,
  { count, max }: ServiceSize,
  targetGroup: ApplicationTargetGroup,
): void {
  service
    .autoScaleTaskCount({ minCapacity: count, maxCapacity: max })
    .scaleOnRequestCount("Requests", { requestsPerTarget, targetGroup, scaleOutCooldown, scaleInCooldown });
}

/** Target tracking of a metric that is computed from others has no L2 construct. */
export function scaleOnBacklog(service: ecs.FargateService, { count, max }: ServiceSize, queue: sqs.Queue): void {
  const target = service
    .autoScaleTaskCount({ minCapacity: count, maxCapacity: max })
    .node.findChild("Target") as scaling.ScalableTarget;
  const waiting = {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: [{ name: "QueueName", value: queue.queueName }],
  };
  const running = {
    namespace: "ECS/ContainerInsights",
    metricName: "RunningTaskCount",
    dimensions: [
      { name: "ClusterName", value: service.cluster.clusterName },
      { name: "ServiceName", value: service.serviceName },
    ],
  };
  new scaling.CfnScalingPolicy(target, "Backlog", {
    policyName: `${cdk.Names.uniqueId(target)}Backlog`,
    policyType: "TargetTrackingScaling",
    scalingTargetId: target.scalableTargetId,
    targetTrackingScalingPolicyConfiguration: {
      customizedMetricSpecification: {
        metrics: [
          { id: "waiting", metricStat: { metric: waiting, stat: "Average" }, returnData: false },
          { id: "running", metricStat: { metric: running, stat: "Average" }, returnData: false },
          { id: "backlog", label: "Orders waiting per container", expression: "waiting / running", returnData: true },
        ],
      },
      targetValue: ordersPerContainer,
      scaleOutCooldown: scaleOutCooldown.toSeconds(),
      scaleInCooldown: scaleInCooldown.toSeconds(),
    },
  });
}
