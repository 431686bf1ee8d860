/**
 * Amazon S3, to read what AWS's services wrote: access logs. The bucket is in the path, as an SDK does it that is given an
 * endpoint. Not modelled: everything that writes, versions, ranges of bytes, and settings of a bucket.
 * Source: S3 API reference, also for the errors' words.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { s3Rest } from "../../api/protocols/s3.ts";
import { type ApiCall, action, date, type Service, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { S3 } from "./behaviour.ts";

export type S3ApiCall = ApiCall & { s3: S3 };

function mustExist(bucket: string, { s3 }: S3ApiCall): void {
  if (!s3.bucket(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
}

const etag = (body: Buffer): string => `"${createHash("md5").update(body).digest("hex")}"`;

const listBuckets = action(
  {
    "max-buckets": whole(1, 10_000).optional(),
    "continuation-token": z.string().optional(),
    prefix: z.string().default(""),
  },
  ({ prefix }, { store }) => {
    const all = store.list("aws:s3/bucket:Bucket").filter(({ id }) => id.startsWith(prefix));
    return {
      ...{ Root: "ListAllMyBucketsResult", Owner: { ID: "twin" } },
      Buckets: all.map(({ id, region }) => {
        const CreationDate = date(store.read<{ createdAt: string }>("bucket", id)?.createdAt);
        return { Name: id, CreationDate, BucketRegion: region };
      }),
    };
  },
);

const listObjects = action(
  {
    Bucket: z.string(),
    prefix: z.string().default(""),
    delimiter: z.string().default(""),
    "max-keys": whole(0, 1000).default(1000),
    "continuation-token": z.string().optional(),
    "start-after": z.string().default(""),
    "encoding-type": z.literal("url").optional(),
    "fetch-owner": z.string().optional(),
  },
  ({ Bucket, prefix, delimiter, "max-keys": most, "continuation-token": token, ...more }, call: S3ApiCall) => {
    mustExist(Bucket, call);
    const after = token === undefined ? more["start-after"] : Buffer.from(token, "base64url").toString();
    const keys = call.s3.keys(Bucket).filter((key) => key.startsWith(prefix));
    const names = [...new Set(keys.map((key) => folded(key, prefix, delimiter)))].filter((name) => name > after);
    const page = names.slice(0, most);
    const encoded =
      more["encoding-type"] === "url" ? (text: string) => encodeURIComponent(text).replaceAll("%2F", "/") : String;
    const isPrefix = (name: string) => delimiter !== "" && name.endsWith(delimiter) && name.length > prefix.length;
    return {
      ...{ Root: "ListBucketResult", Name: Bucket, Prefix: encoded(prefix), Delimiter: delimiter || undefined },
      ...{
        MaxKeys: most,
        KeyCount: page.length,
        EncodingType: more["encoding-type"],
        IsTruncated: page.length < names.length,
      },
      ...(page.length < names.length && {
        NextContinuationToken: Buffer.from(page.at(-1) ?? "").toString("base64url"),
      }),
      Contents: page.filter((name) => !isPrefix(name)).map((Key) => contentOf(Bucket, Key, encoded(Key), call)),
      CommonPrefixes: page.filter(isPrefix).map((Prefix) => ({ Prefix: encoded(Prefix) })),
    };
  },
);

/** A key, or what it has in common with others up to the next delimiter. */
function folded(key: string, prefix: string, delimiter: string): string {
  const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? key : key.slice(0, end + delimiter.length);
}

function contentOf(bucket: string, key: string, Key: string, { s3 }: S3ApiCall): Properties {
  const { body, modifiedAt } = s3.read(bucket, key) ?? { body: Buffer.alloc(0), modifiedAt: new Date(0) };
  return { Key, LastModified: modifiedAt, ETag: etag(body), Size: body.length, StorageClass: "STANDARD" };
}

const object = { Bucket: z.string(), Key: z.string(), Range: z.string().optional() };

function read({ Bucket, Key }: { Bucket: string; Key: string }, call: S3ApiCall) {
  mustExist(Bucket, call);
  const found = call.s3.read(Bucket, Key);
  if (!found) throw new AwsError("NoSuchKey", "The specified key does not exist.", 404);
  const Headers = {
    ...{ etag: etag(found.body), "last-modified": found.modifiedAt.toUTCString(), "accept-ranges": "bytes" },
    ...{ "content-type": "binary/octet-stream", "content-length": String(found.body.length) },
  };
  return { body: found.body, Headers };
}

const getObject = action(object, (input, call: S3ApiCall) => {
  const { body, Headers } = read(input, call);
  if (input.Range !== undefined) throw new AwsError("NotImplemented", `Range ${input.Range} is not modelled`, 501);
  return { Headers, Body: body };
});

const headObject = action(object, (input, call: S3ApiCall) => ({ Headers: read(input, call).Headers }));

const headBucket = action({ Bucket: z.string() }, ({ Bucket }, call: S3ApiCall) => {
  mustExist(Bucket, call);
  return { Headers: { "x-amz-bucket-region": call.s3.bucket(Bucket)?.region ?? "" } };
});

export const s3Api: Service<S3ApiCall> = {
  name: "s3",
  protocols: [s3Rest],
  invalid: "InvalidArgument",
  actions: {
    GetObject: getObject,
    HeadBucket: headBucket,
    HeadObject: headObject,
    ListBuckets: listBuckets,
    ListObjectsV2: listObjects,
  },
};
