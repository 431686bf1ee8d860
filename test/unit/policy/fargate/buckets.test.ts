import type { PolicyResource } from "@pulumi/policy";
import {
  accessIsLogged,
  bucketAbortsUploads,
  bucketIsEncrypted,
  bucketIsPrivate,
  loadBalancerWaitsForItsBucket,
} from "../../../../policy/fargate/buckets.ts";
import type { Token } from "../../../../policy/types.ts";
import { cases, resource, stackCases } from "../cases.ts";

const logs = resource("aws:s3/bucket:Bucket", "logs");
const other = resource("aws:s3/bucket:Bucket", "other");

function setting(type: Token, bucket: PolicyResource, props: object = {}): PolicyResource {
  return resource(type, `${bucket.name}-setting`, props, { refers: { bucket: [bucket] } });
}

const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

stackCases(bucketIsEncrypted, {
  "fails if another bucket's encryption is set": [
    [logs, setting(encryption, other)],
    ["logs: add an aws.s3.BucketServerSideEncryptionConfiguration for it"],
  ],
  "passes if its own is": [[logs, setting(encryption, logs)], []],
});

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const locked = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

stackCases(bucketIsPrivate, {
  "fails if nothing closes it": [[logs], ["logs: add an aws.s3.BucketPublicAccessBlock for it"]],
  "fails if one way is left open": [
    [logs, setting(block, logs, { ...locked, blockPublicPolicy: false, restrictPublicBuckets: undefined })],
    ["logs: set blockPublicPolicy: true in logs-setting", "logs: set restrictPublicBuckets: true in logs-setting"],
  ],
  "passes if every way is closed": [[logs, setting(block, logs, locked)], []],
});

const front = (props: object, dependsOn: PolicyResource[] = []) =>
  resource("aws:lb/loadBalancer:LoadBalancer", "front", props, { dependsOn });
const accessLogs = { enabled: true, bucket: "logs" };

cases(accessIsLogged, {
  "fails if nothing is written": [front({}), ["set accessLogs with enabled: true"]],
  "fails if a bucket is named and nothing is written": [
    front({ accessLogs: { bucket: "logs" } }),
    ["set accessLogs with enabled: true"],
  ],
  "passes if logs are on": [front({ accessLogs }), []],
});

stackCases(loadBalancerWaitsForItsBucket, {
  "fails if the policy may come later": [
    [front({ accessLogs }, [logs])],
    ["front: take the bucket's name from its policy, or add the policy to dependsOn"],
  ],
  "passes if the policy is there first": [
    [front({ accessLogs }, [setting("aws:s3/bucketPolicy:BucketPolicy", logs)])],
    [],
  ],
  "passes if there are no logs, which is another rule's to refuse": [[front({})], []],
});

const lifecycle = (rule: object) =>
  setting("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", logs, {
    rules: [{ status: "Enabled", ...rule }],
  });
const fix = ["logs: add a rule with abortIncompleteMultipartUpload to its aws.s3.BucketLifecycleConfiguration"];
const abort = { abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } };

stackCases(bucketAbortsUploads, {
  "fails if nothing removes the parts of incomplete uploads": [[logs, lifecycle({ expiration: { days: 90 } })], fix],
  "fails if the rule is off": [[logs, lifecycle({ ...abort, status: "Disabled" })], fix],
  "passes if a rule removes them": [[logs, lifecycle(abort)], []],
});
