/**
 * The settings of a stack, from the same file that Pulumi reads. Without aws-cdk-lib, so that the project's own type check
 * and a unit test (test/unit/bench/cdk/settings.test.ts) cover it; app.ts is checked by `cdk synth`, which runs `tsc`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

type ServiceSize = Readonly<Record<"cpu" | "memory" | "count" | "max", number>>;

/** What stacks/settings.ts says of each. */
export interface Settings {
  readonly region: string;
  readonly account: string;
  readonly domain: string;
  readonly cidr: string;
  readonly zones: number;
  readonly stores: readonly { readonly name: string; readonly hostname: string; readonly erp: string }[];
  readonly ingest: ServiceSize;
  readonly dispatch: ServiceSize;
  readonly erpTimeoutSeconds: number;
  readonly logRetentionDays: number;
  readonly alarmEmail: string;
}

/** @param root folder of the stack files */
export function readSettings(root: string, stack: string): Settings {
  const { config } = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8"));
  // Numbers stand in the file as text; an account's twelve digits stay text.
  const settings = Object.entries(config).map(([key, value]) => [
    key.replace("order-queue:", ""),
    typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value,
  ]);
  return Object.fromEntries(settings);
}
