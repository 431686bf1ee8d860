import { z } from "zod";
import { inside, overlaps } from "../../core/cidr.ts";
import { arn, ec2Id } from "../../core/ids.ts";
import { must, type Problem, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";
import { cidr } from "./cidr-block.ts";
import { refuseBeyond, refuseIfUsed } from "./refusals.ts";
import { tokens } from "./tokens.ts";

export const subnet: ResourceType = {
  token: tokens.subnet,
  scope: "regional",
  inputs: tagged({
    vpcId: z.string(),
    cidrBlock: cidr,
    availabilityZone: z.string(),
    mapPublicIpOnLaunch: z.boolean(),
  }),
  defaults: { mapPublicIpOnLaunch: false },
  computed: ["arn", "availabilityZoneId", "ipv6CidrBlockAssociationId", "ownerId", "tagsAll"],
  replaces: ["vpcId", "cidrBlock", "availabilityZone"],
  check: (inputs, call): Problem[] =>
    isUnknown(inputs.availabilityZone) || new RegExp(`^${call.region}[a-f]$`).test(inputs.availabilityZone)
      ? []
      : [{ property: "availabilityZone", reason: `'${inputs.availabilityZone}' is no zone of ${call.region}` }],
  create: (inputs, call) => {
    const parent = must(call, tokens.vpc, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
    if (!inside(inputs.cidrBlock, parent.cidrBlock))
      throw new Error(`creating EC2 Subnet: api error InvalidSubnet.Range: The CIDR '${inputs.cidrBlock}' is invalid.`);
    const siblings = call.store.list(tokens.subnet, call.region).filter((s) => s.inputs.vpcId === inputs.vpcId);
    refuseBeyond(200, siblings.length, "SubnetLimitExceeded", "Subnet");
    if (siblings.some((s) => overlaps(s.inputs.cidrBlock, inputs.cidrBlock)))
      throw new Error(
        `creating EC2 Subnet: api error InvalidSubnet.Conflict: The CIDR '${inputs.cidrBlock}' conflicts with another subnet`,
      );
    const id = ec2Id("subnet");
    return {
      id,
      outputs: {
        arn: arn("ec2", call, `subnet/${id}`),
        availabilityZoneId: `az${inputs.availabilityZone.at(-1)}`,
        ipv6CidrBlockAssociationId: "",
        ownerId: call.account,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    refuseIfUsed(call, id, "subnet", [
      [tokens.natGateway, "subnetId"],
      [tokens.vpcEndpoint, "subnetIds"],
      ["aws:lb/loadBalancer:LoadBalancer", "subnets"],
    ]),
};
