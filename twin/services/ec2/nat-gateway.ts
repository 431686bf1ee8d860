import { z } from "zod";
import { ec2Id } from "../../core/ids.ts";
import { must, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { refuseBeyond } from "./refusals.ts";
import { tokens } from "./tokens.ts";

/** What only a regional NAT gateway has; the twin's are zonal. */
const ofRegionalGateways = {
  autoProvisionZones: "",
  autoScalingIps: "",
  regionalNatGatewayAddresses: [],
  regionalNatGatewayAutoMode: "",
  routeTableId: "",
};

export const natGateway: ResourceType = {
  token: tokens.natGateway,
  scope: "regional",
  inputs: tagged({ subnetId: z.string(), allocationId: z.string(), connectivityType: z.literal("public") }),
  defaults: { connectivityType: "public" },
  computed: [
    "associationId",
    "networkInterfaceId",
    "privateIp",
    "publicIp",
    ...Object.keys(ofRegionalGateways),
    "tagsAll",
  ],
  replaces: ["subnetId", "allocationId", "connectivityType"],
  create: (inputs, call) => {
    const { vpcId, cidrBlock, availabilityZone } = must(
      call,
      tokens.subnet,
      inputs.subnetId,
      "InvalidSubnetID.NotFound",
      "subnet",
    );
    const address = must(call, tokens.eip, inputs.allocationId, "InvalidAllocationID.NotFound", "allocation");
    if (!call.store.list(tokens.internetGateway, call.region).some((g) => g.inputs.vpcId === vpcId))
      throw new Error(
        `creating EC2 NAT Gateway: Gateway.NotAttached: Network ${vpcId} has no Internet gateway attached`,
      );
    const zoneOf = (id: string) => call.store.get(tokens.subnet, id, call.region)?.inputs.availabilityZone;
    const others = call.store.list(tokens.natGateway, call.region);
    const zonal = others.filter((n) => zoneOf(n.inputs.subnetId) === availabilityZone);
    refuseBeyond(5, zonal.length, "NatGatewayLimitExceeded", "NAT Gateway");
    if (others.some((n) => n.inputs.allocationId === inputs.allocationId))
      throw new Error(
        `creating EC2 NAT Gateway: Resource.AlreadyAssociated: Elastic IP address [${inputs.allocationId}] is already associated`,
      );
    return {
      id: ec2Id("nat"),
      outputs: {
        ...ofRegionalGateways,
        associationId: ec2Id("eipassoc"),
        networkInterfaceId: ec2Id("eni"),
        privateIp: cidrBlock.replace(/\d+\/\d+$/, "4"),
        publicIp: address.publicIp,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
};
