/** Only this account reads what lies in buckets, and load balancers write their logs there. */
import { resourceRule, stackRule } from "../rule.ts";
import { intersects, type StackResource } from "../stack.ts";

const buckets = "aws:s3/bucket:Bucket";

type Setting =
  | "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
  | "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
  | "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

function isOf(setting: StackResource<Setting>, bucket: StackResource<typeof buckets>): boolean {
  return intersects(setting.refersTo("bucket", buckets), [bucket]);
}

export const bucketIsEncrypted = stackRule({
  name: "bucket-is-encrypted",
  description: "A bucket says how it encrypts what is put there.",
  on: buckets,
  check: (bucket, report, stack) => {
    const encrypted = stack
      .all("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
      .some((setting) => isOf(setting, bucket));
    if (!encrypted) report("add an aws.s3.BucketServerSideEncryptionConfiguration for it");
  },
});

export const bucketAbortsUploads = stackRule({
  name: "bucket-aborts-incomplete-uploads",
  description:
    "A bucket's lifecycle removes the parts of uploads that were never completed: nothing shows them, and each is billed.",
  on: buckets,
  check: (bucket, report, stack) => {
    const aborts = stack
      .all("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
      .filter((setting) => isOf(setting, bucket))
      .some(({ props }) =>
        (props.rules ?? []).some(({ status, abortIncompleteMultipartUpload: abort }) => status === "Enabled" && abort),
      );
    if (!aborts) report("add a rule with abortIncompleteMultipartUpload to its aws.s3.BucketLifecycleConfiguration");
  },
});

const locks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const bucketIsPrivate = stackRule({
  name: "bucket-is-private",
  description: "A bucket is closed to the public in every way there is, whatever its policy or an object's ACL says.",
  on: buckets,
  check: (bucket, report, stack) => {
    const blocks = stack
      .all("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
      .filter((setting) => isOf(setting, bucket));
    if (blocks.length === 0) report("add an aws.s3.BucketPublicAccessBlock for it");
    for (const { name, props } of blocks)
      for (const lock of locks.filter((key) => props[key] !== true)) report(`set ${lock}: true in ${name}`);
  },
});

export const accessIsLogged = resourceRule({
  name: "load-balancer-logs-access",
  description: "A load balancer writes down every request: who asked, what was answered, and by which container.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: ({ accessLogs }, report) => {
    if (accessLogs?.enabled !== true) report("set accessLogs with enabled: true");
  },
});

export const loadBalancerWaitsForItsBucket = stackRule({
  name: "load-balancer-waits-for-its-bucket",
  description: "A load balancer is made after its bucket's policy: ELB refuses a bucket that it may not write to yet.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report) => {
    if (!balancer.props.accessLogs?.enabled) return;
    if (!balancer.waitsFor("aws:s3/bucketPolicy:BucketPolicy")) {
      report("take the bucket's name from its policy, or add the policy to dependsOn");
    }
  },
});
