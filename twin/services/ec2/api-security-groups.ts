/** DescribeSecurityGroups and DescribeSecurityGroupRules. */
import type { ApiCall } from "../../api/service.ts";
import type { Properties, Resource } from "../../core/store.ts";
import { describing, tagSet } from "./describe.ts";
import { egressRule, ingressRule } from "./security-groups.ts";
import { tokens } from "./tokens.ts";

const rulesOf = (type: string, groupId: string, { store, region }: ApiCall): Properties[] =>
  store
    .list(type, region)
    .map(({ outputs }) => outputs)
    .filter(({ securityGroupId }) => securityGroupId === groupId);

/** A rule inside a group, which may have several sources, and one of its own, which has one. */
function permission(rule: Properties, { account }: ApiCall): Properties {
  const { ipProtocol, protocol, fromPort, toPort, description } = rule;
  const blocks: string[] = rule.cidrBlocks ?? [rule.cidrIpv4].filter((block) => block !== undefined);
  const groups: string[] = rule.securityGroups ?? [rule.referencedSecurityGroupId].filter((id) => id !== undefined);
  const lists: string[] = rule.prefixListIds ?? [rule.prefixListId].filter((id) => id !== undefined);
  return {
    ...{ ipProtocol: ipProtocol ?? protocol, fromPort, toPort },
    ipRanges: blocks.map((cidrIp) => ({ cidrIp, description })),
    groups: groups.map((groupId) => ({ groupId, userId: account, description })),
    prefixListIds: lists.map((prefixListId) => ({ prefixListId, description })),
  };
}

const permissions = (inline: Properties[] | undefined, type: string, id: string, call: ApiCall): Properties[] =>
  [...(inline ?? []), ...rulesOf(type, id, call)].map((rule) => permission(rule, call));

export const describeSecurityGroups = describing({
  ...{ set: "securityGroupInfo", ids: "GroupId", absent: ["InvalidGroup.NotFound", "security group"] },
  // The default group of a VPC, once the program has taken it over.
  resources: ({ store, region }) =>
    [tokens.securityGroup, tokens.defaultSecurityGroup].flatMap((token) => store.list(token, region)),
  shape: (resource, call) => {
    const { id, outputs } = resource;
    return {
      ...{ groupId: id, groupName: outputs.name, groupDescription: outputs.description, vpcId: outputs.vpcId },
      ...{ ownerId: call.account, securityGroupArn: outputs.arn },
      ipPermissions: permissions(outputs.ingress, ingressRule.token, id, call),
      ipPermissionsEgress: permissions(outputs.egress, egressRule.token, id, call),
      tagSet: tagSet(resource),
    };
  },
  filters: {
    "group-id": ({ id }) => id,
    "group-name": ({ outputs }) => outputs.name,
    "vpc-id": ({ outputs }) => outputs.vpcId,
  },
});

/** Rules that are resources of their own; those inside a group are shown with the group. */
export const describeSecurityGroupRules = describing({
  ...{ set: "securityGroupRuleSet", ids: "SecurityGroupRuleId" },
  absent: ["InvalidSecurityGroupRuleId.NotFound", "security group rule ID"],
  resources: ({ store, region }) => [ingressRule, egressRule].flatMap(({ token }) => store.list(token, region)),
  shape: (resource: Resource, { account }) => {
    const { securityGroupId, ipProtocol, fromPort = -1, toPort = -1, description } = resource.outputs;
    const { cidrIpv4, prefixListId, referencedSecurityGroupId, arn } = resource.outputs;
    return {
      ...{
        securityGroupRuleId: resource.id,
        securityGroupRuleArn: arn,
        groupId: securityGroupId,
        groupOwnerId: account,
      },
      ...{
        isEgress: resource.type === egressRule.token,
        ipProtocol,
        fromPort,
        toPort,
        cidrIpv4,
        prefixListId,
        description,
      },
      referencedGroupInfo: referencedSecurityGroupId && { groupId: referencedSecurityGroupId, userId: account },
      tagSet: tagSet(resource),
    };
  },
  filters: {
    "group-id": ({ outputs }) => outputs.securityGroupId,
    "security-group-rule-id": ({ id }) => id,
  },
});
