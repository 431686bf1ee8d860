/**
 * Which call of AWS's API the provider makes of each type's properties, and under which names: terraform's names
 * camel-cased are Pulumi's, so that most differ from the API's by capital letters alone; `names` has the others.
 * Source of the names: terraform-provider-aws, internal/service/<service>, the file of each resource.
 */
export interface Calls {
  /** `service Operation`, as api-models.json has them. */
  calls: readonly string[];
  /** Pulumi's path → the API's; a path below it follows. */
  names?: Readonly<Record<string, string>>;
  /** The type that cloudformation.json has it under, where that is another. */
  cloudFormation?: string;
  /** Pulumi's path → CloudFormation's, where that is neither Pulumi's nor the API's. */
  cloudFormationNames?: Readonly<Record<string, string>>;
}

const action = (list: string, api: string) => ({
  [`${list}[].redirect`]: `${api}[].RedirectConfig`,
  [`${list}[].fixedResponse`]: `${api}[].FixedResponseConfig`,
});

const metric = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics";

export const calls: Readonly<Record<string, Calls>> = {
  "aws:ec2/vpc:Vpc": { calls: ["ec2 CreateVpc"] },
  "aws:ec2/subnet:Subnet": { calls: ["ec2 CreateSubnet"] },
  "aws:ec2/internetGateway:InternetGateway": { calls: ["ec2 CreateInternetGateway"] },
  "aws:ec2/eip:Eip": { calls: ["ec2 AllocateAddress"] },
  "aws:ec2/natGateway:NatGateway": { calls: ["ec2 CreateNatGateway"] },
  "aws:ec2/routeTable:RouteTable": { calls: ["ec2 CreateRouteTable"] },
  "aws:ec2/route:Route": { calls: ["ec2 CreateRoute"] },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { calls: ["ec2 AssociateRouteTable"] },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { calls: ["ec2 CreateVpcEndpoint"] },
  "aws:ec2/securityGroup:SecurityGroup": {
    calls: ["ec2 CreateSecurityGroup"],
    names: { name: "GroupName" },
    cloudFormationNames: { description: "GroupDescription" },
  },
  "aws:ec2/flowLog:FlowLog": { calls: [] },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { calls: ["ec2 AuthorizeSecurityGroupIngress"] },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { calls: ["ec2 AuthorizeSecurityGroupIngress"] },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    calls: ["ec2 AuthorizeSecurityGroupEgress"],
    names: { securityGroupId: "GroupId" },
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    calls: ["elbv2 CreateLoadBalancer", "elbv2 ModifyLoadBalancerAttributes"],
    names: {
      loadBalancerType: "Type",
      "accessLogs.bucket": "Attributes[].Value",
      "accessLogs.prefix": "Attributes[].Value",
    },
  },
  "aws:lb/targetGroup:TargetGroup": {
    calls: ["elbv2 CreateTargetGroup"],
    names: {
      "healthCheck.path": "HealthCheckPath",
      "healthCheck.protocol": "HealthCheckProtocol",
      "healthCheck.interval": "HealthCheckIntervalSeconds",
      "healthCheck.timeout": "HealthCheckTimeoutSeconds",
      "healthCheck.healthyThreshold": "HealthyThresholdCount",
      "healthCheck.unhealthyThreshold": "UnhealthyThresholdCount",
    },
  },
  "aws:lb/listener:Listener": { calls: ["elbv2 CreateListener"], names: action("defaultActions", "DefaultActions") },
  "aws:lb/listenerRule:ListenerRule": { calls: ["elbv2 CreateRule"], names: action("actions", "Actions") },
  "aws:lb/listenerCertificate:ListenerCertificate": {
    calls: ["elbv2 AddListenerCertificates"],
    names: { certificateArn: "Certificates" },
  },
  "aws:acm/certificate:Certificate": {
    calls: ["acm RequestCertificate"],
    cloudFormationNames: {
      "options.certificateTransparencyLoggingPreference": "CertificateTransparencyLoggingPreference",
      "options.export": "CertificateExport",
    },
  },
  "aws:acm/certificateValidation:CertificateValidation": { calls: ["acm DescribeCertificate"] },
  "aws:route53/record:Record": {
    calls: ["route53 ChangeResourceRecordSets"],
    names: {
      zoneId: "HostedZoneId",
      name: "ChangeBatch.Changes[].ResourceRecordSet.Name",
      type: "ChangeBatch.Changes[].ResourceRecordSet.Type",
      ttl: "ChangeBatch.Changes[].ResourceRecordSet.TTL",
      records: "ChangeBatch.Changes[].ResourceRecordSet.ResourceRecords",
      "records[]": "ChangeBatch.Changes[].ResourceRecordSet.ResourceRecords[].Value",
      "aliases[].name": "ChangeBatch.Changes[].ResourceRecordSet.AliasTarget.DNSName",
      "aliases[].zoneId": "ChangeBatch.Changes[].ResourceRecordSet.AliasTarget.HostedZoneId",
      "aliases[].evaluateTargetHealth": "ChangeBatch.Changes[].ResourceRecordSet.AliasTarget.EvaluateTargetHealth",
    },
  },
  "aws:wafv2/webAcl:WebAcl": { calls: ["wafv2 CreateWebACL"] },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { calls: ["wafv2 AssociateWebACL"] },
  "aws:ecs/cluster:Cluster": { calls: ["ecs CreateCluster"], names: { name: "clusterName" } },
  "aws:ecs/taskDefinition:TaskDefinition": { calls: ["ecs RegisterTaskDefinition"] },
  "aws:ecs/service:Service": {
    calls: ["ecs CreateService"],
    names: {
      name: "serviceName",
      deploymentCircuitBreaker: "deploymentConfiguration.deploymentCircuitBreaker",
      networkConfiguration: "networkConfiguration.awsvpcConfiguration",
    },
  },
  "aws:ecr/repository:Repository": {
    calls: ["ecr CreateRepository"],
    names: { name: "repositoryName", "encryptionConfigurations[]": "encryptionConfiguration" },
  },
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": { calls: ["ecr PutReplicationConfiguration"] },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    calls: ["ecr PutLifecyclePolicy"],
    names: { repository: "repositoryName", policy: "lifecyclePolicyText" },
  },
  "aws:sqs/queue:Queue": { calls: ["sqs CreateQueue"], names: { name: "QueueName" } },
  "aws:sqs/queuePolicy:QueuePolicy": { calls: ["sqs SetQueueAttributes"], names: { policy: "Attributes" } },
  "aws:s3/bucket:Bucket": { calls: ["s3 CreateBucket"] },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { calls: ["s3 PutPublicAccessBlock"] },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    calls: ["s3 PutBucketOwnershipControls"],
    names: { "rule.objectOwnership": "OwnershipControls.Rules[].ObjectOwnership" },
    cloudFormation: "aws:s3/bucket:Bucket",
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    calls: ["s3 PutBucketEncryption"],
    names: { rules: "ServerSideEncryptionConfiguration.Rules" },
    cloudFormation: "aws:s3/bucket:Bucket",
    cloudFormationNames: {
      "rules[].applyServerSideEncryptionByDefault":
        "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault",
    },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    calls: ["s3 PutBucketLifecycleConfiguration"],
    names: { rules: "LifecycleConfiguration.Rules" },
    cloudFormation: "aws:s3/bucket:Bucket",
  },
  "aws:s3/bucketPolicy:BucketPolicy": { calls: ["s3 PutBucketPolicy"] },
  "aws:iam/role:Role": {
    calls: ["iam CreateRole"],
    names: { name: "RoleName", assumeRolePolicy: "AssumeRolePolicyDocument" },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    calls: ["iam PutRolePolicy"],
    names: { name: "PolicyName", role: "RoleName", policy: "PolicyDocument" },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    calls: ["cloudwatch PutMetricAlarm"],
    names: {
      name: "AlarmName",
      metricQueries: "Metrics",
      "metricQueries[].metric.stat": "Metrics[].MetricStat.Stat",
      "metricQueries[].metric.period": "Metrics[].MetricStat.Period",
      "metricQueries[].metric": "Metrics[].MetricStat.Metric",
    },
  },
  "aws:cloudwatch/dashboard:Dashboard": { calls: ["cloudwatch PutDashboard"] },
  "aws:cloudwatch/eventRule:EventRule": { calls: ["events PutRule"] },
  "aws:cloudwatch/eventTarget:EventTarget": {
    calls: ["events PutTargets"],
    names: {
      targetId: "Targets[].Id",
      arn: "Targets[].Arn",
      input: "Targets[].Input",
      inputPath: "Targets[].InputPath",
      deadLetterConfig: "Targets[].DeadLetterConfig",
      inputTransformer: "Targets[].InputTransformer",
      "inputTransformer.inputPaths": "Targets[].InputTransformer.InputPathsMap",
    },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    calls: ["logs CreateLogGroup"],
    names: { name: "logGroupName" },
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    calls: ["logs PutMetricFilter"],
    names: {
      name: "filterName",
      pattern: "filterPattern",
      metricTransformation: "metricTransformations[]",
      "metricTransformation.name": "metricTransformations[].metricName",
      "metricTransformation.namespace": "metricTransformations[].metricNamespace",
      "metricTransformation.value": "metricTransformations[].metricValue",
    },
  },
  "aws:sns/topic:Topic": { calls: ["sns CreateTopic"] },
  "aws:sns/topicPolicy:TopicPolicy": { calls: ["sns SetTopicAttributes"], names: { arn: "TopicArn" } },
  "aws:sns/topicSubscription:TopicSubscription": { calls: ["sns Subscribe"], names: { topic: "TopicArn" } },
  "aws:appautoscaling/target:Target": { calls: ["application-autoscaling RegisterScalableTarget"] },
  "aws:appautoscaling/policy:Policy": {
    calls: ["application-autoscaling PutScalingPolicy"],
    names: {
      name: "PolicyName",
      [`${metric}[].metricStat.metric.dimensions`]:
        "TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification.Metrics[].MetricStat.Metric.Dimensions",
    },
  },
  "aws:secretsmanager/secret:Secret": { calls: ["secretsmanager CreateSecret"] },
  "aws:secretsmanager/secretVersion:SecretVersion": { calls: ["secretsmanager PutSecretValue"] },
};

/** Error code of each service for a value that its model excludes, and for a parameter that is missing. */
export const codes: Readonly<Record<string, { code: string; missing?: string }>> = {
  // EC2 API reference, error codes.
  ec2: { code: "InvalidParameterValue", missing: "MissingParameter" },
  elbv2: { code: "ValidationError" },
  acm: { code: "ValidationException" },
  route53: { code: "InvalidInput" },
  ecs: { code: "InvalidParameterException" },
  // ECR: "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint", cloudposse/terraform-aws-ecr#158.
  ecr: { code: "InvalidParameterException" },
  sqs: { code: "InvalidAttributeValue", missing: "MissingParameter" },
  s3: { code: "InvalidArgument" },
  iam: { code: "ValidationError" },
  // cloudtools/troposphere#1276.
  cloudwatch: { code: "ValidationError" },
  // awslabs/aws-service-catalog-factory#53.
  events: { code: "ValidationException" },
  logs: { code: "InvalidParameterException" },
  sns: { code: "InvalidParameter" },
  "application-autoscaling": { code: "ValidationException" },
  // WAFV2 API reference, "Common Errors".
  wafv2: { code: "ValidationException" },
  // smithy-typescript#1546.
  secretsmanager: { code: "ValidationException" },
};
