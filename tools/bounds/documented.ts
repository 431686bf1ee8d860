/**
 * What AWS's models do not say: rules that only its pages have, each with its source; what of the models does not hold
 * for the calls that the provider makes, each with its reason; and what the provider checks before it calls AWS.
 */
import type { Bound } from "../../twin/services/bounds/bound.ts";

interface Rule {
  /** Pulumi tokens. */
  types: readonly string[];
  bounds: Readonly<Record<string, Bound>>;
  source: string;
}

const groups = ["aws:ec2/securityGroup:SecurityGroup"];
const groupRules = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const port = { min: -1, max: 65535 };
const described = { max: 255, patterns: ["[a-zA-Z0-9. _\\-:/()#,@\\[\\]+=&;{}!$*]*"] };
const metricAlarm = ["aws:cloudwatch/metricAlarm:MetricAlarm"];
const scalingPolicy = ["aws:appautoscaling/policy:Policy"];
const scalingMetrics = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics[]";
const namespace = { patterns: ["[A-Za-z0-9.\\-_/#: ]+"] };
const notControl = { patterns: ["[^\\u0000-\\u001F\\u007F]*"] };
const queryId = { patterns: ["[a-z][A-Za-z0-9_]*"] };
const queue = ["aws:sqs/queue:Queue"];

export const documented: readonly Rule[] = [
  {
    types: groups,
    bounds: { name: { min: 1, ...described }, description: { min: 1, ...described } },
    source:
      "EC2 API reference, CreateSecurityGroup: GroupName, GroupDescription; cfn-lint#173; terraform-provider-aws#43854",
  },
  {
    types: groups,
    bounds: {
      "ingress[].description": { ...described },
      "egress[].description": { ...described },
    },
    source: "cfn-lint#173; terraform-provider-aws internal/service/ec2/validate.go, validSecurityGroupRuleDescription",
  },
  {
    types: groups,
    bounds: {
      "ingress[].fromPort": port,
      "ingress[].toPort": port,
      "egress[].fromPort": port,
      "egress[].toPort": port,
    },
    source: "EC2 API reference, IpPermission: FromPort, ToPort; -1 is every ICMP type",
  },
  {
    types: groupRules,
    bounds: { description: described },
    source:
      "EC2 API reference, IpRange: Description; cfn-lint#173; the provider does not check it (vpc_security_group_ingress_rule.go)",
  },
  {
    types: groupRules,
    bounds: { fromPort: port, toPort: port },
    source: "terraform-provider-aws internal/service/ec2/vpc_security_group_ingress_rule.go",
  },
  {
    types: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
    bounds: { policy: { max: 20480 } },
    source: "Amazon VPC user guide, quotas: endpoint policy size",
  },
  {
    types: ["aws:acm/certificate:Certificate"],
    bounds: { domainName: { max: 64 } },
    source:
      "ACM API reference, RequestCertificate: the first domain name cannot exceed 64 octets (RFC 5280, common name); aws-cdk#21777",
  },
  {
    types: ["aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"],
    bounds: { name: { max: 32, patterns: ["(?!-)(?!internal-)[0-9A-Za-z-]+(?<!-)"] } },
    source:
      "ELB API reference, CreateLoadBalancer, CreateTargetGroup: Name; terraform-provider-aws internal/service/elbv2/validate.go",
  },
  {
    types: ["aws:lb/loadBalancer:LoadBalancer"],
    bounds: { idleTimeout: { min: 1, max: 4000 } },
    source: "ELB API reference, LoadBalancerAttribute: idle_timeout.timeout_seconds",
  },
  {
    types: ["aws:lb/targetGroup:TargetGroup"],
    bounds: { deregistrationDelay: { min: 0, max: 3600 } },
    source: "ELB API reference, TargetGroupAttribute: deregistration_delay.timeout_seconds",
  },
  {
    types: ["aws:lb/listenerRule:ListenerRule"],
    bounds: {
      "conditions[].hostHeader.values[]": { min: 1, max: 128, patterns: ["[A-Za-z0-9.*?-]*\\.[A-Za-z*?]+"] },
      "conditions[].pathPattern.values[]": { min: 1, max: 128, patterns: ["[A-Za-z0-9_\\-.$/~\"'@:+&*?]*"] },
    },
    source:
      "ELB API reference, HostHeaderConditionConfig (A-Z, a-z, 0-9, -, ., *, ?; a dot, and letters alone after the last), PathPatternConditionConfig; terraform-provider-aws#49147",
  },
  {
    types: ["aws:ecs/cluster:Cluster", "aws:ecs/service:Service"],
    bounds: { name: { patterns: ["[0-9A-Za-z_-]{1,255}"] } },
    source: "ECS API reference, CreateCluster: clusterName; CreateService: serviceName",
  },
  {
    types: ["aws:ecs/taskDefinition:TaskDefinition"],
    bounds: { family: { patterns: ["[0-9A-Za-z_-]{1,255}"] } },
    source:
      "ECS API reference, RegisterTaskDefinition: family; terraform-provider-aws internal/service/ecs/task_definition.go",
  },
  {
    types: ["aws:ecs/service:Service"],
    bounds: {
      "networkConfiguration.subnets": { min: 1, max: 16 },
      "networkConfiguration.securityGroups": { max: 5 },
      loadBalancers: { max: 5 },
      "loadBalancers[].containerPort": { min: 0, max: 65536 },
      healthCheckGracePeriodSeconds: { min: 0, max: 2147483647 },
    },
    source: "ECS API reference, AwsVpcConfiguration, Service; ECS endpoints and quotas",
  },
  {
    types: ["aws:ecs/service:Service"],
    bounds: {
      desiredCount: { min: 0 },
      deploymentMinimumHealthyPercent: { min: 0, max: 100 },
      deploymentMaximumPercent: { min: 100, max: 200 },
    },
    source: "ECS developer guide, service definition parameters: what a rolling update of Fargate tasks can have",
  },
  {
    types: queue,
    bounds: {
      delaySeconds: { min: 0, max: 900 },
      maxMessageSize: { min: 1024, max: 1048576 },
      messageRetentionSeconds: { min: 60, max: 1209600 },
      receiveWaitTimeSeconds: { min: 0, max: 20 },
      visibilityTimeoutSeconds: { min: 0, max: 43200 },
      policy: { max: 8192 },
    },
    source:
      "SQS API reference, CreateQueue: Attributes, of which the model has only the names; SQS developer guide, quotas",
  },
  {
    types: ["aws:sqs/queuePolicy:QueuePolicy"],
    bounds: { policy: { max: 8192 } },
    source: "SQS developer guide, quotas: policies",
  },
  {
    types: ["aws:s3/bucket:Bucket"],
    bounds: { bucket: { max: 63, patterns: ["[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"] } },
    source: "S3 user guide, bucket naming rules",
  },
  {
    types: ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"],
    bounds: { rules: { min: 1, max: 1000 }, "rules[].expiration.days": { min: 1 } },
    source: "S3 API reference, PutBucketLifecycleConfiguration: up to 1,000 rules; Days is a positive integer",
  },
  {
    types: ["aws:s3/bucketPolicy:BucketPolicy"],
    bounds: { policy: { max: 20480 } },
    source: "S3 user guide, bucket policies: 20 KB",
  },
  {
    types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
    bounds: { name: notControl },
    source: "CloudWatch API reference, PutMetricAlarm: AlarmName has no ASCII control characters",
  },
  {
    types: metricAlarm,
    bounds: {
      namespace,
      "metricQueries[].metric.namespace": namespace,
      "metricQueries[].id": queryId,
    },
    source: "CloudWatch user guide, concepts: namespaces; CloudWatch API reference, MetricDataQuery: Id",
  },
  {
    types: scalingPolicy,
    bounds: { [`${scalingMetrics}.id`]: queryId, [`${scalingMetrics}.metricStat.metric.namespace`]: namespace },
    source:
      "Application Auto Scaling API reference, TargetTrackingMetricDataQuery: Id; CloudWatch user guide, concepts",
  },
  {
    types: ["aws:cloudwatch/dashboard:Dashboard"],
    bounds: { dashboardName: { patterns: ["[0-9A-Za-z_-]{1,255}"] } },
    source: "CloudWatch API reference, PutDashboard: DashboardName",
  },
  {
    types: ["aws:cloudwatch/eventTarget:EventTarget"],
    bounds: { "inputTransformer.inputPaths{key}": { patterns: ["(?!AWS).*"] } },
    source:
      "EventBridge API reference, InputTransformer: keys cannot start with AWS; terraform-provider-aws internal/service/events/target.go",
  },
  {
    types: ["aws:sns/topic:Topic"],
    bounds: { name: { patterns: ["[0-9A-Za-z_-]{1,256}"] }, displayName: { max: 100 } },
    source: "SNS API reference, CreateTopic: Name; SNS developer guide: a display name has 100 characters",
  },
  {
    types: ["aws:appautoscaling/target:Target"],
    bounds: { minCapacity: { min: 0 }, maxCapacity: { min: 0 } },
    source: "Application Auto Scaling API reference, RegisterScalableTarget: MinCapacity",
  },
  {
    types: ["aws:secretsmanager/secret:Secret"],
    bounds: { name: { patterns: ["[0-9A-Za-z/_+=.@!-]{1,512}"] } },
    source: "Secrets Manager API reference, CreateSecret: Name; smithy-typescript#1546",
  },
];

/** Tags of every type, beside what its model says of them. */
export const tags: Pick<Rule, "bounds" | "source"> = {
  bounds: {
    tags: { max: 50 },
    "tags{key}": { min: 1, max: 128, patterns: ["(?![aA][wW][sS]:).*"] },
    "tags{}": { max: 256 },
  },
  source: "AWS tagging guide, tag naming limits: 50 tags, keys of 128 characters and not aws:, values of 256",
};

interface Exception {
  /** Absent: of every type. */
  type?: string;
  path: string;
  /** Which of the bounds do not hold. */
  drop?: readonly (keyof Bound)[];
  /** Values that hold beside those listed. */
  also?: readonly (string | number)[];
  reason: string;
}

/** What cannot be mapped as it stands. docs/aws-differences.md has the list too. */
export const exceptions: readonly Exception[] = [
  { path: "tags", drop: ["min"], reason: "the provider sends no list of tags when there are none" },
  {
    type: "aws:ecs/service:Service",
    path: "networkConfiguration.assignPublicIp",
    drop: ["enum"],
    reason: "true or false in the provider, which sends ENABLED or DISABLED",
  },
  {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    path: "metricQueries[].metric",
    drop: ["required"],
    reason: "stands for MetricStat, which an expression has not; the provider makes the Metric in it",
  },
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    path: "retentionInDays",
    also: [0],
    reason: "0 is the provider's word for logs that never expire: it then calls no PutRetentionPolicy",
  },
];

/** Bounds of the models that have no row, each with the reason. docs/aws-differences.md has the list too. */
export const unmapped: readonly { bounds: string; reason: string }[] = [
  {
    bounds: "of properties and types that the twin does not model",
    reason: "it refuses the property or type itself, by name",
  },
  {
    bounds:
      "of parameters that the provider fills in: tag specifications of EC2, keys of attributes, the change of a record",
    reason: "no property holds the value",
  },
  {
    bounds: "enumerations of which the twin models only some values",
    reason: "its own schema refuses all others, those of AWS too, as not modelled",
  },
  {
    bounds: "of calls that change, read or use a resource",
    reason: "a change is judged by the bounds of the create; what the SDK calls is judged in twin/services/*/api.ts",
  },
  {
    bounds: "of aws:iam/policyAttachment:PolicyAttachment",
    reason: "the twin plans it and does not create it",
  },
  {
    bounds: "a required element of a list or map",
    reason: "an element that is not there is none",
  },
];
