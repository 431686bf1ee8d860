/**
 * The default security group of a VPC, which AWS makes with it: the program only takes it over, and with it its rules.
 * AWS has the group without tags until then. A delete leaves the group as it is.
 * Source: terraform-provider-aws internal/service/ec2/vpc_default_security_group.go.
 */
import { z } from "zod";
import { arn } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import { must, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { inlineRules, mustNames } from "./security-groups.ts";
import { tokens } from "./tokens.ts";

export const defaultSecurityGroup: ResourceType = {
  token: tokens.defaultSecurityGroup,
  scope: "regional",
  inputs: tagged({
    vpcId: z.string(),
    revokeRulesOnDelete: z.boolean(),
    ingress: inlineRules,
    egress: inlineRules,
  }),
  defaults: { revokeRulesOnDelete: false },
  sets: ["ingress", "egress"],
  computed: ["arn", "description", "name", "namePrefix", "ownerId", "tagsAll"],
  replaces: ["vpcId"],
  create: (inputs, call) => {
    const { defaultSecurityGroupId: id } = must(call, tokens.vpc, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
    mustNames(inputs, call);
    return {
      id,
      outputs: {
        ...{ arn: arn("ec2", call, `security-group/${id}`), name: "default", namePrefix: "" },
        ...{ description: "default VPC security group", ownerId: call.account, ...tagsAll(inputs, call) },
      },
    };
  },
  update: (_id, _state, inputs, call) => {
    mustNames(inputs, call);
    return tagsAll(inputs, call);
  },
  delete: (id, { ingress = [], egress = [] }, { store, region }) =>
    store.put({ type: leftToken, id, region, inputs: {}, outputs: { ingress, egress } }),
};

/** A mark of a group that the program has given up: its rules as they were then. */
const leftToken = "twin:index/leftSecurityGroup:LeftSecurityGroup";

/** The rules of a default group that was taken over; undefined where it has those that AWS makes it with. */
export function takenOver(
  look: Pick<View, "list">,
  groupId: string,
  direction: "ingress" | "egress",
): Properties[] | undefined {
  const found = [defaultSecurityGroup.token, leftToken].flatMap((token) =>
    look.list(token).filter(({ id }) => id === groupId),
  )[0];
  return found && (found.outputs[direction] ?? []);
}
