import { z } from "zod";
import type { Resource } from "../../core/store.ts";
import type { ResourceCall } from "../../pulumi/define.ts";
import type { Bucket } from "./access-logs.ts";

export type ElbCall = ResourceCall & {
  acm: { describe(arn: string): { status: string } };
  s3: Bucket & { bucket(name: string): Resource | undefined };
};

/** Of a load balancer or target group. */
export const name = z
  .string()
  .max(32)
  .regex(/^(?!-)[0-9A-Za-z-]+(?<!-)$/, "expected letters, digits and hyphens, no hyphen at either end");
