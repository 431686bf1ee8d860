import { z } from "zod";
import { parseCidr } from "../../core/cidr.ts";
import { arn, ec2Id } from "../../core/ids.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { cidr } from "./cidr-block.ts";
import { refuseBeyond, refuseIfUsed } from "./refusals.ts";
import { tokens } from "./tokens.ts";

export const vpc: ResourceType = {
  token: tokens.vpc,
  scope: "regional",
  inputs: tagged({
    cidrBlock: cidr,
    enableDnsHostnames: z.boolean().optional(),
    enableDnsSupport: z.boolean(),
    instanceTenancy: z.literal("default"),
  }),
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  computed: [
    "arn",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
    "ipv6AssociationId",
    "mainRouteTableId",
    "ownerId",
    "tagsAll",
  ],
  replaces: ["cidrBlock", "instanceTenancy"],
  check: ({ cidrBlock }) => {
    const block = typeof cidrBlock === "string" ? parseCidr(cidrBlock) : undefined;
    return block && (block.bits < 16 || block.bits > 28)
      ? [
          {
            property: "cidrBlock",
            reason: `expected cidr_block to contain a network Value with between 16 and 28 significant bits, got: ${block.bits}`,
          },
        ]
      : [];
  },
  create: (inputs, call) => {
    refuseBeyond(5, call.store.list(tokens.vpc, call.region).length, "VpcLimitExceeded", "VPC");
    const id = ec2Id("vpc");
    const table = ec2Id("rtb");
    return {
      id,
      outputs: {
        arn: arn("ec2", call, `vpc/${id}`),
        defaultNetworkAclId: ec2Id("acl"),
        defaultRouteTableId: table,
        mainRouteTableId: table,
        defaultSecurityGroupId: ec2Id("sg"),
        dhcpOptionsId: ec2Id("dopt"),
        ipv6AssociationId: "",
        ownerId: call.account,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    refuseIfUsed(call, id, "vpc", [
      [tokens.subnet, "vpcId"],
      [tokens.internetGateway, "vpcId"],
      [tokens.securityGroup, "vpcId"],
      [tokens.vpcEndpoint, "vpcId"],
    ]),
};
