import { z } from "zod";
import { arn, ec2Id } from "../../core/ids.ts";
import { retried } from "../../core/wait.ts";
import { must, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { refuseBeyond } from "./refusals.ts";
import { tokens } from "./tokens.ts";

export const internetGateway: ResourceType = {
  token: tokens.internetGateway,
  scope: "regional",
  inputs: tagged({ vpcId: z.string().optional() }),
  computed: ["arn", "ownerId", "tagsAll"],
  replaces: [],
  create: (inputs, call) => {
    const gateways = call.store.list(tokens.internetGateway, call.region);
    refuseBeyond(5, gateways.length, "InternetGatewayLimitExceeded", "Internet Gateway");
    if (inputs.vpcId) {
      must(call, tokens.vpc, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
      if (gateways.some((g) => g.inputs.vpcId === inputs.vpcId))
        throw new Error(
          `attaching EC2 Internet Gateway: api error Resource.AlreadyAssociated: Network ${inputs.vpcId} already has an internet gateway attached`,
        );
    }
    const id = ec2Id("igw");
    return {
      id,
      outputs: { arn: arn("ec2", call, `internet-gateway/${id}`), ownerId: call.account, ...tagsAll(inputs, call) },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (_id, state, call) =>
    retried(3_000, () => {
      const subnets = call.store
        .list(tokens.subnet, call.region)
        .filter((s) => s.inputs.vpcId === state.vpcId)
        .map((s) => s.id);
      const mapped = call.store.list(tokens.natGateway, call.region).some((n) => subnets.includes(n.inputs.subnetId));
      if (mapped)
        throw new Error(
          `api error DependencyViolation: Network ${state.vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
        );
    }),
};
