/**
 * IAM roles and inline policies; which calls they let pass is decided by behaviour.ts.
 * Sources: terraform-provider-aws internal/service/iam; IAM API reference.
 */
import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { retried } from "../../core/wait.ts";
import { global, type ResourceCall, type ResourceType, tagsAll } from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";
import { policyDocument } from "../policy-document.ts";
import { managedPolicy } from "./managed.ts";

/** A role's boundary has to be there (IAM API reference, CreateRole and PutRolePermissionsBoundary: NoSuchEntity). */
function findBoundary({ name, permissionsBoundary: arn }: Properties, call: ResourceCall, doing: string): void {
  if (arn === undefined || managedPolicy(call.store, arn)) return;
  throw new Error(
    `${doing} IAM Role (${name}): api error NoSuchEntity: Scope ARN: ${arn} does not exist or is not attachable.`,
  );
}

/** Characters of a policy as IAM counts them: white space is none (IAM user guide, "IAM and AWS STS quotas"). */
const sizeOf = (document: string): number => [...document.replaceAll(/\s/g, "")].length;

/** Quotas of that page: of all inline policies of one role together, and of its trust policy. */
const most = { inline: 10_240, trust: 2_048 };

/** @throws Error in IAM's words (aws-amplify/amplify-backend#2615) */
function refuseBeyondInline(id: string | undefined, { role, name, policy }: Properties, call: ResourceCall): void {
  const others = call.store.list(rolePolicy.token).filter((p) => p.inputs.role === role && p.id !== id);
  const size = [policy, ...others.map(({ inputs }) => inputs.policy)].reduce((sum, text) => sum + sizeOf(text), 0);
  if (size > most.inline)
    throw new Error(
      `${id === undefined ? "putting" : "updating"} IAM Role (${role}) Policy (${name}): api error LimitExceeded: Maximum policy size of ${most.inline} bytes exceeded for role ${role}`,
    );
}

/** @throws Error in IAM's words (kubeflow/kubeflow#6687) */
function refuseBeyondTrust({ name, assumeRolePolicy }: Properties, doing: string): void {
  if (sizeOf(assumeRolePolicy) > most.trust)
    throw new Error(
      `${doing} IAM Role (${name}): api error LimitExceeded: Cannot exceed quota for ACLSizePerRole: ${most.trust}`,
    );
}

export const role: ResourceType = {
  token: "aws:iam/role:Role",
  scope: "global",
  inputs: global({
    name: z.string(),
    assumeRolePolicy: policyDocument,
    path: z.string(),
    description: z.string().optional(),
    maxSessionDuration: z.number().int(),
    forceDetachPolicies: z.boolean(),
    permissionsBoundary: z.string().startsWith("arn:aws:iam::").optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  defaults: { path: "/", maxSessionDuration: 3600, forceDetachPolicies: false },
  autoname: { property: "name", max: 64 },
  json: ["assumeRolePolicy"],
  computed: ["arn", "createDate", "tagsAll", "uniqueId"],
  replaces: ["name", "path"],
  create: (inputs, call) => {
    if (call.store.get(role.token, inputs.name, "global"))
      throw new Error(
        `creating IAM Role (${inputs.name}): api error EntityAlreadyExists: Role with name ${inputs.name} already exists.`,
      );
    findBoundary(inputs, call, "creating");
    refuseBeyondTrust(inputs, "creating");
    return {
      id: inputs.name,
      outputs: {
        arn: arn("iam", call, `role${inputs.path}${inputs.name}`),
        createDate: new Date().toISOString(),
        uniqueId: `AROA${hex(8).toUpperCase()}`,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => {
    findBoundary(inputs, call, "updating");
    refuseBeyondTrust(inputs, "updating");
    return tagsAll(inputs, call);
  },
  // The provider tries again for some 2 minutes; the twin tells the same after seconds.
  delete: (id, state, call) =>
    retried(3_000, () => {
      if (!state.forceDetachPolicies && call.store.list(rolePolicy.token).some((p) => p.inputs.role === id))
        throw new Error(
          `deleting IAM Role (${id}): api error DeleteConflict: Cannot delete entity, must delete policies first.`,
        );
    }),
};

export const rolePolicy: ResourceType = {
  token: "aws:iam/rolePolicy:RolePolicy",
  scope: "global",
  inputs: global({
    name: z.string(),
    policy: policyDocument.refine((text) => text.length <= 10240, "expected at most 10240 characters"),
    role: z.string().refine((text) => isUnknown(text) || !text.startsWith("arn:"), "expected a role name, not an ARN"),
  }),
  autoname: { property: "name", max: 255 },
  json: ["policy"],
  computed: [],
  replaces: ["name", "role"],
  create: (inputs, call) => {
    if (!call.store.get(role.token, inputs.role, "global"))
      throw new Error(
        `putting IAM Role (${inputs.role}) Policy (${inputs.name}): api error NoSuchEntity: The role with name ${inputs.role} cannot be found.`,
      );
    refuseBeyondInline(undefined, inputs, call);
    return { id: `${inputs.role}:${inputs.name}`, outputs: {} };
  },
  update: (id, _state, inputs, call) => {
    refuseBeyondInline(id, inputs, call);
    return {};
  },
};

/** Planned, so that policy can judge it, and not made: it would take the policy from every other role of the account. */
export const policyAttachment: ResourceType = {
  token: "aws:iam/policyAttachment:PolicyAttachment",
  scope: "global",
  inputs: global({
    name: z.string(),
    policyArn: z.string().startsWith("arn:"),
    roles: z.array(z.string()).optional(),
    users: z.array(z.string()).optional(),
    groups: z.array(z.string()).optional(),
  }),
  autoname: { property: "name", max: 255 },
  sets: ["groups", "roles", "users"],
  computed: [],
  replaces: ["name", "policyArn"],
  check: ({ groups, roles, users }) =>
    [groups, roles, users].some((list) => list !== undefined)
      ? []
      : [{ property: "roles", reason: "one of groups, roles, users must be specified" }],
  update: () => ({}),
  create: () => {
    throw new Error("the twin does not model aws:iam/policyAttachment:PolicyAttachment beyond its plan");
  },
};

export const iam: readonly ResourceType[] = [role, rolePolicy, policyAttachment];
