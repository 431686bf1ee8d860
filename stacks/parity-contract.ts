/**
 * The parity contract: the one reviewed list of differences that production may have from staging. Names, region, domain
 * and account are compared as if they were equal; stores are compared by their kind. Whatever else differs, is missing or
 * is extra, and stands in no entry, fails by name.
 */

/**
 * `free`: may differ as it likes. `size`: both are numbers. `stagingOnly`: only staging has it.
 */
export type Rule = "free" | "size" | "stagingOnly";

export interface Entry {
  /** Pulumi type and logical name, as `aws:ecs/service:Service {stack}-*`; `*` stands for anything but a dot or bracket, `**` for anything. */
  readonly resource: string;
  /** Property path, inside JSON text too; list items that have a name go by it. `resource` is the resource itself. */
  readonly path: string;
  readonly rule: Rule;
  /** Why this may differ, for reviewers of the list and readers of a preview. */
  readonly reason: string;
}

const zone = "each stack has a domain and a hosted zone of its own";
const sizes = "staging is smaller: sizes change cost and speed, not what is proved";
const stores = "stores differ from stack to stack; what belongs to one is compared by store class";
const aliases = "a store may have further names; each gets what its first name has";
const authority = "each region has a certificate authority and keys of its own";
const renewal = "a certificate is renewed when its time comes, which is another day in each region";
const firewall = "a stack's firewall counts first, and blocks when what it counted has been looked at";
const image = "staging builds and keeps the image; production names the digest that staging built";

const proof = "staging alone stops a container to prove that a notification is sent; production stops none";

export const contract: readonly Entry[] = [
  { resource: "aws:route53/record:Record *", path: "zoneId", rule: "free", reason: zone },
  {
    resource: "aws:ec2/vpc:Vpc *",
    path: "cidrBlock",
    rule: "free",
    reason: "address ranges must not overlap where networks meet",
  },
  {
    resource: "aws:ec2/subnet:Subnet *",
    path: "cidrBlock",
    rule: "free",
    reason: "address ranges must not overlap where networks meet",
  },
  { resource: "aws:ecs/taskDefinition:TaskDefinition *", path: "cpu", rule: "size", reason: sizes },
  { resource: "aws:ecs/taskDefinition:TaskDefinition *", path: "memory", rule: "size", reason: sizes },
  { resource: "aws:ecs/service:Service *", path: "desiredCount", rule: "size", reason: sizes },
  { resource: "aws:appautoscaling/target:Target *", path: "minCapacity", rule: "size", reason: sizes },
  { resource: "aws:appautoscaling/target:Target *", path: "maxCapacity", rule: "size", reason: sizes },
  {
    resource: "aws:cloudwatch/metricAlarm:MetricAlarm *-below-desired",
    path: "metricQueries[*].expression",
    rule: "free",
    reason: "it names the fewest containers that may run",
  },
  {
    resource: "aws:cloudwatch/logGroup:LogGroup *",
    path: "retentionInDays",
    rule: "size",
    reason: "production's logs are kept longer",
  },
  {
    resource: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration *",
    path: "rules[*].expiration.days",
    rule: "size",
    reason: "production's logs are kept longer",
  },
  {
    resource: "aws:sns/topicSubscription:TopicSubscription *",
    path: "endpoint",
    rule: "free",
    reason: "staging's alarms wake no on-call engineer",
  },
  {
    resource: "aws:ecs/taskDefinition:TaskDefinition *",
    path: "containerDefinitions[*].environment[STORE*].**",
    rule: "free",
    reason: stores,
  },
  {
    resource: "aws:ecs/taskDefinition:TaskDefinition *",
    path: "containerDefinitions[*].secrets[ERP_AUTHORIZATION_*].**",
    rule: "free",
    reason: stores,
  },
  {
    resource: "aws:iam/rolePolicy:RolePolicy {stack}-erp-credentials",
    path: "resource",
    rule: "stagingOnly",
    reason: "staging proves ERPs that ask for credentials; not every region has one",
  },
  ...["rules[*].action.**", "rules[*].overrideAction.**"].map(
    (path): Entry => ({ resource: "aws:wafv2/webAcl:WebAcl *", path, rule: "free", reason: firewall }),
  ),
  {
    resource: "aws:wafv2/webAcl:WebAcl *",
    path: "rules[*].statement.rateBasedStatement.limit",
    rule: "size",
    reason: "a stack's limits go by how much its stores send",
  },
  { resource: "tls:index/*", path: "caCertPem", rule: "free", reason: authority },
  { resource: "tls:index/*", path: "certRequestPem", rule: "free", reason: authority },
  {
    resource: "aws:lb/listenerRule:ListenerRule {stack}-store-{store}",
    path: "priority",
    rule: "free",
    reason: "a rule's priority comes from its store's name",
  },
  ...[
    ["aws:acm/certificate:Certificate {stack}-store-{store}", "subjectAlternativeNames[*]"],
    ["aws:acm/certificateValidation:CertificateValidation {stack}-store-{store}", "validationRecordFqdns[*]"],
    ["aws:lb/listenerRule:ListenerRule {stack}-store-{store}", "conditions[*].hostHeader.values[*]"],
    ["aws:route53/record:Record {stack}-store-{store}-also-*", "resource"],
  ].map(([resource = "", path = ""]): Entry => ({ resource, path, rule: "free", reason: aliases })),
  ...["hostnames[*]", "addresses.**", "validationRecords[*].**"].map(
    (path): Entry => ({
      resource: "pulumi-nodejs:dynamic/order-queue:Verification *",
      path,
      rule: "free",
      reason: stores,
    }),
  ),
  {
    resource: "aws:ecs/taskDefinition:TaskDefinition *",
    path: "containerDefinitions[*].image",
    rule: "free",
    reason: image,
  },
  { resource: "order-queue:infra:Registry *", path: "resource", rule: "stagingOnly", reason: image },
  { resource: "aws:ecr/*", path: "resource", rule: "stagingOnly", reason: image },
  { resource: "docker:**", path: "resource", rule: "stagingOnly", reason: image },
  { resource: "pulumi:providers:docker docker", path: "resource", rule: "stagingOnly", reason: image },
  { resource: "order-queue:infra:AlarmProof *", path: "resource", rule: "stagingOnly", reason: proof },
  { resource: "aws:sqs/* {stack}-alarm-proof", path: "resource", rule: "stagingOnly", reason: proof },
  {
    resource: "aws:sns/topicSubscription:TopicSubscription {stack}-alarm-proof",
    path: "resource",
    rule: "stagingOnly",
    reason: proof,
  },
  {
    resource: "pulumi-nodejs:dynamic/order-queue:Verification *",
    path: "alarmProof.*",
    rule: "stagingOnly",
    reason: proof,
  },
  {
    resource: "pulumi-nodejs:dynamic/order-queue:Verification *",
    path: "asked",
    rule: "free",
    reason: "each update asks at a time of its own",
  },
];

/** Something that production may do without staging having done it in the same transition. */
export interface OperationEntry {
  readonly op: "create" | "replace" | "delete";
  /** As in an {@link Entry}. */
  readonly resource: string;
  readonly reason: string;
}

const issued = "a pending store is served when ACM has issued its certificate, whichever release runs";
const named =
  "a store's names are settings; the records of each come and go with it, and parity compares those that are";
const further =
  "a further load balancer comes with the stores that need it; each is as staging's, which parity compares";

export const operationContract: readonly OperationEntry[] = [
  {
    op: "replace",
    resource: "aws:ecs/taskDefinition:TaskDefinition *",
    reason: "a task definition is a revision: any change makes a new one, and the old one is kept",
  },
  ...[
    "aws:acm/certificateValidation:CertificateValidation {stack}-store-{store}",
    "aws:cloudwatch/metricAlarm:MetricAlarm {stack}-store-{store}-certificate-days",
    "aws:lb/listenerCertificate:ListenerCertificate {stack}-store-{store}",
    "aws:lb/listenerRule:ListenerRule {stack}-store-{store}",
  ].map((resource): OperationEntry => ({ op: "create", resource, reason: issued })),
  ...(["create", "delete"] as const).map(
    (op): OperationEntry => ({ op, resource: "aws:route53/record:Record {stack}-store-{store}-**", reason: named }),
  ),
  ...[
    "order-queue:infra:LoadBalancer {stack}",
    "aws:appautoscaling/policy:Policy {stack}-ingest",
    "aws:cloudwatch/metricAlarm:MetricAlarm {stack}-load-balancer-5xx",
    "aws:cloudwatch/metricAlarm:MetricAlarm {stack}-no-healthy-target",
    "aws:cloudwatch/metricAlarm:MetricAlarm {stack}-target-5xx",
    "aws:lb/listener:Listener {stack}-http*",
    "aws:lb/listenerRule:ListenerRule {stack}-platform",
    "aws:lb/loadBalancer:LoadBalancer {stack}-front",
    "aws:lb/targetGroup:TargetGroup {stack}-ingest",
    "aws:wafv2/webAclAssociation:WebAclAssociation {stack}",
  ].map((resource): OperationEntry => ({ op: "create", resource, reason: further })),
  { op: "replace", resource: "tls:index/selfSignedCert:SelfSignedCert {stack}-authority", reason: renewal },
  { op: "replace", resource: "tls:index/locallySignedCert:LocallySignedCert {stack}-ingest", reason: renewal },
  { op: "replace", resource: "aws:secretsmanager/secretVersion:SecretVersion {stack}-ingest-tls", reason: renewal },
  { op: "create", resource: "aws:iam/rolePolicy:RolePolicy {stack}-erp-credentials", reason: stores },
  { op: "delete", resource: "aws:iam/rolePolicy:RolePolicy {stack}-erp-credentials", reason: stores },
];
