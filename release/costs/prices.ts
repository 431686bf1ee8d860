/**
 * List prices in US dollars, without tax, by AWS region. Only prices that were seen written down are here, each with where
 * and when; AWS's own pages fill their regional tables by script, so `aws pricing get-products` is the last word. Where a
 * region's own price was not seen, the price of us-east-1 is its lower bound.
 */

export interface Price {
  readonly usd: number;
  /** Where it was seen, and of when that is. */
  readonly seen: string;
  /** Whether the region's own price was not seen: it is this or more. */
  readonly atLeast?: boolean;
}

/** The price in one region. */
export type Prices = (region: string) => Price;

/** Hours in a month, as AWS's own calculator counts them. */
export const hoursPerMonth = 730;
const minutesPerMonth = hoursPerMonth * 60;

/** The same price in every region. */
const everywhere =
  (price: Price): Prices =>
  () =>
    price;

/** Prices by region, and one of us-east-1 for all others. */
const regional =
  (virginia: Omit<Price, "atLeast">, known: Readonly<Record<string, Price>> = {}): Prices =>
  (region) =>
    known[region] ?? { ...virginia, atLeast: true };

const priceList = "AWS price list of AmazonVPC for us-east-1, published 17 September 2026";
const quoted = "AWS's pricing pages for us-east-1 as third parties quote them in 2026";
const natSeen = "third-party table of AWS's regional prices, undated";
const albSeen = "third-party table of AWS's regional prices, 18 December 2017";
const fargateSydney = "third-party note from aws.amazon.com/fargate/pricing, undated";
const fargateIreland =
  "vantage.sh/blog/fargate-pricing for us-east-1, with which aws.amazon.com/jp/fargate/pricing groups Ireland";

/** A NAT gateway, per hour. */
export const natGateway = regional(
  { usd: 0.045, seen: quoted },
  {
    "ap-southeast-2": { usd: 0.059, seen: natSeen },
    "eu-west-1": { usd: 0.048, seen: natSeen },
  },
);

/** A public IPv4 address, per hour: of each NAT gateway, and of the load balancer in each zone. */
export const publicAddress = everywhere({ usd: 0.005, seen: priceList });

/** An interface endpoint in one zone, per hour. */
export const interfaceEndpoint = regional(
  { usd: 0.01, seen: priceList },
  { "eu-west-1": { usd: 0.011, seen: "a bill of 2026 for eu-west-1: $42.24 for 3,840 hours" } },
);

/** An application load balancer, per hour. */
export const loadBalancer = regional(
  { usd: 0.0225, seen: quoted },
  {
    "ap-southeast-2": { usd: 0.0252, seen: albSeen },
    "eu-west-1": { usd: 0.0252, seen: albSeen },
  },
);

/** Fargate on Linux and x86: a vCPU, per hour. On arm64 it is a fifth less (docs/decisions/0046-x86-for-now.md). */
export const fargateCpu = regional(
  { usd: 0.04048, seen: quoted },
  {
    "ap-southeast-2": { usd: 0.04856, seen: fargateSydney },
    "eu-west-1": { usd: 0.04048, seen: fargateIreland },
  },
);

/** And a gigabyte of memory, per hour. */
export const fargateMemory = regional(
  { usd: 0.004445, seen: quoted },
  {
    "ap-southeast-2": { usd: 0.00532, seen: fargateSydney },
    "eu-west-1": { usd: 0.004445, seen: fargateIreland },
  },
);

/** One metric that an alarm looks at, per month. */
export const alarmMetric = regional({ usd: 0.1, seen: quoted });

/** A custom metric, per month, of the first 10,000. Those of Container Insights are custom metrics. */
export const customMetric = regional({ usd: 0.3, seen: quoted });

/** A gigabyte written to CloudWatch Logs. */
export const logIngestion = regional({ usd: 0.5, seen: quoted });

/** A million requests to a FIFO queue; the first million of an account's month is free. */
export const fifoRequests = regional({ usd: 0.5, seen: quoted });

/** A secret, per month. */
export const secret = regional({ usd: 0.4, seen: quoted });

/** A hosted zone, per month. */
export const hostedZone = everywhere({ usd: 0.5, seen: quoted });

/** A web ACL, and one rule of it, per month. */
export const webAcl = everywhere({ usd: 5, seen: quoted });
export const webAclRule = everywhere({ usd: 1, seen: quoted });

/** Metrics of Container Insights: those that a cluster, a task definition and a service report (CloudWatch pricing page). */
export const insightsMetrics = { cluster: 8, taskDefinition: 6, service: 11 };

/** Metrics of the whole region that dispatch writes (infra/dispatch-metrics.ts). */
export const dispatchMetrics = 4;

/** Gigabytes that a task writes to its log a month without an order: two lines of 300 bytes a minute. */
export const idleLogGb = (minutesPerMonth * 2 * 300) / 1e9;

/** Millions of receives a month of a task that waits for messages, 5 s each (service/settings.ts). */
export const idleReceives = (minutesPerMonth * 12) / 1e6;

/** What costs by use alone: a stack at rest has next to none of it. Prices of us-east-1, the lower bound. */
export const byUse: readonly (readonly [what: string, unit: string, usd: string, seen: string])[] = [
  ["Data through a NAT gateway", "GB", "0.045", quoted],
  ["Data through an interface endpoint", "GB", "0.01", priceList],
  ["Data out of AWS", "GB beyond 100 a month", "0.09", quoted],
  ["Data between zones", "GB, each way", "0.01", quoted],
  ["Capacity units of a load balancer", "LCU-hour", "0.008", quoted],
  ["Further tasks of a service", "vCPU-hour and GB-hour", "0.04048 and 0.004445", quoted],
  ["Requests to a FIFO queue", "million", "0.50", quoted],
  ["Log ingestion; log storage", "GB; GB a month", "0.50; 0.03", quoted],
  ["Records of refused traffic (flow logs): ingestion", "GB", "0.50", quoted],
  ["Custom metrics of a store that has orders", "metric a month", "0.30", quoted],
  ["Access logs in S3: storage; writes", "GB a month; 1,000", "0.023; 0.005", quoted],
  ["Images in ECR", "GB a month", "0.10", quoted],
  ["Alarm notifications by mail, beyond 1,000 a month", "100,000", "2.00", quoted],
  ["Queries of Route 53; those of aliases are free", "million", "0.40", quoted],
  ["Calls of Secrets Manager; of KMS", "10,000", "0.05; 0.03", quoted],
  ["Reads of metrics (GetMetricData)", "1,000 metrics", "0.01", quoted],
  ["The state's key; its bucket", "key a month; GB a month", "1.00; 0.023", quoted],
  ["Dashboards beyond an account's three", "dashboard a month", "3.00", quoted],
];
