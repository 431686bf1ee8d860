import { AccessLogs } from "../../../infra/access-logs.ts";
import { inputsOf, type Registered, register, the } from "./mocks.ts";

const args = { account: "123456789012", logRetentionDays: 90, deletionProtection: true };
let resources: Registered[];

beforeAll(async () => {
  resources = await register(() => new AccessLogs("prod-eu", args));
});

const setting = (type: string) => inputsOf(resources, `aws:s3/bucket${type}:Bucket${type}`, "prod-eu-access-logs");
const bucket = "prod-eu-access-logs-1";

describe("access logs", () => {
  it("are closed to the public, without ACLs, encrypted by S3, and gone after the days of the settings", () => {
    expect(setting("PublicAccessBlock")).toEqual({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(setting("OwnershipControls")).toEqual({ bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    expect(setting("ServerSideEncryptionConfiguration")).toEqual({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    expect(setting("LifecycleConfiguration")).toEqual({
      bucket,
      rules: [
        { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 90 } },
        {
          ...{ id: "incomplete-uploads", status: "Enabled", filter: { prefix: "" } },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    });
  });

  it("are written by load balancers of this account, and touched only over TLS", () => {
    const policy = setting("Policy");
    expect(policy.bucket).toBe(bucket);
    expect(JSON.parse(policy.policy).Statement).toEqual([
      {
        Sid: "AccessLogs",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:Bucket/prod-eu-access-logs/front/AWSLogs/123456789012/*",
      },
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:Bucket/prod-eu-access-logs", "arn:Bucket/prod-eu-access-logs/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("are written only once the bucket is as it should be", () => {
    expect(the(resources, "aws:s3/bucketPolicy:BucketPolicy", "prod-eu-access-logs").dependsOn).toEqual([
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock prod-eu-access-logs",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls prod-eu-access-logs",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration prod-eu-access-logs",
    ]);
  });

  it("go with their stack only where the settings say so", async () => {
    const forceDestroy = (all: Registered[]) =>
      inputsOf(all, "aws:s3/bucket:Bucket", "prod-eu-access-logs").forceDestroy;
    expect(forceDestroy(resources)).toBe(false);
    const open = await register(() => new AccessLogs("prod-eu", { ...args, deletionProtection: false }));
    expect(forceDestroy(open)).toBe(true);
  });
});
