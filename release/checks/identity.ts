import { dnsName } from "../plan/dns-name.ts";
import type { Properties, Resource } from "../plan/graph.ts";
import { isUnknown } from "../plan/normalised-names.ts";

/**
 * The inputs by which AWS identifies an object, whatever its logical name. A create of an object that exists changes
 * nothing, and the delete that follows deletes the only one. Source: the ids that terraform-provider-aws gives each
 * (internal/service/elbv2/listener_certificate.go, route53/record.go, ec2/vpc_route.go, iam/role_policy_attachment.go …).
 */
const identities: Record<string, readonly string[]> = {
  "aws:lb/listenerCertificate:ListenerCertificate": ["listenerArn", "certificateArn"],
  "aws:lb/listener:Listener": ["loadBalancerArn", "port"],
  "aws:lb/listenerRule:ListenerRule": ["listenerArn", "priority"],
  "aws:route53/record:Record": ["zoneId", "name", "type", "setIdentifier"],
  "aws:ec2/flowLog:FlowLog": ["vpcId", "trafficType", "logDestination"],
  "aws:ec2/route:Route": ["routeTableId", "destinationCidrBlock", "destinationPrefixListId"],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ["subnetId"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["role", "policyArn"],
  "aws:iam/rolePolicy:RolePolicy": ["role", "name"],
  "aws:sns/topicPolicy:TopicPolicy": ["arn"],
  "aws:sns/topicSubscription:TopicSubscription": ["topic", "protocol", "endpoint"],
  "aws:cloudwatch/eventTarget:EventTarget": ["rule", "targetId"],
  "aws:appautoscaling/target:Target": ["resourceId", "scalableDimension"],
  "aws:appautoscaling/policy:Policy": ["resourceId", "scalableDimension", "name"],
  // A Put by name: what is created under another logical name overwrites it.
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["name"],
  "aws:cloudwatch/eventRule:EventRule": ["name"],
  "aws:cloudwatch/dashboard:Dashboard": ["dashboardName"],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": ["logGroupName", "name"],
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": ["logGroup", "name"],
  // Settings of another resource: each has one.
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["region", "repository"],
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": ["region"],
  "aws:sqs/queuePolicy:QueuePolicy": ["queueUrl"],
  ...Object.fromEntries(
    [
      "Policy",
      "PublicAccessBlock",
      "OwnershipControls",
      "ServerSideEncryptionConfiguration",
      "LifecycleConfiguration",
    ].map((of) => [`aws:s3/bucket${of}:Bucket${of}`, ["bucket"]]),
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleOf("cidrIpv4"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleOf("cidrIpv4"),
};

function ruleOf(source: string): readonly string[] {
  return ["securityGroupId", "ipProtocol", "fromPort", "toPort", source, "referencedSecurityGroupId", "prefixListId"];
}

/** Undefined where a value is unknown before the update, or where AWS itself chooses the type's identity. */
export function identityOf({ type, inputs }: Pick<Resource, "type" | "inputs">): string | undefined {
  const names = identities[type];
  if (!names) return undefined;
  const values = names.map((name) => plain(inputs as Properties, name));
  return values.some(isUnknown) ? undefined : JSON.stringify([type, values]);
}

function plain(inputs: Properties, name: string): unknown {
  const value = inputs[name];
  // DNS names are equal with or without the last dot, in any case.
  return name === "name" && typeof value === "string" ? dnsName(value) : (value ?? null);
}
