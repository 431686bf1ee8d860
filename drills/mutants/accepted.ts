/** The mutants that no check has to stop: the reviewed list. An entry that no mutant needs fails a whole run. Pure. */
import { matches, matchesResource } from "../../release/plan/glob.ts";
import type { Mutant, Scope } from "./mutant.ts";

export interface Accepted {
  /** Key of the resource, `aws:sqs/queue:Queue {stack}-receipts`; `*` stands for anything but a dot or bracket, `**` for anything. */
  readonly resource: string;
  /** Path of the value, `option NAME` or `resource`; with the same signs. */
  readonly path: string;
  /** Every operator where it is left out. */
  readonly operator?: string;
  /** Every scope where it is left out. */
  readonly scope?: Scope;
  /** Why it is harmless, or whose decision it is. */
  readonly reason: string;
}

const text = "words for people: no machine reads them, and a review sees them";
const kept = "nothing changes until it is deleted: then it stays at AWS, and the drift of the next night names it";
const guarded = "one more guard against deletion: the engine refuses to delete it until the option is gone";
const second = "a second object that nothing uses: it costs, and the review of the plan sees the create";
const successor = "Pulumi creates the successor, leads everything to it, and then deletes it; nothing is kept in it";
const howSoon = "how soon an alarm fires is a judgement of who is on call: the rules ask that it can fire and can end";
const sizes = "sizes change cost and speed: the parity contract lets each stack have its own";
const page =
  "what a page shows beside every alarm is the choice of who reads it; the rules ask that what it shows exists";
const bounded = "how long a check or a stop may take is a choice within the bounds that the rules set";
const unverified =
  "ELB does not verify the containers' certificates (ELB user guide, target groups, HTTPS): it encrypts, and no name is compared";

const withoutState = [
  ...[
    "acm/certificateValidation:CertificateValidation",
    "appautoscaling/policy:Policy",
    "cloudwatch/eventRule:EventRule",
  ],
  ...["cloudwatch/eventTarget:EventTarget", "cloudwatch/logMetricFilter:LogMetricFilter"],
  ...["cloudwatch/metricAlarm:MetricAlarm", "ec2/internetGateway:InternetGateway", "ec2/routeTable:RouteTable"],
  ...[
    "ec2/natGateway:NatGateway",
    "ec2/securityGroup:SecurityGroup",
    "ec2/subnet:Subnet",
    "ec2/vpcEndpoint:VpcEndpoint",
  ],
  ...["ecs/service:Service", "iam/role:Role", "iam/rolePolicy:RolePolicy"],
  ...["secretsmanager/secretVersion:SecretVersion", "wafv2/webAcl:WebAcl"],
].map((type) => `aws:${type}`);

export const accepted: readonly Accepted[] = [
  { resource: "** **", path: "description", reason: text },
  { resource: "** **", path: "policy.Statement[*].Sid", reason: text },
  {
    resource: "aws:cloudwatch/metricAlarm:MetricAlarm *",
    path: "alarmDescription",
    operator: "= another text",
    reason: text,
  },
  { resource: "aws:cloudwatch/metricAlarm:MetricAlarm *", path: "metricQueries[*].label", reason: text },
  { resource: "aws:cloudwatch/dashboard:Dashboard *", path: "dashboardBody.widgets[*].properties.title", reason: text },
  {
    resource: "aws:cloudwatch/dashboard:Dashboard *",
    path: "dashboardBody.widgets[*].properties.annotations**",
    reason: text,
  },
  { resource: "aws:cloudwatch/dashboard:Dashboard *", path: "dashboardBody.widgets[*].*", reason: text },
  { resource: "aws:lb/listener:Listener *", path: "defaultActions[*].fixedResponse.*", reason: text },
  { resource: "** **", path: "option retainOnDelete", reason: kept },
  { resource: "** **", path: "option protect", reason: guarded },
  { resource: "aws:** **", path: "resource", operator: "duplicate", reason: second },
  { resource: "tls:** **", path: "resource", operator: "duplicate", reason: second },
  ...withoutState.map((type) => ({ resource: `${type} **`, path: "resource", operator: "rename", reason: successor })),
  ...[
    "acm/certificateValidation:*",
    "ec2/vpcEndpoint:*",
    "ecs/service:*",
    "iam/role:*",
    "secretsmanager/secretVersion:*",
    "wafv2/webAcl:*",
  ].map((type) => ({
    resource: `aws:${type} **`,
    path: "resource",
    operator: "give it to the stack",
    reason: successor,
  })),
  ...["rename", "give it to the stack"].map((operator) => ({
    ...{ resource: "tls:** **", path: "resource", operator },
    reason: "a new key and certificate: the task definition names their version, and ECS rolls the containers",
  })),
  ...["threshold", "evaluationPeriods", "datapointsToAlarm", "period", "metricQueries[*].metric.period"].map(
    (path) => ({
      ...{ resource: "aws:cloudwatch/metricAlarm:MetricAlarm *", path },
      reason: howSoon,
    }),
  ),
  {
    resource: "aws:cloudwatch/logGroup:LogGroup *",
    path: "retentionInDays",
    reason: "how long logs are kept is a setting: settings and price decide",
  },
  { resource: "tls:index/** **", path: "**", reason: unverified },
  {
    resource: "aws:lb/listenerRule:ListenerRule **",
    path: "priority",
    reason: "no host is in two rules: their order decides nothing",
  },
  { resource: "aws:ecs/service:Service *", path: "desiredCount", reason: sizes },
  { resource: "aws:appautoscaling/target:Target *", path: "*Capacity", reason: sizes },
  { resource: "aws:appautoscaling/policy:Policy *", path: "targetTrackingScalingPolicyConfiguration.*", reason: sizes },
  { resource: "aws:ecs/taskDefinition:TaskDefinition *", path: "memory", reason: sizes },
  { resource: "aws:ecs/taskDefinition:TaskDefinition *", path: "cpu", reason: sizes },
  {
    ...{ resource: "aws:ecs/service:Service *", path: "healthCheckGracePeriodSeconds" },
    reason: "how long a start may take: the rules ask that there is such a time",
  },
  {
    ...{ resource: "aws:ecs/service:Service *", path: "option createTimeout" },
    reason: "the provider's own limit for a steady state is 20 minutes too (terraform-provider-aws, ecs/service.go)",
  },
  {
    ...{ resource: "aws:ecs/service:Service *", path: "networkConfiguration.assignPublicIp", operator: "remove" },
    reason: "false is what ECS takes where it is left out (ECS API reference, AwsVpcConfiguration)",
  },
  {
    ...{ resource: "aws:lb/targetGroup:TargetGroup *", path: "port" },
    reason: "ECS registers each target with the container's own port",
  },
  ...["portMappings**"].map((path) => ({
    ...{ resource: "aws:ecs/taskDefinition:TaskDefinition *", path: `containerDefinitions[*].${path}` },
    reason:
      "in awsvpc mode a mapping only names a port: the rules ask it of the container that a load balancer needs; tcp is the default",
  })),
  {
    ...{ resource: "aws:ecs/taskDefinition:TaskDefinition *", path: "runtimePlatform**" },
    reason:
      "Fargate takes Linux on X86_64 where it is left out (ECS API reference, RuntimePlatform); the rules compare it with the image",
  },
  {
    resource: "pulumi:providers:aws aws",
    path: "skip*",
    reason: "the provider checks once more what the policy rules ask of it",
  },
  {
    ...{ resource: "aws:ec2/securityGroup:SecurityGroup *", path: "revokeRulesOnDelete" },
    reason: "rules are resources of their own, and are deleted before their group in any case",
  },
  { resource: "aws:secretsmanager/secret:Secret *", path: "recoveryWindowInDays", reason: kept },
  {
    resource: "aws:route53/record:Record **",
    path: "ttl",
    reason: "how long resolvers keep a record that never changes",
  },
  {
    resource: "pulumi:providers:tls tls",
    path: "option **",
    reason: "it makes keys on the machine that runs the update, and has no resources of its own",
  },
  {
    resource: "aws:cloudwatch/metricAlarm:MetricAlarm *",
    path: "metricQueries",
    operator: "reverse",
    reason: "queries refer to one another by id",
  },
  {
    ...{ resource: "aws:s3/bucketLifecycleConfiguration:*", path: "rules", operator: "reverse" },
    reason: "S3 applies all rules; their order says nothing (S3 user guide, Examples of S3 Lifecycle configurations)",
  },
  ...["remove", "reverse", "repeat*", "half", "double", "zero"].map((operator) => ({
    ...{ resource: "aws:cloudwatch/dashboard:Dashboard *", path: "dashboardBody.widgets**", operator },
    reason:
      "what a page shows beside every alarm is the choice of who reads it; the rules ask that what it shows exists",
  })),
  {
    ...{
      resource: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule *",
      path: "*ecurityGroupId",
      operator: "swap",
    },
    reason:
      "the rules ask that each service reaches all that it calls: a group that may go anywhere on 443 loses nothing",
  },
  ...["stat", "metrics[*][*]"].map((path) => ({
    ...{ resource: "aws:cloudwatch/dashboard:Dashboard *", path: `dashboardBody.widgets[*].properties.${path}` },
    reason: page,
  })),
  {
    resource: "aws:cloudwatch/logGroup:LogGroup *",
    path: "resource",
    reason: "the log of until now is deleted with its group: its reviewer decides, and the plan shows the delete",
  },
  { resource: "aws:lb/targetGroup:TargetGroup *", path: "healthCheck.*", reason: bounded },
  { resource: "aws:lb/targetGroup:TargetGroup *", path: "deregistrationDelay", reason: bounded },
  { resource: "aws:lb/loadBalancer:LoadBalancer *", path: "idleTimeout", reason: bounded },
  ...["healthCheck.*", "stopTimeout", "environment[*_SECONDS]**", "environment[*_MS]**"].map((path) => ({
    ...{ resource: "aws:ecs/taskDefinition:TaskDefinition *", path: `containerDefinitions[*].${path}` },
    reason: bounded,
  })),
  {
    ...{
      resource: "aws:cloudwatch/eventRule:EventRule *-deployment-rolled-back",
      path: "eventPattern.detail.eventName",
    },
    reason: "the reason alone says that it is a roll-back, and no other event has it",
  },
  { resource: "aws:sqs/queue:Queue *", path: "visibilityTimeoutSeconds", reason: bounded },
  { resource: "aws:sqs/queue:Queue *", path: "redrivePolicy.maxReceiveCount", reason: bounded },
  {
    resource: "aws:sqs/queue:Queue *",
    path: "messageRetentionSeconds",
    reason: "receipts and unsent events are no orders: the alarm on them fires within a minute",
  },
  {
    ...{
      resource: "aws:ecs/taskDefinition:TaskDefinition *",
      path: "containerDefinitions[*].essential",
      operator: "remove",
    },
    reason: "true is what ECS takes where it is left out (ECS API reference, ContainerDefinition)",
  },
  {
    ...{
      resource: "aws:ecs/taskDefinition:TaskDefinition *",
      path: "containerDefinitions[*].environment[STORE_ERPS]**",
    },
    reason: "where a store's ERP is, its team says: the rules ask for an https URL for each store",
  },
  {
    ...{
      resource: "aws:ecs/taskDefinition:TaskDefinition *",
      path: "containerDefinitions[*].environment[STORES_IN_SEQUENCE]**",
    },
    reason: "whether a store's orders keep their sequence is a setting of the store",
  },
  {
    resource: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration *",
    path: "rules[*].**",
    reason: "how long logs are kept is a setting: settings and price decide",
  },
  {
    ...{ resource: "aws:s3/bucketPolicy:BucketPolicy *", path: "option dependsOn" },
    reason:
      "S3 answers OperationAborted to two settings at once, and the provider tries again (terraform-provider-aws, s3/bucket_policy.go)",
  },
  {
    resource: "aws:ecr/lifecyclePolicy:LifecyclePolicy *",
    path: "policy.**",
    reason: "how many old images are kept is a price: the rules ask that those that run are",
  },
  {
    resource: "aws:ecr/repository:Repository *",
    path: "imageScanningConfiguration**",
    reason: "no check reads what a scan finds: the account's owner decides",
  },
  {
    ...{ resource: "docker:index/image:Image *", path: "**" },
    reason:
      "staging builds the image and pushes it, or its update fails; production takes the digest that staging verified",
  },
  {
    resource: "pulumi:providers:aws aws",
    path: "defaultTags**",
    reason: "tags are for the bill: the rules ask for project and stack",
  },
  {
    resource: "pulumi:providers:aws aws",
    path: "option **",
    reason: "the provider is no object of AWS: its own options change nothing there",
  },
  {
    ...{
      resource: "aws:appautoscaling/policy:Policy *",
      path: "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics[*].label",
    },
    reason: text,
  },
  {
    resource: "pulumi:providers:docker docker",
    path: "option **",
    reason: "the provider is no object of AWS: its own options change nothing there",
  },
  {
    resource: "aws:sns/topicSubscription:TopicSubscription *",
    path: "endpoint",
    reason: "who is notified is a setting: the rules ask for an email address",
  },
  {
    ...{ resource: "aws:secretsmanager/secretVersion:SecretVersion *", path: "secretString" },
    reason:
      "the graph has no secrets, so no check reads this text: ingest starts with no pair but its own (service/secrets.ts)",
  },
  {
    ...{
      resource: "aws:ecr/replicationConfiguration:ReplicationConfiguration *",
      path: "replicationConfiguration.rules[*].repositoryFilters",
    },
    reason: "without a filter every repository is replicated, this one too",
  },
  {
    resource: "aws:ecr/repository:Repository *",
    path: "forceDelete",
    reason: "the repository is protected: the engine does not delete it",
  },
  { resource: "aws:cloudwatch/dashboard:Dashboard *", path: "dashboardName", reason: text },
  ...["rules[*].name", "rules[*].visibilityConfig.metricName"].map((path) => ({
    ...{ resource: "aws:wafv2/webAcl:WebAcl *", path },
    reason: text,
  })),
  {
    ...{ resource: "aws:wafv2/webAcl:WebAcl *", path: "rules[*].priority" },
    reason: "the order says which of two rules refuses first: every one of them refuses",
  },
  { resource: "aws:wafv2/webAcl:WebAcl *", path: "rules[*].statement.rateBasedStatement.limit", reason: sizes },
  {
    ...{ resource: "aws:wafv2/webAcl:WebAcl *", path: "**.ruleActionOverrides", operator: "reverse" },
    reason: "overrides name their rules: their order decides nothing",
  },
  ...["rename", "give it to the stack"].map((operator) => ({
    ...{ resource: "aws:wafv2/webAclAssociation:WebAclAssociation *", path: "resource", operator },
    reason:
      "the delete of the old name ends the association: the drift of the next night names it, and an update brings it back",
  })),
  ...["rename", "give it to the stack"].map((operator) => ({
    ...{ resource: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup *", path: "resource", operator },
    reason:
      "the provider deletes nothing: both names are the VPC's one group, and it stays without rules (ec2/vpc_default_security_group.go)",
  })),
  {
    ...{
      resource: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule *-endpoints",
      path: "resource",
      operator: "drop",
    },
    reason:
      "the rules ask that each service reaches all that it calls: a group that may go anywhere on 443 loses nothing",
  },
];

/** The first entry that accepts a mutant. */
export function acceptedBy(list: readonly Accepted[], { key, path, operator, scope }: Mutant): Accepted | undefined {
  const [type = "", name = ""] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" ") + 1)];
  return list.find(
    (entry) =>
      (entry.scope === undefined || entry.scope === scope) &&
      matchesResource(entry.resource, { type, name }) &&
      matches(entry.path, path) &&
      (entry.operator === undefined || matches(entry.operator, operator)),
  );
}
