/** DescribeVpcs, DescribeSubnets and DescribeFlowLogs. */
import { describing, tagSet } from "./describe.ts";
import { tokens } from "./tokens.ts";

export const describeVpcs = describing({
  ...{ set: "vpcSet", ids: "VpcId", absent: ["InvalidVpcID.NotFound", "vpc ID"] },
  resources: ({ store, region }) => store.list(tokens.vpc, region),
  shape: ({ id, outputs, ...rest }, { account }) => ({
    ...{ vpcId: id, ownerId: account, state: "available", cidrBlock: outputs.cidrBlock, isDefault: false },
    ...{ dhcpOptionsId: outputs.dhcpOptionsId, instanceTenancy: outputs.instanceTenancy ?? "default" },
    tagSet: tagSet({ ...rest, outputs }),
  }),
  filters: { "vpc-id": ({ id }) => id, cidr: ({ outputs }) => outputs.cidrBlock, state: () => "available" },
});

export const describeSubnets = describing({
  ...{ set: "subnetSet", ids: "SubnetId", absent: ["InvalidSubnetID.NotFound", "subnet ID"] },
  resources: ({ store, region }) => store.list(tokens.subnet, region),
  shape: (resource, { account }) => {
    const {
      vpcId,
      cidrBlock,
      availabilityZone,
      availabilityZoneId,
      mapPublicIpOnLaunch = false,
      arn,
    } = resource.outputs;
    return {
      ...{ subnetId: resource.id, subnetArn: arn, vpcId, ownerId: account, state: "available", cidrBlock },
      ...{ availabilityZone, availabilityZoneId, mapPublicIpOnLaunch, defaultForAz: false, tagSet: tagSet(resource) },
    };
  },
  filters: {
    "subnet-id": ({ id }) => id,
    "vpc-id": ({ outputs }) => outputs.vpcId,
    "availability-zone": ({ outputs }) => outputs.availabilityZone,
  },
});

/** The twin's VPCs have none: packets that do not pass are in its log. */
export const describeFlowLogs = describing({
  ...{ set: "flowLogSet", ids: "FlowLogId", absent: ["InvalidFlowLogId.NotFound", "flow log ID"] },
  resources: () => [],
  shape: () => ({}),
  filters: { "resource-id": () => undefined },
});
