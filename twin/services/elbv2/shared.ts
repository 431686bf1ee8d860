import type { Resource } from "../../core/store.ts";
import type { ResourceCall } from "../../pulumi/define.ts";
import type { Bucket } from "./access-logs.ts";

export type ElbCall = ResourceCall & {
  acm: { describe(arn: string): { status: string } };
  s3: Bucket & { bucket(name: string): Resource | undefined };
};
