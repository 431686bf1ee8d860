/**
 * The settings of a stack: what Pulumi.<stack>.yaml may say under `order-queue:`. settings-schema.ts has the limits of
 * each, settings-parser.ts reads them.
 */
import * as pulumi from "@pulumi/pulumi";

/** A service's containers. */
export interface SizeSettings {
  /** CPU units, 1024 is one vCPU: 256, 512, 1024, 2048, 4096, 8192 or 16384. */
  readonly cpu: number;
  /** MiB; what Fargate has for that cpu, e.g. 512, 1024 or 2048 for 256. */
  readonly memory: number;
  /** Containers that run at the least: 1 to 100; ingest 2 at the least, so that one may die. */
  readonly count: number;
  /** Containers that run at the most, when there is much to do: `count` to 100; default twice `count`. */
  readonly max: number;
}

export interface StoreSettings {
  /** As orders name it: 1 to 32 lower-case letters, digits and hyphens, a letter first; never `synthetic`. */
  readonly name: string;
  /**
   * One label under the stack's domain, e.g. `acme.au.orderhub.example`, or a domain of the store's own, e.g.
   * `shop.acme.example`, whose records its owner publishes (docs/own-domains.md): up to 64 characters, as ACM takes for the
   * first name of a certificate.
   */
  readonly hostname: string;
  /** Further names on the store's certificate, one label under the stack's domain each: up to 4; default none. */
  readonly aliases: readonly string[];
  /** URL to which the store's orders are posted: https, port 443. */
  readonly erp: string;
  /**
   * Name of a secret in the stack's account and region, `order-queue/STACK/…`, created manually before the store is added:
   * `{"authorization": "Bearer …"}`, whole what the ERP wants as Authorization header; default none. A changed value reaches dispatch with its next deployment.
   */
  readonly erpCredentials?: string | undefined;
  /**
   * Whether each of its orders is posted only after the one before it, as they were accepted; default false. An order that
   * its ERP refuses then holds up those behind it until it is given up (docs/decisions/a-store-may-have-its-orders-in-sequence.md).
   */
  readonly inSequence: boolean;
}

/** Lets one release past the gate. */
export interface BreakGlass {
  /** The release, as the refusal names it: 12 hexadecimal digits; any other one meets the gate as ever. */
  readonly release: string;
  /** Why, for whoever reads the stack's outputs and history: 10 to 500 characters. */
  readonly reason: string;
}

export interface Settings {
  /** AWS region; the one that stacks/registry.ts has for the stack. */
  readonly region: string;
  /** The only AWS account the stack may touch, 12 digits. */
  readonly account: string;
  /** The region's own domain, up to 64 characters; its public hosted zone is a prerequisite. */
  readonly domain: string;
  /** IPv4 range of the network, /16 to /19; default 10.0.0.0/16. */
  readonly cidr: string;
  /** Availability zones: 2 or 3; default 2. */
  readonly zones: number;
  /**
   * One NAT gateway a zone, or one for all, whose zone then takes every way out with it; default true. The same in every
   * stack, as parity wants it (docs/decisions/nat-is-the-same-in-every-stack.md).
   */
  readonly natPerZone: boolean;
  /** Whether queues, registry, load balancer and access logs refuse to be deleted; default true. */
  readonly deletionProtection: boolean;
  /** Takes orders. */
  readonly ingest: SizeSettings;
  /** Posts them to the ERPs. */
  readonly dispatch: SizeSettings;
  /** The web stores: 1 to 5 times `storesPerLoadBalancer`, as far as ECS has room for them: 1,000 with short names, or some 290 with credentials. */
  readonly stores: readonly StoreSettings[];
  /**
   * Stores on one load balancer: 1 to 200; default 24, by AWS's default quotas. Beyond it, AWS has to raise the account's
   * quotas first: certificates and rules per Application Load Balancer, both to one more than this.
   */
  readonly storesPerLoadBalancer: number;
  /** Seconds one post to an ERP may take: 1 to 25; default 10. Three of them, with waits, fit the queue's 120 s. */
  readonly erpTimeoutSeconds: number;
  /** Days of logs kept, one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 …; default 30. */
  readonly logRetentionDays: number;
  /** Who gets alarms. */
  readonly alarmEmail: string;
  /** Age in seconds of the oldest order that raises the alarm: 60 to 86400; default 300. */
  readonly oldestOrderSeconds: number;
  /** Seconds that verification waits for what it expects: 5 to 1800; default 300. */
  readonly verificationSeconds: number;
  /**
   * Seconds for which a release watches the stack's alarms before it continues with the next one: 0 to 86400; default 300. It
   * watches synthetic orders, containers below their number, 5xx and healthy targets, no alarm that an ERP can raise.
   */
  readonly bakeSeconds: number;
  /** Whether files that no commit has may be deployed, without a rehearsal: for trying things out; default false. */
  readonly uncommitted: boolean;
  /** Lets one release past the gate, by a written reason; none by default. */
  readonly breakGlass?: BreakGlass | undefined;
  /** URL of the resolver that says what is in DNS, one with Google's JSON API; default https://dns.google/resolve. */
  readonly resolver: string;
}

/** One thing that is wrong in a stack's settings. */
export interface Problem {
  /** E.g. `Pulumi.prod-au.yaml`. */
  readonly file: string;
  /** E.g. `order-queue:stores[0].hostname`. */
  readonly path: string;
  /** As it stands in the file; undefined where it is missing. */
  readonly value: unknown;
  readonly expected: string;
}

/** All that is wrong, at once. The engine shows the message without a stack trace. */
export class SettingsError extends pulumi.RunError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
    super(`${count} wrong. No resources were changed:\n${problems.map(describe).join("\n")}`);
    this.name = "SettingsError";
    this.problems = problems;
  }
}

function describe({ file, path, value, expected }: Problem): string {
  return `  ${file} ${path}: expected ${expected}, got ${value === undefined ? "nothing" : JSON.stringify(value)}`;
}

/** The name of a setting's file, as Pulumi finds it. */
export function settingsFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}
