/**
 * List prices in US dollars, without tax, by AWS region, for what costs by the hour or the month whether it is used or
 * not. Only prices that were seen written down are here, each with where and when; AWS's own pages fill their regional
 * tables by script, so `aws pricing get-products` is the last word.
 */

export interface Price {
  readonly usd: number;
  /** Where it was seen, and of when that is. */
  readonly seen: string;
}

/** One price in every region. */
const everywhere = (price: Price) => ({ "ap-southeast-2": price, "eu-west-1": price });

/** By AWS region; a region that is missing has a price that could not be confirmed. */
export type Prices = Readonly<Partial<Record<string, Price>>>;

/** Hours in a month, as AWS's own calculator counts them. */
export const hoursPerMonth = 730;

const natSeen = "third-party table of AWS's regional prices, undated";
const albSeen = "third-party table of AWS's regional prices, 18 December 2017";

/** A NAT gateway, per hour; a gigabyte through it costs as much again. */
export const natGateway: Prices = {
  "ap-southeast-2": { usd: 0.059, seen: natSeen },
  "eu-west-1": { usd: 0.048, seen: natSeen },
};

/** A public IPv4 address, per hour: of each NAT gateway, and of the load balancer in each zone. */
export const publicAddress: Prices = everywhere({
  usd: 0.005,
  seen: "cloudburn.io/blog/aws-nat-gateway-pricing, 24 February 2026",
});

/** An interface endpoint in one zone, per hour. */
export const interfaceEndpoint: Prices = {};

/** An application load balancer, per hour; its capacity units come on top. */
export const loadBalancer: Prices = {
  "ap-southeast-2": { usd: 0.0252, seen: albSeen },
  "eu-west-1": { usd: 0.0252, seen: albSeen },
};

const fargateIreland =
  "vantage.sh/blog/fargate-pricing for us-east-1, with which aws.amazon.com/jp/fargate/pricing groups Ireland";

/** Fargate on Linux and x86: a vCPU, per hour. */
export const fargateCpu: Prices = {
  "ap-southeast-2": { usd: 0.04856, seen: "third-party note from aws.amazon.com/fargate/pricing, undated" },
  "eu-west-1": { usd: 0.04048, seen: fargateIreland },
};

/** And a gigabyte of memory, per hour. */
export const fargateMemory: Prices = {
  "ap-southeast-2": { usd: 0.00532, seen: "third-party note from aws.amazon.com/fargate/pricing, undated" },
  "eu-west-1": { usd: 0.004445, seen: fargateIreland },
};

/** One metric that an alarm looks at, per month. */
export const alarmMetric: Prices = everywhere({
  usd: 0.1,
  seen: "aws.amazon.com/cloudwatch/pricing as several third parties quote it for us-east-1, undated",
});

/** A secret, per month. */
export const secret: Prices = everywhere({
  usd: 0.4,
  seen: "aws.amazon.com/secrets-manager/pricing as several third parties quote it",
});

/** A hosted zone, per month. */
export const hostedZone: Prices = everywhere({
  usd: 0.5,
  seen: "aws.amazon.com/route53/pricing as several third parties quote it",
});
