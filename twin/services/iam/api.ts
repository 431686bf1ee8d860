/**
 * AWS IAM, to read: roles and their policies, and what these allow. Not modelled: users, groups, policies as resources,
 * and of a simulation anything but a role's own policies.
 * Source: IAM API reference, also for the errors' words.
 */
import { z } from "zod";
import { query } from "../../api/protocols/query.ts";
import { type ApiCall, action, nameOf, page, type Service, texts, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Iam } from "./behaviour.ts";

export type IamApiCall = ApiCall & { iam: Iam };

const paged = { Marker: z.string().optional(), MaxItems: whole(1, 1000).default(100) };

const rolesOf = ({ store }: ApiCall): Properties[] => store.list("aws:iam/role:Role").map(({ outputs }) => outputs);

function roleOf(name: string, call: ApiCall): Properties {
  const found = rolesOf(call).find((role) => role.name === name);
  if (!found) throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
  return found;
}

function policiesOf(role: string, call: ApiCall): Properties[] {
  roleOf(role, call);
  const all = call.store.list("aws:iam/rolePolicy:RolePolicy").map(({ outputs }) => outputs);
  return all.filter((policy) => policy.role === role).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const shape = ({ name, arn, path, uniqueId, createDate, description, ...role }: Properties): Properties => ({
  ...{ Path: path ?? "/", RoleName: name, RoleId: uniqueId, Arn: arn, CreateDate: new Date(createDate) },
  // Documents come encoded as in a URL (API_GetRole).
  AssumeRolePolicyDocument: encodeURIComponent(role.assumeRolePolicy),
  ...{ Description: description, MaxSessionDuration: role.maxSessionDuration ?? 3600 },
  PermissionsBoundary: role.permissionsBoundary && {
    ...{ PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: role.permissionsBoundary },
  },
});

const tagList = ({ tagsAll = {} }: Properties): Properties[] =>
  Object.entries<string>(tagsAll).map(([Key, Value]) => ({ Key, Value }));

const getRole = action({ RoleName: z.string() }, ({ RoleName }, call) => {
  const role = roleOf(RoleName, call);
  return { Role: { ...shape(role), Tags: tagList(role) } };
});

const listed = (all: readonly unknown[], member: string, { Marker, MaxItems }: Properties): Properties => {
  const { items, next } = page(all, MaxItems, Marker);
  return { [member]: items, IsTruncated: next !== undefined, Marker: next };
};

const listRoles = action({ ...paged, PathPrefix: z.string().default("/") }, ({ PathPrefix, ...asked }, call) => {
  const found = rolesOf(call).filter(({ path = "/" }) => path.startsWith(PathPrefix));
  return listed(found.map(shape), "Roles", asked);
});

const listRolePolicies = action({ ...paged, RoleName: z.string() }, ({ RoleName, ...asked }, call) =>
  listed(
    policiesOf(RoleName, call).map(({ name }) => name),
    "PolicyNames",
    asked,
  ),
);

/** The twin's roles have none (services/iam/behaviour.ts). */
const listAttachedRolePolicies = action({ ...paged, RoleName: z.string() }, ({ RoleName, ...asked }, call) => {
  roleOf(RoleName, call);
  return listed([], "AttachedPolicies", asked);
});

const getRolePolicy = action({ RoleName: z.string(), PolicyName: z.string() }, ({ RoleName, PolicyName }, call) => {
  const found = policiesOf(RoleName, call).find(({ name }) => name === PolicyName);
  if (!found) throw new AwsError("NoSuchEntity", `The role policy with name ${PolicyName} cannot be found.`, 404);
  return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(found.policy) };
});

const simulatePrincipalPolicy = action(
  { ...paged, PolicySourceArn: z.string(), ActionNames: texts.min(1), ResourceArns: texts.min(1).default(["*"]) },
  async ({ PolicySourceArn, ActionNames, ResourceArns, ...asked }, call: IamApiCall) => {
    const { arn } = roleOf(nameOf(PolicySourceArn), call);
    const session = { roleArn: arn, name: "simulation", region: call.region };
    const questions = ActionNames.flatMap((EvalActionName) =>
      ResourceArns.map((EvalResourceName) => ({ EvalActionName, EvalResourceName })),
    );
    const results = await Promise.all(
      questions.map(async (question) => {
        const verdict = await call.iam.authorize(session, question.EvalActionName, question.EvalResourceName);
        const explicit = !verdict.allowed && verdict.message.includes("explicit deny");
        const EvalDecision = verdict.allowed ? "allowed" : explicit ? "explicitDeny" : "implicitDeny";
        return { ...question, EvalDecision, MatchedStatements: [], MissingContextValues: [] };
      }),
    );
    return listed(results, "EvaluationResults", asked);
  },
);

export const iamApi: Service<IamApiCall> = {
  name: "iam",
  protocols: [query],
  namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  version: "2010-05-08",
  invalid: "ValidationError",
  actions: {
    GetRole: getRole,
    GetRolePolicy: getRolePolicy,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    ListRolePolicies: listRolePolicies,
    ListRoles: listRoles,
    SimulatePrincipalPolicy: simulatePrincipalPolicy,
  },
};
