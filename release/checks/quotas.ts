import { type Resource, regionOf } from "../plan/graph.ts";
import type { Planned } from "../plan/plan.ts";
import type { Check, Finding } from "./finding.ts";

/** A quota of an account in a region that the program's resources count against. */
export interface Quota {
  /** As Service Quotas names it. */
  readonly name: string;
  readonly service: string;
  readonly code: string;
  /** What AWS allows unless it was raised. */
  readonly value: number;
  /** Pulumi type that counts. */
  readonly type: string;
}

/** Addresses of NAT gateways: the quota that a region needs raised first. */
export const elasticIps: Quota = {
  ...{ name: "EC2-VPC Elastic IPs", service: "ec2", code: "L-0263D0A3", value: 5 },
  type: "aws:ec2/eip:Eip",
};

/**
 * Sources: Amazon VPC user guide, "Amazon VPC quotas"; ELB user guide, "Quotas for your Application Load Balancers"; ACM user
 * guide, "Quotas". Codes as the Service Quotas API lists them (github.com/gruntwork-io/terraform-aws-utilities, docs/quotas.md).
 */
export const quotas: readonly Quota[] = [
  elasticIps,
  { name: "VPCs per Region", service: "vpc", code: "L-F678F1CE", value: 5, type: "aws:ec2/vpc:Vpc" },
  {
    ...{ name: "Internet gateways per Region", service: "vpc", code: "L-A4707A72", value: 5 },
    type: "aws:ec2/internetGateway:InternetGateway",
  },
  {
    ...{ name: "VPC security groups per Region", service: "vpc", code: "L-E79EC296", value: 2500 },
    type: "aws:ec2/securityGroup:SecurityGroup",
  },
  {
    ...{
      name: "Application Load Balancers per Region",
      service: "elasticloadbalancing",
      code: "L-53DA6B97",
      value: 50,
    },
    type: "aws:lb/loadBalancer:LoadBalancer",
  },
  {
    ...{ name: "Target Groups per Region", service: "elasticloadbalancing", code: "L-B22855CB", value: 3000 },
    type: "aws:lb/targetGroup:TargetGroup",
  },
  {
    ...{ name: "ACM certificates", service: "acm", code: "L-F141DD1D", value: 2500 },
    type: "aws:acm/certificate:Certificate",
  },
];

/** Where quotas count: all stacks there share them. */
export interface Account {
  readonly account: string;
  readonly region: string;
}

/**
 * The plans stay within the account's quotas, all stacks of an account and region together. An update creates before it
 * deletes: what is replaced or deleted counts beside what comes.
 *
 * @param allowedBy what AWS allows this account; undefined where only the default is known
 */
export function quotasCheck(allowedBy: (quota: Quota, where: Account) => number | undefined = () => undefined): Check {
  const name = "quotas";
  return {
    name,
    judge: (planned) =>
      [...Map.groupBy(planned, ([, { plan }]) => accountOf(plan.resources))].flatMap(([key, stacks]) =>
        key === undefined ? [] : quotas.flatMap((quota) => exceeded(name, quota, key, stacks, allowedBy)),
      ),
  };
}

/** The check by AWS's default values. */
export const quotasByDefault: Check = quotasCheck();

/** `ACCOUNT REGION`; undefined for a stack without a plan. */
function accountOf(resources: readonly Resource[]): string | undefined {
  const { account, region } = regionOf(resources);
  return account && region ? `${account} ${region}` : undefined;
}

function exceeded(
  check: string,
  quota: Quota,
  key: string,
  stacks: readonly (readonly [string, Planned])[],
  allowedBy: (quota: Quota, where: Account) => number | undefined,
): Finding[] {
  const [account = "", region = ""] = key.split(" ");
  const known = allowedBy(quota, { account, region });
  const used = stacks.map(([stack, { plan }]) => {
    const count = [...plan.resources, ...plan.gone, ...plan.replaced].filter(({ type }) => type === quota.type).length;
    return { stack, count, isNew: plan.steps.some(({ op, type }) => type === quota.type && op !== "same") };
  });
  const total = used.reduce((sum, { count }) => sum + count, 0);
  const value = known ?? quota.value;
  if (total <= value) return [];
  const consumers = used.filter(({ count }) => count > 0).map(({ stack, count }) => `${stack} ${count}`);
  const last = used.findLast(({ isNew }) => isNew) ?? used.at(-1);
  return [
    {
      check,
      stack: last?.stack ?? "",
      message:
        `the plans need ${total} of the quota "${quota.name}" (${quota.service} ${quota.code}) of account ${account} in ${region}: ` +
        `${consumers.join(", ")}; a replacement counts beside the old one`,
      expected: `${value} at the most${known === undefined ? ", AWS's default" : ""}`,
      fix: `aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} --desired-value ${total} --region ${region}, or plan fewer`,
    },
  ];
}
