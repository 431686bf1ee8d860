import { type Resource, regionOf } from "../plan/graph.ts";
import type { Planned } from "../plan/plan.ts";
import type { AccountQuotas, AllowedQuota } from "../workspace/workspace.ts";
import type { Check, Finding, Plans } from "./finding.ts";

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

/** A quota that the plans of one account and region exceed. */
interface Excess {
  quota: Quota;
  account: string;
  region: string;
  /** What each stack uses, and whether its plan adds to it. */
  used: { stack: string; count: number; isNew: boolean }[];
  total: number;
  allowed: AllowedQuota;
}

/**
 * The plans stay within the account's quotas, all stacks of an account and region together. An update creates before it
 * deletes: what is replaced or deleted counts beside what comes. AWS's defaults count where {@link askQuotas} found no value.
 */
export const quotasCheck: Check = {
  name: "quotas",
  judge: (planned) => excesses(planned).map(findingOf),
};

/**
 * Asks what AWS allows the account, of those quotas alone whose defaults the plans exceed, and notes it with the plans: the
 * default is all that most accounts need, and asking takes time.
 */
export async function askQuotas(planned: Plans, accountQuotas: AccountQuotas): Promise<void> {
  const answers = excesses(planned).map(async ({ quota: { service, code }, account, region, used }) => {
    const allowed = await accountQuotas.allowed({ account, region }, service, code);
    for (const { stack } of used) {
      const one = planned.get(stack);
      if (one) one.quotas = new Map([...(one.quotas ?? []), [code, allowed]]);
    }
  });
  await Promise.all(answers);
}

function excesses(planned: Plans): Excess[] {
  return [...Map.groupBy(planned, ([, { plan }]) => placeOf(plan.resources))].flatMap(([place, stacks]) =>
    place === undefined ? [] : quotas.flatMap((quota) => excess(quota, place, stacks)),
  );
}

/** `ACCOUNT REGION`; undefined for a stack without a plan. */
function placeOf(resources: readonly Resource[]): string | undefined {
  const { account, region } = regionOf(resources);
  return account && region ? `${account} ${region}` : undefined;
}

function excess(quota: Quota, place: string, stacks: readonly (readonly [string, Planned])[]): Excess[] {
  const [account = "", region = ""] = place.split(" ");
  const used = stacks.map(([stack, { plan }]) => {
    const count = [...plan.resources, ...plan.gone, ...plan.replaced].filter(({ type }) => type === quota.type).length;
    return { stack, count, isNew: plan.steps.some(({ op, type }) => type === quota.type && op !== "same") };
  });
  const total = used.reduce((sum, { count }) => sum + count, 0);
  const allowed = stacks.map(([, { quotas }]) => quotas?.get(quota.code)).find(Boolean) ?? {};
  return total > (allowed.value ?? quota.value) ? [{ quota, account, region, used, total, allowed }] : [];
}

function findingOf({ quota, account, region, used, total, allowed }: Excess): Finding {
  const consumers = used.filter(({ count }) => count > 0).map(({ stack, count }) => `${stack} ${count}`);
  const last = used.findLast(({ isNew }) => isNew) ?? used.at(-1);
  const unread = allowed.unread === undefined ? "" : `; the account's own value could not be read: ${allowed.unread}`;
  const isDefault = allowed.value === undefined ? `, AWS's default${unread}` : "";
  return {
    check: quotasCheck.name,
    stack: last?.stack ?? "",
    message:
      `the plans need ${total} of the quota "${quota.name}" (${quota.service} ${quota.code}) of account ${account} in ${region}: ` +
      `${consumers.join(", ")}; a replacement counts beside the old one`,
    expected: `${allowed.value ?? quota.value} at the most${isDefault}`,
    fix: `aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} --desired-value ${total} --region ${region}, or plan fewer`,
  };
}
