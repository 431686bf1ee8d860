/**
 * S3 buckets and what is set on them, each a resource of its own. The objects are the data plane's (behaviour.ts). Not
 * modelled: ACLs, versions, replication, notifications, keys of KMS as resources, and what behaviour.ts names.
 * Sources: terraform-provider-aws internal/service/s3; S3 user guide, "Bucket naming rules", "Blocking public access".
 */
import { z } from "zod";
import type { Properties } from "../../core/store.ts";
import { type ResourceCall, type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { policyDocument } from "../policy-document.ts";
import type { S3 } from "./behaviour.ts";

export type S3Call = ResourceCall & { s3: S3 };

export const bucket: ResourceType<S3Call> = {
  token: "aws:s3/bucket:Bucket",
  scope: "regional",
  inputs: tagged({
    bucket: z.string(),
    forceDestroy: z.boolean(),
  }),
  defaults: { forceDestroy: false },
  autoname: { property: "bucket", max: 63 },
  computed: [
    ...["arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName", "hostedZoneId"],
    ...["websiteDomain", "websiteEndpoint", "tagsAll"],
  ],
  replaces: ["bucket"],
  create: (inputs, call) => {
    // Names are shared by all regions.
    if (call.s3.bucket(inputs.bucket))
      throw new Error(
        `creating S3 Bucket (${inputs.bucket}): api error BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.`,
      );
    call.store.write("bucket", inputs.bucket, { createdAt: new Date().toISOString() });
    return {
      id: inputs.bucket,
      outputs: {
        arn: `arn:aws:s3:::${inputs.bucket}`,
        bucketDomainName: `${inputs.bucket}.s3.amazonaws.com`,
        bucketRegion: call.region,
        // No bucket of the twin is a website.
        ...{ hostedZoneId: "", websiteDomain: "", websiteEndpoint: "" },
        bucketRegionalDomainName: `${inputs.bucket}.s3.${call.region}.amazonaws.com`,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, { forceDestroy }, call) => {
    if (call.s3.keys(id).length > 0 && !forceDestroy)
      throw new Error(
        `deleting S3 Bucket (${id}): api error BucketNotEmpty: The bucket you tried to delete is not empty`,
      );
    call.s3.empty(id);
  },
};

/** A setting of a bucket: one of each kind, by the bucket's name. */
function setting(
  type: string,
  shape: z.ZodRawShape,
  further: Partial<ResourceType<S3Call>> = {},
): ResourceType<S3Call> {
  return {
    token: `aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
    scope: "regional",
    inputs: regional({ bucket: z.string(), ...shape }),
    computed: [],
    replaces: ["bucket"],
    create: (inputs, call) => {
      refuseWithoutBucket(type, inputs, call);
      return { id: inputs.bucket, outputs: {} };
    },
    update: () => ({}),
    ...further,
  };
}

function refuseWithoutBucket(type: string, inputs: Properties, { s3, region }: S3Call): void {
  if (s3.bucket(inputs.bucket)?.region !== region)
    throw new Error(
      `creating S3 ${type} (${inputs.bucket}): api error NoSuchBucket: The specified bucket does not exist`,
    );
}

const publicAccessBlock = setting(
  "BucketPublicAccessBlock",
  {
    blockPublicAcls: z.boolean(),
    blockPublicPolicy: z.boolean(),
    ignorePublicAcls: z.boolean(),
    restrictPublicBuckets: z.boolean(),
  },
  {
    defaults: {
      blockPublicAcls: false,
      blockPublicPolicy: false,
      ignorePublicAcls: false,
      restrictPublicBuckets: false,
    },
  },
);

const ownershipControls = setting("BucketOwnershipControls", {
  rule: z.strictObject({
    objectOwnership: z.enum(["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"]),
  }),
});

const encryption = setting("BucketServerSideEncryptionConfiguration", {
  bucket: z.string().min(1).max(63),
  rules: z
    .array(
      z.strictObject({
        applyServerSideEncryptionByDefault: z.strictObject({
          sseAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]),
          kmsMasterKeyId: z.string().optional(),
        }),
        bucketKeyEnabled: z.boolean().optional(),
      }),
    )
    .length(1),
});

const lifecycle = setting("BucketLifecycleConfiguration", {
  bucket: z.string().min(1).max(63),
  rules: z.array(
    z.strictObject({
      id: z.string().min(1).max(255),
      status: z.enum(["Enabled", "Disabled"]),
      filter: z.strictObject({ prefix: z.string() }),
      expiration: z.strictObject({ days: z.number().int() }).optional(),
      abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: z.number().int() }).optional(),
    }),
  ),
});

const policy = setting(
  "BucketPolicy",
  { policy: policyDocument },
  {
    json: ["policy"],
    create: (inputs, call) => {
      refuseWithoutBucket("BucketPolicy", inputs, call);
      refusePublic(inputs, call);
      return { id: inputs.bucket, outputs: {} };
    },
    update: (_id, _state, inputs, call) => {
      refusePublic(inputs, call);
      return {};
    },
  },
);

/** An Allow for every principal is public, unless its conditions narrow it: which do so is not modelled. */
function refusePublic({ bucket, policy: text }: Properties, { store, region }: ResourceCall): void {
  if (!store.get(publicAccessBlock.token, bucket, region)?.outputs.blockPublicPolicy) return;
  const statements: Properties[] = JSON.parse(text).Statement;
  const open = statements.filter(
    ({ Effect, Principal }) => Effect === "Allow" && [Principal, Principal.AWS].flat().includes("*"),
  );
  if (open.some(({ Condition }) => Condition))
    throw new Error(`the twin does not model whether a condition keeps the policy of ${bucket} from being public`);
  if (open.length > 0)
    throw new Error(
      `putting S3 Bucket (${bucket}) Policy: api error AccessDenied: User is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    );
}

export const s3: readonly ResourceType<S3Call>[] = [
  bucket,
  publicAccessBlock,
  ownershipControls,
  encryption,
  lifecycle,
  policy,
];
