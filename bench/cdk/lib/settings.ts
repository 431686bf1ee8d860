import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import { parse } from "yaml";

export interface Store {
  readonly name: string;
  readonly hostname: string;
  readonly erp: string;
}

export interface ServiceSize {
  readonly cpu: number;
  readonly memory: number;
  /** Containers that run at the least, and at the most. */
  readonly count: number;
  readonly max: number;
}

/** What stacks/settings.ts says of each. */
export interface Settings {
  readonly region: string;
  readonly account: string;
  readonly domain: string;
  readonly cidr: string;
  readonly zones: number;
  readonly natPerZone: boolean;
  readonly deletionProtection: boolean;
  readonly stores: readonly Store[];
  readonly ingest: ServiceSize;
  readonly dispatch: ServiceSize;
  readonly erpTimeoutSeconds: number;
  readonly alarmEmail: string;
  readonly logRetentionDays: RetentionDays;
  readonly oldestOrderSeconds: number;
}

/** The defaults of stacks/settings-schema.ts. */
const defaults = {
  cidr: "10.0.0.0/16",
  zones: 2,
  natPerZone: true,
  deletionProtection: true,
  erpTimeoutSeconds: 10,
  logRetentionDays: 30,
  oldestOrderSeconds: 300,
};

/** The settings of a stack. Numbers and booleans stand in its file as text. The CDK runs the app in cdk.json's folder. */
export function readSettings(stack: string): Settings {
  const { config } = parse(readFileSync(join("..", "..", `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  const own = Object.entries(config).map(([key, value]) => [key.replace("order-queue:", ""), fromText(value)]);
  return { ...defaults, ...Object.fromEntries(own) };
}

/** An account's twelve digits stay text. */
function fromText(value: unknown): unknown {
  return typeof value === "string" && /^(\d{1,6}|true|false)$/.test(value) ? JSON.parse(value) : value;
}
