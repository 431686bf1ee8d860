/**
 * Security groups and their rules as resources of their own.
 * Sources: terraform-provider-aws internal/service/ec2/vpc_security_group*.go; EC2 API reference (error texts).
 */
import { z } from "zod";
import { type ResourceType, tagged } from "../provider/define.ts";
import { cidr } from "./cidr.ts";
import { mustPrefixList, vpcEndpoint } from "./endpoints.ts";
import { arn, ec2Id, must, tagsAll } from "./names.ts";

const port = z.number().int().min(-1).max(65535);

export const securityGroup: ResourceType = {
  token: "aws:ec2/securityGroup:SecurityGroup",
  scope: "regional",
  inputs: tagged({
    // No inline ingress or egress: rules are resources of their own, and the two forms fight with each other.
    name: z
      .string()
      .max(255)
      .refine((n) => !n.startsWith("sg-"), "must not start with sg-"),
    description: z.string().max(255),
    vpcId: z.string(),
    revokeRulesOnDelete: z.boolean(),
  }),
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  autoname: { property: "name", max: 255 },
  computed: ["arn", "ownerId", "tagsAll"],
  replaces: ["name", "description", "vpcId"],
  create: (inputs, call) => {
    must(call, "aws:ec2/vpc:Vpc", inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
    if (
      call.cloud.store
        .list(securityGroup.token, call.region)
        .some((g) => g.inputs.vpcId === inputs.vpcId && g.inputs.name === inputs.name)
    )
      throw new Error(
        `creating Security Group (${inputs.name}): api error InvalidGroup.Duplicate: The security group '${inputs.name}' already exists for VPC '${inputs.vpcId}'`,
      );
    const id = ec2Id("sg");
    return {
      id,
      outputs: { arn: arn("ec2", call, `security-group/${id}`), ownerId: call.account, ...tagsAll(inputs, call) },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) => {
    const { store } = call.cloud;
    const referenced = [ingressRule, egressRule].some((r) =>
      store.list(r.token, call.region).some((x) => x.inputs.referencedSecurityGroupId === id),
    );
    const attached =
      store
        .list("aws:lb/loadBalancer:LoadBalancer", call.region)
        .some((lb) => lb.inputs.securityGroups?.includes(id)) ||
      store.list(vpcEndpoint.token, call.region).some((e) => e.inputs.securityGroupIds?.includes(id)) ||
      store
        .list("aws:ecs/service:Service", call.region)
        .some((s) => s.inputs.networkConfiguration?.securityGroups?.includes(id));
    if (referenced || attached) throw new Error(`api error DependencyViolation: resource ${id} has a dependent object`);
  },
};

const sources = ["cidrIpv4", "prefixListId", "referencedSecurityGroupId"];

function securityGroupRule(token: string): ResourceType {
  return {
    token,
    scope: "regional",
    inputs: tagged({
      securityGroupId: z.string(),
      ipProtocol: z.string(),
      fromPort: port.optional(),
      toPort: port.optional(),
      cidrIpv4: cidr.optional(),
      prefixListId: z.string().optional(),
      referencedSecurityGroupId: z.string().optional(),
      description: z.string().max(255).optional(),
    }),
    computed: ["arn", "securityGroupRuleId", "tagsAll"],
    // Also when WHICH source is used changes; the twin replaces for any change of source (facts: conditionalForceNew).
    replaces: ["securityGroupId"],
    check: (inputs) =>
      sources.filter((s) => inputs[s] !== undefined).length === 1
        ? []
        : [{ property: "", reason: `exactly one of ${sources.join(", ")} must be specified` }],
    create: (inputs, call) => {
      must(call, securityGroup.token, inputs.securityGroupId, "InvalidGroup.NotFound", "security group");
      if (inputs.prefixListId) mustPrefixList(inputs.prefixListId, call);
      const same = call.cloud.store
        .list(token, call.region)
        .some((r) =>
          ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...sources].every((p) => r.inputs[p] === inputs[p]),
        );
      if (same)
        throw new Error(
          `api error InvalidPermission.Duplicate: the specified rule "peer: ${sources.map((s) => inputs[s]).find(Boolean)}, ${inputs.ipProtocol}, from port: ${inputs.fromPort}, to port: ${inputs.toPort}, ALLOW" already exists`,
        );
      const id = ec2Id("sgr");
      return {
        id,
        outputs: {
          securityGroupRuleId: id,
          arn: arn("ec2", call, `security-group-rule/${id}`),
          ...tagsAll(inputs, call),
        },
      };
    },
    update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  };
}

export const ingressRule = securityGroupRule("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
export const egressRule = securityGroupRule("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
