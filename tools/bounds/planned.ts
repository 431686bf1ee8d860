/**
 * Where the provider checks a property as AWS does, before it calls AWS: `all` of its bounds, or the `length` alone. Values
 * of an enum are checked there always (internal/enum). Source: terraform-provider-aws, the file of each resource.
 */
type Checked = Readonly<Record<string, "all" | "length">>;

const all = (...paths: string[]): Checked => Object.fromEntries(paths.map((path) => [path, "all"]));
const length = (...paths: string[]): Checked => Object.fromEntries(paths.map((path) => [path, "length"]));

/** internal/service/elbv2/listener_rule.go, listener.go. */
const actions = (list: string) =>
  all(
    `${list}[].order`,
    ...["host", "path", "protocol", "query"].map((property) => `${list}[].redirect.${property}`),
    ...["contentType", "messageBody", "statusCode"].map((property) => `${list}[].fixedResponse.${property}`),
  );

export const planned: Readonly<Record<string, Checked>> = {
  "aws:ec2/securityGroup:SecurityGroup": {
    ...length("name", "description"),
    ...all("ingress[].description", "egress[].description"),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": all("fromPort", "toPort"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": all("fromPort", "toPort"),
  "aws:lb/loadBalancer:LoadBalancer": all("name"),
  "aws:lb/targetGroup:TargetGroup": all(
    ...["name", "port", "deregistrationDelay", "healthCheck.path", "healthCheck.interval", "healthCheck.timeout"],
    ...["healthCheck.healthyThreshold", "healthCheck.unhealthyThreshold"],
  ),
  "aws:lb/listener:Listener": { ...all("port"), ...actions("defaultActions") },
  "aws:lb/listenerRule:ListenerRule": {
    ...all("priority"),
    ...actions("actions"),
    ...length("conditions[].hostHeader.values[]", "conditions[].pathPattern.values[]"),
  },
  "aws:wafv2/webAcl:WebAcl": { ...all("name"), ...length("description", "rules[].name") },
  "aws:acm/certificate:Certificate": length("subjectAlternativeNames[]"),
  "aws:route53/record:Record": length("zoneId", "aliases[].zoneId"),
  "aws:ecs/cluster:Cluster": all("name"),
  "aws:ecs/taskDefinition:TaskDefinition": all("family"),
  "aws:ecs/service:Service": all("loadBalancers[].containerPort", "healthCheckGracePeriodSeconds"),
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": all(
    "replicationConfiguration.rules",
    "replicationConfiguration.rules[].destinations[].region",
    "replicationConfiguration.rules[].destinations[].registryId",
    "replicationConfiguration.rules[].repositoryFilters",
  ),
  "aws:sqs/queue:Queue": all("delaySeconds", "maxMessageSize", "messageRetentionSeconds", "visibilityTimeoutSeconds"),
  "aws:s3/bucket:Bucket": length("bucket"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": length("rules", "rules[].id"),
  "aws:iam/role:Role": { ...all("name", "maxSessionDuration"), ...length("path", "description") },
  "aws:iam/rolePolicy:RolePolicy": all("name"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": length(
    ...["name", "alarmDescription", "metricName", "namespace", "evaluationPeriods", "datapointsToAlarm"],
    ...["okActions", "insufficientDataActions", "metricQueries[].id"],
    ...["metricQueries[].metric.metricName", "metricQueries[].metric.namespace"],
  ),
  "aws:cloudwatch/dashboard:Dashboard": all("dashboardName"),
  "aws:cloudwatch/eventRule:EventRule": all("name", "description", "eventPattern"),
  "aws:cloudwatch/eventTarget:EventTarget": all(
    ...["targetId", "rule", "eventBusName", "input", "inputPath"],
    ...["inputTransformer.inputPaths", "inputTransformer.inputTemplate"],
  ),
  "aws:cloudwatch/logGroup:LogGroup": all("name"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    ...all("name", "logGroupName", "metricTransformation.name", "metricTransformation.namespace"),
    ...length("pattern", "metricTransformation.value"),
  },
  "aws:sns/topic:Topic": all("name"),
  "aws:appautoscaling/policy:Policy": length(
    "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel",
  ),
  "aws:secretsmanager/secret:Secret": all("name"),
};
