/** Who may do what. */

import { type Report, resourceRule, stackRule } from "../rule.ts";
import { intersects, type Stack, type StackResource } from "../stack.ts";
import { parse } from "../types.ts";
import { containersOf } from "./definitions.ts";

interface Statement {
  readonly Effect?: string;
  readonly Principal?: "*" | Record<string, string | readonly string[]>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: string | readonly string[];
  readonly NotResource?: unknown;
}

/** Actions that AWS has no resource for (service authorization reference), of those the containers need. */
const withoutResource = ["ecr:GetAuthorizationToken"];

/** The statements of a policy that allow something. */
export function allowed(policy: unknown): Statement[] {
  const { Statement = [] } = parse<{ Statement?: Statement | Statement[] }>(policy);
  return list(Statement).filter(({ Effect }) => Effect === "Allow");
}

/** A value of an IAM document as a list: one, several, or none. */
export function list<T>(value: T | readonly T[] | undefined): T[] {
  return value === undefined ? [] : ([value].flat() as T[]);
}

/** `*`, or an ARN in which region, account, or the whole name within the service is left open. An S3 key may be. */
function isWild(resource: string): boolean {
  const [, , service, region = "", account = "", ...rest] = resource.split(":");
  if (service === undefined) return resource.includes("*");
  const name = rest.join(":");
  return `${region}${account}`.includes("*") || (service === "s3" ? /^[^/]*\*/ : /^[^:/]*[:/]?[^:/]*\*/).test(name);
}

function checkWildcards(policy: unknown, report: Report): void {
  for (const statement of allowed(policy)) {
    if ("NotAction" in statement || "NotResource" in statement) {
      report("allows all but what NotAction or NotResource names; name what is allowed");
    }
    const actions = list(statement.Action);
    for (const action of actions.filter((name) => name.includes("*"))) {
      report(`allows the action ${action}; name each action that is called`);
    }
    if (actions.every((action) => withoutResource.includes(action))) continue;
    for (const resource of list(statement.Resource).filter(isWild)) {
      report(`allows ${actions.join(", ")} on ${resource}; name the resource by its ARN`);
    }
  }
}

const description =
  "A policy names each action and resource that it allows, without wildcards; ecr:GetAuthorizationToken alone has no resource.";

export const rolePolicyHasNoWildcard = resourceRule({
  name: "iam-role-policy-without-wildcard",
  description,
  on: "aws:iam/rolePolicy:RolePolicy",
  check: ({ policy }, report) => checkWildcards(policy, report),
});

export const policyHasNoWildcard = resourceRule({
  name: "iam-policy-without-wildcard",
  description,
  on: "aws:iam/policy:Policy",
  check: ({ policy }, report) => checkWildcards(policy, report),
});

export const roleIsAssumedByName = resourceRule({
  name: "iam-role-assumed-by-name",
  description: "A role names who may assume it.",
  on: "aws:iam/role:Role",
  check: ({ assumeRolePolicy }, report) => {
    for (const { Principal = {} } of allowed(assumeRolePolicy)) {
      const names = Principal === "*" ? ["*"] : Object.values(Principal).flat();
      if (names.includes("*")) report('any principal may assume it (Principal "*"); name the service or account');
    }
  },
});

export const attachedPolicyIsNarrow = resourceRule({
  name: "iam-attached-policy-is-narrow",
  description: "No role gets one of AWS's policies that allow a whole service or more.",
  on: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  check: ({ policyArn }, report) => {
    if (/(FullAccess|AdministratorAccess|PowerUserAccess)$/.test(String(policyArn))) {
      report(`attaches ${policyArn}; write a policy of the calls that are made`);
    }
  },
});

export const attachmentIsNotExclusive = resourceRule({
  name: "iam-attachment-not-exclusive",
  description:
    "A policy is attached to one role at a time: aws.iam.PolicyAttachment detaches it from all other stacks' roles.",
  on: "aws:iam/policyAttachment:PolicyAttachment",
  check: (_props, report) => report("use aws.iam.RolePolicyAttachment"),
});

export const executionMayFetchSecrets = stackRule({
  name: "iam-execution-may-fetch-secrets",
  description: "The execution role allows every secret that a container is given: without it no task starts.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report, stack) => {
    const roles = definition.refersTo("executionRoleArn", "aws:iam/role:Role");
    const granted = grantsOf(roles, stack);
    for (const { name, secrets = [] } of containersOf(definition.props)) {
      // ARN and, after it, key, label and version.
      const arns = new Set(secrets.map(({ valueFrom }) => valueFrom.split(":").slice(0, 7).join(":")));
      for (const arn of arns) {
        if (granted.some((statement) => grants(statement, "secretsmanager:GetSecretValue", arn))) continue;
        report(`container ${name}: its execution role does not allow secretsmanager:GetSecretValue on ${arn}`);
      }
    }
  },
});

/** What the policies of roles allow. */
export function grantsOf(roles: readonly StackResource<"aws:iam/role:Role">[], stack: Stack): Statement[] {
  return stack
    .all("aws:iam/rolePolicy:RolePolicy")
    .filter((policy) => intersects(policy.refersTo("role", "aws:iam/role:Role"), [...roles]))
    .flatMap(({ props }) => allowed(props.policy));
}

/** Whether a statement allows an action, on a resource where one is given. */
export function grants({ Action, Resource }: Statement, action: string, resource = ""): boolean {
  return (
    list(Action).some((pattern) => matches(pattern, action)) &&
    (resource === "" || list(Resource).some((pattern) => matches(pattern, resource)))
  );
}

/** An entry as IAM reads it, a wildcard at its end included. */
function matches(entry: string, text: string): boolean {
  return entry.endsWith("*") ? text.startsWith(entry.slice(0, -1)) : entry === text;
}
