/**
 * The settings of a stack: what Pulumi.<stack>.yaml may say under `order-queue:`. settings-schema.ts has the limits of
 * each, settings-parser.ts reads them.
 */
import { RunError } from "@pulumi/pulumi/errors.js";

/** A service's containers. */
export interface SizeSettings {
  /** CPU units, 1024 is one vCPU: 256, 512, 1024, 2048, 4096, 8192 or 16384. */
  readonly cpu: number;
  /** MiB; a value that Fargate offers for that cpu, e.g. 512, 1024 or 2048 for 256. */
  readonly memory: number;
  /** Minimum of running containers: 1 to 100; for ingest 2 or more, so that one may fail. */
  readonly count: number;
  /** Maximum of running containers under load: `count` to 100; default twice `count`. */
  readonly max: number;
}

/**
 * How an ERP that answers 2xx to everything says that it has the order: `pointer` and `equals`, or `pattern`. The first
 * 64 KB of its answer are read.
 */
export interface ErpSuccess {
  /** Where in the answer's JSON (a JSON pointer, RFC 6901), e.g. `/ok`. */
  readonly pointer?: string | undefined;
  /** What has to be there: a text, a number, true or false. */
  readonly equals?: string | number | boolean | undefined;
  /** A regular expression that the answer's text has to match, up to 200 characters. */
  readonly pattern?: string | undefined;
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
   * `{"authorization": "Bearer …"}`, the complete Authorization header of the ERP; default none. A changed value reaches dispatch with its next deployment.
   */
  readonly erpCredentials?: string | undefined;
  /** How its ERP says that it has an order, where 2xx alone does not say so; default none. */
  readonly erpSuccess?: ErpSuccess | undefined;
  /**
   * Statuses by which its ERP says that it is busy, e.g. [403]: up to 10 from 400 to 499; default none. They are tried again, with
   * fewer posts at a time, as 429 is of every ERP.
   */
  readonly erpRetryStatuses?: readonly number[] | undefined;
  /**
   * Why its orders are accepted without a signature, 10 to 500 characters: any client can then place orders in its name, and
   * each preview says so. Default none: they are signed with the secret of `order-queue store-secret` (docs/stores.md).
   */
  readonly unsigned?: string | undefined;
  /**
   * Whether each of its orders is posted only after the one before it, as they were accepted; default false. An order that
   * its ERP does not take then delays those behind it (docs/decisions/0024-a-store-may-have-its-orders-in-sequence.md).
   */
  readonly inSequence: boolean;
  /**
   * Minutes for which one order of a store with `inSequence` may delay those behind it: 1 to 2880; default 15. They count while
   * its ERP answers 5xx or 409 or not in time. Then it is dead-lettered, and the sequence continues without it.
   */
  readonly sequenceMinutes?: number | undefined;
}

/** AWS WAF in front of the load balancers (docs/firewall.md). */
export interface FirewallSettings {
  /** `count` lets through what a rule matches, and counts it; `block` refuses it; default count. */
  readonly mode: "count" | "block";
  /** Requests of one client address in 5 minutes: 100 to 2000000; default 60000. */
  readonly addressLimit: number;
  /** Requests for one host name in 5 minutes: 100 to 2000000; default 300000. */
  readonly hostLimit: number;
}

/** Lets one release pass the gate. */
export interface BreakGlass {
  /** The release, as the gate's message names it: 12 hexadecimal digits; the gate still checks any other one. */
  readonly release: string;
  /** Why, for readers of the stack's outputs and history: 10 to 500 characters. */
  readonly reason: string;
}

/** A time in which the stack takes no release; rollback and breaking glass pass (docs/decisions/0044-freeze-windows.md). */
export interface FreezeWindow {
  /** Local time, `2026-12-20T17:00`; of every week: `Fri 17:00`. */
  readonly from: string;
  /** The first moment after it, written as `from` is. */
  readonly to: string;
  /** Why, for readers of the gate's message: 3 to 200 characters. */
  readonly reason: string;
}

export interface Settings {
  /** AWS region; the one that stacks/registry.ts has for the stack. */
  readonly region: string;
  /** The only AWS account that the stack may change, 12 digits in quotes. */
  readonly account: string;
  /** The region's own domain, up to 64 characters; its public hosted zone is a prerequisite. */
  readonly domain: string;
  /** IPv4 range of the network, /16 to /19; default 10.0.0.0/16. */
  readonly cidr: string;
  /** Availability zones: 2 or 3; default 2. */
  readonly zones: number;
  /**
   * One NAT gateway a zone, or one for all: then the loss of its zone cuts every way out; default true. The same in every
   * stack, since parity compares it (docs/decisions/0018-nat-is-the-same-in-every-stack.md).
   */
  readonly natPerZone: boolean;
  /** Whether queues, registry, load balancer and access logs are protected against deletion; default true. */
  readonly deletionProtection: boolean;
  /** The firewall in front of the load balancers; by default it counts alone. */
  readonly firewall: FirewallSettings;
  /** Size of ingest, which accepts orders. */
  readonly ingest: SizeSettings;
  /** Size of dispatch, which posts orders to the ERPs. */
  readonly dispatch: SizeSettings;
  /** The web stores: 1 to 5 times `storesPerLoadBalancer`, as a task definition of ECS has room: 1,000 with short names, or some 290 with credentials. */
  readonly stores: readonly StoreSettings[];
  /**
   * Stores on one load balancer: 1 to 200; default 24, by AWS's default quotas. For more, AWS has to raise the account's
   * quotas first: certificates and rules per Application Load Balancer, both to one more than this.
   */
  readonly storesPerLoadBalancer: number;
  /** Timeout of one post to an ERP in seconds: 1 to 25; default 10. Three posts and their waits fit the queue's 120 s. */
  readonly erpTimeoutSeconds: number;
  /** Days for which logs are kept, one of CloudWatch's values: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 …; default 30. */
  readonly logRetentionDays: number;
  /** E-mail address that receives alarm notifications; its owner confirms the subscription. */
  readonly alarmEmail: string;
  /** Age in seconds of the oldest order that raises the alarm: 60 to 86400; default 300. */
  readonly oldestOrderSeconds: number;
  /** Seconds for which verification waits for each expected result: 5 to 1800; default 300. */
  readonly verificationSeconds: number;
  /**
   * Seconds for which a release watches the stack's alarms before it continues with the next one: 0 to 86400; default 300. It
   * watches synthetic orders, containers below their number, 5xx and healthy targets, no alarm that an ERP can raise.
   */
  readonly bakeSeconds: number;
  /** Whether uncommitted files may be deployed, without a rehearsal: for experiments; default false. */
  readonly uncommitted: boolean;
  /** Lets one release pass the gate, with a written reason; none by default. */
  readonly breakGlass?: BreakGlass | undefined;
  /** Freeze windows of a production stack: times in which it takes no release, up to 50; default none. */
  readonly freeze: readonly FreezeWindow[];
  /** Time zone of the freeze windows, an IANA name, e.g. Australia/Sydney; default UTC. */
  readonly timeZone: string;
  /** URL of the DNS resolver, one with Google's JSON API; default https://dns.google/resolve. */
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
export class SettingsError extends RunError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
    super(`${count} wrong. No resources were changed:\n${problems.map(describe).join("\n")}`);
    this.name = "SettingsError";
    this.problems = problems;
  }
}

function describe({ file, path, value, expected }: Problem): string {
  return `  ${file} ${path}: expected ${expected}, got ${value === undefined ? "nothing" : shown(value)}`;
}

/** A URL's credentials are what makes it wrong, and are not shown. */
function shown(value: unknown): string {
  return JSON.stringify(value).replaceAll(/\/\/[^/@\s"]*@/g, "//[not shown]@");
}

/** The name of a setting's file, as Pulumi finds it. */
export function settingsFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}
