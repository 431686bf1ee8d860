import { identityOf } from "../../../../release/checks/identity.ts";
import { record, resource, UNKNOWN } from "./plans.ts";

const rule = [
  ...["securityGroupId", "ipProtocol", "fromPort", "toPort", "cidrIpv4"],
  ...["referencedSecurityGroupId", "prefixListId"],
];

test.each([
  ["aws:lb/listenerCertificate:ListenerCertificate", ["listenerArn", "certificateArn"]],
  ["aws:lb/listener:Listener", ["loadBalancerArn", "port"]],
  ["aws:lb/listenerRule:ListenerRule", ["listenerArn", "priority"]],
  ["aws:route53/record:Record", ["zoneId", "name", "type", "setIdentifier"]],
  ["aws:ec2/route:Route", ["routeTableId", "destinationCidrBlock", "destinationPrefixListId"]],
  ["aws:ec2/routeTableAssociation:RouteTableAssociation", ["subnetId"]],
  ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", ["role", "policyArn"]],
  ["aws:iam/rolePolicy:RolePolicy", ["role", "name"]],
  ["aws:sns/topicPolicy:TopicPolicy", ["arn"]],
  ["aws:sns/topicSubscription:TopicSubscription", ["topic", "protocol", "endpoint"]],
  ["aws:ec2/flowLog:FlowLog", ["vpcId", "trafficType", "logDestination"]],
  ["aws:cloudwatch/eventTarget:EventTarget", ["rule", "targetId"]],
  ["aws:appautoscaling/target:Target", ["resourceId", "scalableDimension"]],
  ["aws:appautoscaling/policy:Policy", ["resourceId", "scalableDimension", "name"]],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", ["name"]],
  ["aws:cloudwatch/eventRule:EventRule", ["name"]],
  ["aws:cloudwatch/dashboard:Dashboard", ["dashboardName"]],
  ["aws:cloudwatch/logMetricFilter:LogMetricFilter", ["logGroupName", "name"]],
  ["aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", ["logGroup", "name"]],
  ["aws:ecr/lifecyclePolicy:LifecyclePolicy", ["region", "repository"]],
  ["aws:ecr/replicationConfiguration:ReplicationConfiguration", ["region"]],
  ["aws:sqs/queuePolicy:QueuePolicy", ["queueUrl"]],
  ["aws:s3/bucketPolicy:BucketPolicy", ["bucket"]],
  ["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", ["bucket"]],
  ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule],
  ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", rule],
])("AWS identifies %s by %j and its type, whatever else it has", (type, names) => {
  const values = names.map((name) => `value of ${name}`);
  const inputs = Object.fromEntries(names.map((name, index) => [name, values[index]]));
  expect(identityOf(resource(type, "one", { ...inputs, tags: "other" }))).toBe(JSON.stringify([type, values]));
});

test("a type whose identity AWS chooses has none, nor has a value that is unknown before the update", () => {
  expect(identityOf(resource("aws:sqs/queue:Queue", "orders", { name: "orders" }))).toBeUndefined();
  expect(identityOf(record("shop", UNKNOWN))).toBeUndefined();
  expect(identityOf(record("shop", "shop.example", { zoneId: UNKNOWN }))).toBeUndefined();
});

test.each([
  ["Shop.example.", "shop.example"],
  ["shop.example", "shop.example"],
  ["a.b.example", "a.b.example"],
  [7, 7],
])("a name %j is identified as %j: case and the last dot do not count", (name, identified) => {
  const identity = identityOf(record("shop", "", { name, type: "TXT", zoneId: "Z.1." }));
  expect(identity).toBe(JSON.stringify(["aws:route53/record:Record", ["Z.1.", identified, "TXT", null]]));
});
