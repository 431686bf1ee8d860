/** The calls of what holds state and watches it: queues, logs, alarms, topics, events, buckets, secrets. */
import { type Calls, calls, type Operation, type TypeCalls } from "./calls.ts";

const tags = "TagResource UntagResource";
const queue = "arn:aws:sqs:{region}:{account}:{name}";
const topic = "arn:aws:sns:{region}:{account}:{name}";

/** A setting of a bucket, which the provider reads and puts by one call each. */
const setting = (name: string, file: string, gone = `Put${name}`): TypeCalls =>
  bucket(file, { read: `Get${name}`, create: `Put${name}`, update: `Put${name}`, delete: gone });

function bucket(file: string, names: Readonly<Partial<Record<Operation, string>>>): TypeCalls {
  return calls("s3", "arn:aws:s3:::{bucket}", `s3/${file}`, names);
}

export const accessLogs: Calls = {
  "aws:s3/bucket:Bucket": bucket("bucket.go; AWS::S3::Bucket", {
    // The provider reads every setting that a bucket once had inside itself.
    read:
      "ListBucket GetBucketLocation GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration " +
      "GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite " +
      "GetAccelerateConfiguration GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration " +
      "ListTagsForResource",
    create: "CreateBucket TagResource PutBucketTagging",
    update: `PutBucketTagging ${tags}`,
    // `forceDestroy` deletes what is in it first.
    delete: "ListBucketVersions DeleteObject DeleteObjectVersion DeleteBucket",
  }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
    "BucketPublicAccessBlock",
    "bucket_public_access_block.go",
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
    "BucketOwnershipControls",
    "bucket_ownership_controls.go",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
    "EncryptionConfiguration",
    "bucket_server_side_encryption_configuration.go",
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
    "LifecycleConfiguration",
    "bucket_lifecycle_configuration.go",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": setting("BucketPolicy", "bucket_policy.go", "DeleteBucketPolicy"),
};

export const ordersAndAlarms: Calls = {
  "aws:sqs/queue:Queue": calls("sqs", queue, "sqs/queue.go", {
    read: "GetQueueAttributes GetQueueUrl ListQueueTags",
    create: "CreateQueue TagQueue",
    update: "SetQueueAttributes TagQueue UntagQueue",
    delete: "DeleteQueue",
  }),
  "aws:sqs/queuePolicy:QueuePolicy": calls("sqs", "arn:aws:sqs:{region}:{account}:{queue}", "sqs/queue_policy.go", {
    read: "GetQueueAttributes",
    create: "SetQueueAttributes",
    update: "SetQueueAttributes",
    delete: "SetQueueAttributes",
  }),
  // Not the provider's calls: the SDK's of the program (infra/verification-checks.ts).
  "pulumi-nodejs:dynamic/order-queue:Verification": calls("sqs", queue, "infra/verification-checks.ts", {
    create:
      "ReceiveMessage DeleteMessage ecs:ListTasks ecs:StopTask ecs:DescribeServices secretsmanager:GetSecretValue",
  }),
  "aws:cloudwatch/logGroup:LogGroup": calls(
    "logs",
    "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "logs/group.go; AWS::Logs::LogGroup",
    {
      read: "DescribeLogGroups ListTagsForResource",
      create: "CreateLogGroup TagResource PutRetentionPolicy",
      update: `PutRetentionPolicy DeleteRetentionPolicy ${tags}`,
      delete: "DeleteLogGroup",
    },
  ),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": calls(
    "logs",
    "arn:aws:logs:{region}:{account}:log-group:{logGroupName}:*",
    "logs/metric_filter.go",
    {
      read: "DescribeMetricFilters",
      create: "PutMetricFilter",
      update: "PutMetricFilter",
      delete: "DeleteMetricFilter",
    },
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": calls(
    "cloudwatch",
    "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "cloudwatch/metric_alarm.go",
    {
      read: "DescribeAlarms ListTagsForResource",
      create: "PutMetricAlarm TagResource",
      update: `PutMetricAlarm ${tags}`,
      delete: "DeleteAlarms",
    },
  ),
  "aws:cloudwatch/dashboard:Dashboard": calls(
    "cloudwatch",
    "arn:aws:cloudwatch::{account}:dashboard/{dashboardName}",
    "cloudwatch/dashboard.go",
    { read: "GetDashboard", create: "PutDashboard", update: "PutDashboard", delete: "DeleteDashboards" },
  ),
  "aws:cloudwatch/eventRule:EventRule": calls(
    "events",
    "arn:aws:events:{region}:{account}:rule/{name}",
    "events/rule.go",
    {
      read: "DescribeRule ListTagsForResource",
      create: "PutRule TagResource",
      update: `PutRule ${tags}`,
      delete: "DeleteRule",
    },
  ),
  "aws:cloudwatch/eventTarget:EventTarget": calls(
    "events",
    "arn:aws:events:{region}:{account}:rule/{rule}",
    "events/target.go",
    { read: "ListTargetsByRule", create: "PutTargets", update: "PutTargets", delete: "RemoveTargets" },
  ),
  "aws:sns/topic:Topic": calls("sns", topic, "sns/topic.go", {
    read: "GetTopicAttributes ListTagsForResource",
    create: "CreateTopic TagResource SetTopicAttributes",
    update: `SetTopicAttributes ${tags}`,
    delete: "DeleteTopic",
  }),
  "aws:sns/topicPolicy:TopicPolicy": calls("sns", "{arn}", "sns/topic_policy.go", {
    read: "GetTopicAttributes",
    create: "SetTopicAttributes",
    update: "SetTopicAttributes",
    delete: "SetTopicAttributes",
  }),
  "aws:sns/topicSubscription:TopicSubscription": calls("sns", "{topic}", "sns/topic_subscription.go", {
    read: "GetSubscriptionAttributes",
    create: "Subscribe",
    update: "SetSubscriptionAttributes",
    delete: "Unsubscribe",
  }),
};

const secret = "arn:aws:secretsmanager:{region}:{account}:secret:{name}-aBcDeF";
/** @pulumi/tls makes keys and certificates where Pulumi runs. */
const noCalls = calls("", "*", "terraform-provider-tls", {});

export const secrets: Calls = {
  "aws:secretsmanager/secret:Secret": calls("secretsmanager", secret, "secretsmanager/secret.go", {
    read: "DescribeSecret GetResourcePolicy",
    create: "CreateSecret TagResource",
    update: `UpdateSecret ${tags}`,
    delete: "DeleteSecret",
  }),
  "aws:secretsmanager/secretVersion:SecretVersion": calls(
    "secretsmanager",
    "{secretId}",
    "secretsmanager/secret_version.go",
    {
      // A refresh reads the value: it is in the state too, which a preview's role may decrypt.
      read: "GetSecretValue",
      create: "PutSecretValue",
      update: "PutSecretValue",
    },
  ),
  "aws:secretsmanager/getSecret:getSecret": calls("secretsmanager", secret, "secretsmanager/secret_data_source.go", {
    read: "DescribeSecret GetResourcePolicy",
  }),
  "aws:secretsmanager/getSecrets:getSecrets": calls("secretsmanager", "*", "secretsmanager/secrets_data_source.go", {
    read: "ListSecrets",
  }),
  "tls:index/privateKey:PrivateKey": noCalls,
  "tls:index/selfSignedCert:SelfSignedCert": noCalls,
  "tls:index/certRequest:CertRequest": noCalls,
  "tls:index/locallySignedCert:LocallySignedCert": noCalls,
};
