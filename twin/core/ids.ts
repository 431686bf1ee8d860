import { randomBytes } from "node:crypto";

/** `vpc-0a1b2c3d4e5f60718`: the form of EC2's ids. */
export function ec2Id(prefix: string): string {
  return `${prefix}-0${randomBytes(9).toString("hex").slice(1, 17)}`;
}

/** `arn:aws:sqs:eu-west-1:123456789012:name`; IAM and Route 53 leave region, some the account, empty. */
export function arn(service: string, call: { region: string; account: string }, resource: string): string {
  return `arn:aws:${service}:${call.region === "global" ? "" : call.region}:${call.account}:${resource}`;
}

/** Random hexadecimal digits, two a byte. */
export function hex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
