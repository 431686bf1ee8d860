import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AwsError } from "../../core/errors.ts";
import type { Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { ServicePermissions } from "../ports.ts";

/**
 * S3 for what AWS's own services write: an object is a file `s3/BUCKET/KEY`. api.ts reads them over the wire. Not modelled:
 * objects' metadata, encryption on the disk, versions, that a lifecycle's days pass.
 */
export class S3 {
  readonly #view: View;
  readonly #iam: ServicePermissions;
  readonly #directory: string;
  readonly #account: string;

  constructor(view: View, iam: ServicePermissions, directory: string, account: string) {
    this.#view = view;
    this.#iam = iam;
    this.#directory = directory;
    this.#account = account;
  }

  bucket(name: string): Resource | undefined {
    return this.#view.list("aws:s3/bucket:Bucket").find(({ id }) => id === name);
  }

  /**
   * Puts an object for an AWS service, e.g. `logdelivery.elasticloadbalancing.amazonaws.com`.
   *
   * @throws AwsError AccessDenied where there is no such bucket, its policy does not let the service, or it would have to use a key
   * of KMS
   */
  async put(service: string, bucket: string, key: string, body: string | Buffer): Promise<void> {
    const policy = this.#of("aws:s3/bucketPolicy:BucketPolicy", bucket)?.outputs.policy;
    const context = { "aws:SourceAccount": this.#account };
    const resource = `arn:aws:s3:::${bucket}/${key}`;
    const verdict = await this.#iam.authorizeService(service, "s3:PutObject", resource, policy, context);
    if (!verdict.allowed) throw denied(verdict.message);
    if (!this.bucket(bucket)) throw denied(`there is no bucket ${bucket}`);
    if (this.#usesKey(bucket)) throw denied(`${service} may use no key of KMS, as ${bucket} would have it`);
    const file = join(this.#directory, bucket, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  }

  /** Keys of all objects. */
  keys(bucket: string): string[] {
    const folder = join(this.#directory, bucket);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  }

  /** An object and when it was written; undefined where there is none. */
  read(bucket: string, key: string): { body: Buffer; modifiedAt: Date } | undefined {
    if (!this.keys(bucket).includes(key)) return undefined;
    const file = join(this.#directory, bucket, key);
    return { body: readFileSync(file), modifiedAt: statSync(file).mtime };
  }

  /** Deletes every object. */
  empty(bucket: string): void {
    rmSync(join(this.#directory, bucket), { recursive: true, force: true });
  }

  /** A service of AWS has no right to a customer's key: SSE-S3 alone works without one. */
  #usesKey(bucket: string): boolean {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const rules: { applyServerSideEncryptionByDefault?: { sseAlgorithm: string } }[] =
      this.#of(type, bucket)?.outputs.rules ?? [];
    return rules.some((rule) => rule.applyServerSideEncryptionByDefault?.sseAlgorithm !== "AES256");
  }

  #of(type: string, bucket: string): Resource | undefined {
    return this.#view.list(type).find(({ outputs }) => outputs.bucket === bucket);
  }
}

const denied = (message: string) => new AwsError("AccessDenied", message, 403);
