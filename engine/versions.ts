/** Which Pulumi CLIs the project supports. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { minVersion } from "semver";
import { parse } from "yaml";

const root = dirname(import.meta.dirname);

export interface Supported {
  /** `requiredPulumiVersion` of Pulumi.yaml, which the engine itself also checks, e.g. ">=3.200.0 <=3.276.0". */
  range: string;
  /** The oldest CLI of the range, e.g. "3.200.0". */
  oldest: string;
  /** The version of @pulumi/pulumi, which is also that of the engine that is downloaded or built. */
  newest: string;
}

/** Reads Pulumi.yaml and the installed SDK. */
export function supported(): Supported {
  const { requiredPulumiVersion: range } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  const sdk = readFileSync(join(root, "node_modules", "@pulumi", "pulumi", "package.json"), "utf8");
  return { range, oldest: minVersion(range)?.version ?? "", newest: JSON.parse(sdk).version };
}

/** A text with the supported range as it is now, where it says "Pulumi CLI 3.x.y to 3.x.y". */
export function withVersions(text: string, { oldest, newest } = supported()): string {
  return text.replaceAll(/(Pulumi CLI )\d[\d.]* to \d[\d.]*\d/g, `$1${oldest} to ${newest}`);
}
