/**
 * Where load balancers write who asked for what, and what they were answered.
 *
 * The bucket keeps no versions: each file is written once under a name of its own, and a version would outlive the days
 * for which the settings keep logs. Encrypted by S3 itself: ELB writes to no bucket with a key of KMS.
 * Source: ELB user guide, "Enable access logs for your Application Load Balancer".
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface AccessLogsArgs {
  readonly account: string;
  /** Days for which logs are kept. */
  readonly logRetentionDays: number;
  readonly deletionProtection: boolean;
}

/** What each key begins with. */
export const accessLogPrefix = "front";

/** The bucket of the load balancers' access logs, with its policy and lifecycle. */
export class AccessLogs extends pulumi.ComponentResource {
  /** The bucket's name, known once load balancers may write there: ELB tries it before it takes it. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:AccessLogs", name, {}, opts);

    const bucket = createBucket(name, args, this);
    const settings = [keepPrivate(name, bucket, this), own(name, bucket, this), encrypt(name, bucket, this)];
    expire(name, args, bucket, this);
    this.bucket = letLoadBalancersWrite(name, args, bucket, settings, this).bucket;
    this.registerOutputs();
  }
}

function createBucket(name: string, { deletionProtection }: AccessLogsArgs, parent: AccessLogs): aws.s3.Bucket {
  // A bucket that still holds logs is deleted only where it already says so.
  return new aws.s3.Bucket(`${name}-access-logs`, { forceDestroy: !deletionProtection }, { parent });
}

function keepPrivate(name: string, bucket: aws.s3.Bucket, parent: AccessLogs): pulumi.Resource {
  return new aws.s3.BucketPublicAccessBlock(
    `${name}-access-logs`,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
}

/** Without ACLs: what ELB writes is the account's. */
function own(name: string, bucket: aws.s3.Bucket, parent: AccessLogs): pulumi.Resource {
  return new aws.s3.BucketOwnershipControls(
    `${name}-access-logs`,
    { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent },
  );
}

function encrypt(name: string, bucket: aws.s3.Bucket, parent: AccessLogs): pulumi.Resource {
  return new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-access-logs`,
    { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { parent },
  );
}

function expire(name: string, { logRetentionDays }: AccessLogsArgs, bucket: aws.s3.Bucket, parent: AccessLogs): void {
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-access-logs`,
    {
      bucket: bucket.bucket,
      rules: [
        { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: logRetentionDays } },
        // Parts of an upload that was never completed are no object: no expiration takes them, and each is billed.
        {
          id: "incomplete-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    { parent },
  );
}

/**
 * ELB by its own name, the way that AWS recommends in every region instead of ELB's account of that region, which regions
 * from before August 2022 have too: 783225319266 is ap-southeast-2's, 156460612806 eu-west-1's (ELB user guide, "Enable
 * access logs for your Application Load Balancer", step 2). Below this account's part of the keys alone, so that no other
 * account's load balancer writes here.
 */
function letLoadBalancersWrite(
  name: string,
  { account }: AccessLogsArgs,
  bucket: aws.s3.Bucket,
  dependsOn: pulumi.Resource[],
  parent: AccessLogs,
): aws.s3.BucketPolicy {
  const objects = pulumi.interpolate`${bucket.arn}/*`;
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccessLogs",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: pulumi.interpolate`${bucket.arn}/${accessLogPrefix}/AWSLogs/${account}/*`,
      },
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, objects],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  return new aws.s3.BucketPolicy(`${name}-access-logs`, { bucket: bucket.bucket, policy }, { parent, dependsOn });
}
