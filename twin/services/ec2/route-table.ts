import { z } from "zod";
import { arn, ec2Id } from "../../core/ids.ts";
import { must, type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { tokens } from "./tokens.ts";

export const routeTable: ResourceType = {
  token: tokens.routeTable,
  scope: "regional",
  inputs: tagged({ vpcId: z.string() }),
  computed: ["arn", "ownerId", "routes", "tagsAll"],
  replaces: ["vpcId"],
  create: (inputs, call) => {
    must(call, tokens.vpc, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
    const id = ec2Id("rtb");
    return {
      id,
      outputs: {
        arn: arn("ec2", call, `route-table/${id}`),
        ownerId: call.account,
        routes: [],
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
};

export const routeTableAssociation: ResourceType = {
  token: tokens.routeTableAssociation,
  scope: "regional",
  inputs: regional({ routeTableId: z.string(), subnetId: z.string() }),
  computed: [],
  replaces: ["subnetId"],
  create: (inputs, call) => {
    must(call, tokens.routeTable, inputs.routeTableId, "InvalidRouteTableID.NotFound", "routeTable");
    must(call, tokens.subnet, inputs.subnetId, "InvalidSubnetID.NotFound", "subnet");
    if (call.store.list(tokens.routeTableAssociation, call.region).some((a) => a.inputs.subnetId === inputs.subnetId))
      throw new Error(
        `api error Resource.AlreadyAssociated: the specified association for subnet ${inputs.subnetId} conflicts with an existing association`,
      );
    return { id: ec2Id("rtbassoc"), outputs: {} };
  },
  update: () => ({}),
};
