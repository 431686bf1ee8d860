/**
 * Security groups, with rules of their own or as resources apart; which packets they let through is group-rules.ts's.
 * Not modelled: both forms of rules for one group, which fight with each other on AWS; IPv6.
 * Sources: terraform-provider-aws internal/service/ec2/vpc_security_group*.go; EC2 API reference (error texts).
 */
import { z } from "zod";
import { arn, ec2Id } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { retried } from "../../core/wait.ts";
import { must, type ResourceCall, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { cidr } from "./cidr-block.ts";
import { tokens } from "./tokens.ts";
import { mustPrefixList } from "./vpc-endpoint.ts";

const port = z.number().int();

export const inlineRules = z
  .array(
    z.strictObject({
      protocol: z.string(),
      fromPort: port,
      toPort: port,
      cidrBlocks: z.array(cidr).optional(),
      prefixListIds: z.array(z.string()).optional(),
      securityGroups: z.array(z.string()).optional(),
      self: z.boolean().optional(),
      description: z.string().optional(),
    }),
  )
  .optional();

const inlineOf = ({ ingress = [], egress = [] }: Properties): Properties[] => [...ingress, ...egress];

/** @throws Error in EC2's words for a rule that names what does not exist */
export function mustNames(inputs: Properties, call: ResourceCall): void {
  for (const { securityGroups = [], prefixListIds = [] } of inlineOf(inputs)) {
    for (const id of securityGroups) must(call, tokens.securityGroup, id, "InvalidGroup.NotFound", "security group");
    for (const id of prefixListIds) mustPrefixList(id, call);
  }
}

/** In each update the provider would take away what the other form has added. */
function refuseMixture(id: string): never {
  throw new Error(`the twin does not model rules of their own beside those inside security group ${id}`);
}

export const securityGroup: ResourceType = {
  token: tokens.securityGroup,
  scope: "regional",
  inputs: tagged({
    name: z.string().refine((n) => !n.startsWith("sg-"), "must not start with sg-"),
    description: z.string(),
    vpcId: z.string(),
    revokeRulesOnDelete: z.boolean(),
    ingress: inlineRules,
    egress: inlineRules,
  }),
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  autoname: { property: "name", max: 255 },
  sets: ["ingress", "egress"],
  computed: ["arn", "ownerId", "tagsAll"],
  replaces: ["name", "description", "vpcId"],
  create: (inputs, call) => {
    must(call, tokens.vpc, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
    if (
      call.store
        .list(tokens.securityGroup, call.region)
        .some((g) => g.inputs.vpcId === inputs.vpcId && g.inputs.name === inputs.name)
    )
      throw new Error(
        `creating Security Group (${inputs.name}): api error InvalidGroup.Duplicate: The security group '${inputs.name}' already exists for VPC '${inputs.vpcId}'`,
      );
    mustNames(inputs, call);
    const id = ec2Id("sg");
    return {
      id,
      outputs: { arn: arn("ec2", call, `security-group/${id}`), ownerId: call.account, ...tagsAll(inputs, call) },
    };
  },
  update: (id, _state, inputs, call) => {
    mustNames(inputs, call);
    const apart = (token: string) => call.store.list(token, call.region).some((r) => r.inputs.securityGroupId === id);
    if (inlineOf(inputs).length > 0 && [ingressRule, egressRule].some((r) => apart(r.token))) refuseMixture(id);
    return tagsAll(inputs, call);
  },
  // The provider tries again for 15 minutes; the twin tells the same after seconds.
  delete: (id, _state, call) =>
    retried(3_000, () => {
      const { store } = call;
      const others = store.list(tokens.securityGroup, call.region).filter((other) => other.id !== id);
      const referenced =
        [ingressRule, egressRule].some((r) =>
          store.list(r.token, call.region).some((x) => x.inputs.referencedSecurityGroupId === id),
        ) || others.some(({ inputs }) => inlineOf(inputs).some((rule) => rule.securityGroups?.includes(id)));
      const attached =
        store
          .list("aws:lb/loadBalancer:LoadBalancer", call.region)
          .some((lb) => lb.inputs.securityGroups?.includes(id)) ||
        store.list(tokens.vpcEndpoint, call.region).some((e) => e.inputs.securityGroupIds?.includes(id)) ||
        store
          .list("aws:ecs/service:Service", call.region)
          .some((s) => s.inputs.networkConfiguration?.securityGroups?.includes(id));
      if (referenced || attached)
        throw new Error(`api error DependencyViolation: resource ${id} has a dependent object`);
    }),
};

/** Protocols that may be said by their number. */
const protocols: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp" };

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
      description: z.string().optional(),
    }),
    computed: ["arn", "securityGroupRuleId", "tagsAll"],
    replaces: ["securityGroupId"],
    // Another kind of source is another rule; another one of the kind is not.
    replacesWhen: (olds, news) => sources.filter((s) => (olds[s] === undefined) !== (news[s] === undefined)),
    normal: { ipProtocol: (protocol) => protocols[String(protocol)] ?? protocol },
    check: (inputs) =>
      sources.filter((s) => inputs[s] !== undefined).length === 1
        ? []
        : [{ property: "cidrIpv4", reason: `exactly one of ${sources.join(", ")} must be specified` }],
    create: (inputs, call) => {
      const { securityGroupId } = inputs;
      const group = must(call, tokens.securityGroup, securityGroupId, "InvalidGroup.NotFound", "security group");
      if (inlineOf(group).length > 0) refuseMixture(securityGroupId);
      if (inputs.prefixListId) mustPrefixList(inputs.prefixListId, call);
      const same = call.store
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
