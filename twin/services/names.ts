import { randomBytes } from "node:crypto";
import type { Properties } from "../core/store.ts";
import type { Call } from "../pulumi/define.ts";

/** `vpc-0a1b2c3d4e5f60718`: the form of EC2's ids. */
export function ec2Id(prefix: string): string {
  return `${prefix}-0${randomBytes(9).toString("hex").slice(1, 17)}`;
}

/** `arn:aws:sqs:eu-west-1:123456789012:name`; IAM and Route 53 leave region, some the account, empty. */
export function arn(service: string, call: Pick<Call, "region" | "account">, resource: string): string {
  return `arn:aws:${service}:${call.region === "global" ? "" : call.region}:${call.account}:${resource}`;
}

export function hex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

/** All tags of a resource, as the provider returns them: its own over the provider's default ones. */
export function tagsAll(
  inputs: { tags?: Record<string, string> },
  call: Pick<Call, "defaultTags">,
): { tagsAll: Record<string, string> } {
  return { tagsAll: { ...call.defaultTags, ...inputs.tags } };
}

/** The one resource of a type with that id in the caller's region, or AWS's NotFound error. */
export function must(call: Call, token: string, id: string, code: string, what: string): Properties {
  const found = call.cloud.store.get(token, id, call.region);
  if (!found) throw new Error(`api error ${code}: The ${what} ID '${id}' does not exist`);
  return found.outputs;
}
