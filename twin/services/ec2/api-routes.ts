/** DescribeNatGateways, DescribeRouteTables and DescribeVpcEndpoints. */
import type { ApiCall } from "../../api/service.ts";
import type { Properties, Resource } from "../../core/store.ts";
import { describing, tagSet } from "./describe.ts";
import { tokens } from "./tokens.ts";

export const describeNatGateways = describing({
  ...{ set: "natGatewaySet", ids: "NatGatewayId", absent: ["NatGatewayNotFound", "NAT gateway"] },
  resources: ({ store, region }) => store.list(tokens.natGateway, region),
  shape: (resource, { store, region }) => {
    const { subnetId, allocationId, networkInterfaceId, privateIp, publicIp, associationId } = resource.outputs;
    return {
      ...{ natGatewayId: resource.id, subnetId, vpcId: store.get(tokens.subnet, subnetId, region)?.outputs.vpcId },
      ...{ state: "available", connectivityType: "public" },
      natGatewayAddressSet: [
        { allocationId, networkInterfaceId, privateIp, publicIp, associationId, isPrimary: true, status: "succeeded" },
      ],
      tagSet: tagSet(resource),
    };
  },
  filters: {
    "nat-gateway-id": ({ id }) => id,
    "subnet-id": ({ outputs }) => outputs.subnetId,
    state: () => "available",
  },
});

const associationsOf = (id: string, { store, region }: ApiCall): Properties[] =>
  store
    .list(tokens.routeTableAssociation, region)
    .filter(({ outputs }) => outputs.routeTableId === id)
    .map((one) => ({
      ...{ routeTableAssociationId: one.id, routeTableId: id, subnetId: one.outputs.subnetId, main: false },
      associationState: { state: "associated" },
    }));

/** The VPC's own range leads nowhere out of it; the others are resources. */
function routesOf({ id, outputs }: Resource, { store, region }: ApiCall): Properties[] {
  const vpc = store.get(tokens.vpc, outputs.vpcId, region);
  const others = store.list(tokens.route, region).filter((route) => route.outputs.routeTableId === id);
  return [
    { destinationCidrBlock: vpc?.outputs.cidrBlock, gatewayId: "local", state: "active", origin: "CreateRouteTable" },
    ...others.map(({ outputs: { destinationCidrBlock, gatewayId, natGatewayId } }) => ({
      ...{ destinationCidrBlock, gatewayId, natGatewayId, state: "active", origin: "CreateRoute" },
    })),
  ];
}

export const describeRouteTables = describing({
  ...{ set: "routeTableSet", ids: "RouteTableId", absent: ["InvalidRouteTableID.NotFound", "routeTable ID"] },
  resources: ({ store, region }) => store.list(tokens.routeTable, region),
  shape: (resource, call) => ({
    ...{ routeTableId: resource.id, vpcId: resource.outputs.vpcId, ownerId: call.account },
    ...{ routeSet: routesOf(resource, call), associationSet: associationsOf(resource.id, call) },
    tagSet: tagSet(resource),
  }),
  filters: { "route-table-id": ({ id }) => id, "vpc-id": ({ outputs }) => outputs.vpcId },
});

export const describeVpcEndpoints = describing({
  ...{ set: "vpcEndpointSet", ids: "VpcEndpointId", absent: ["InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id"] },
  resources: ({ store, region }) => store.list(tokens.vpcEndpoint, region),
  shape: (resource, { account }) => {
    const { vpcId, serviceName, vpcEndpointType, policy, privateDnsEnabled = false } = resource.outputs;
    const { subnetIds = [], routeTableIds = [], securityGroupIds = [] } = resource.outputs;
    return {
      ...{ vpcEndpointId: resource.id, vpcEndpointType, vpcId, serviceName, state: "available", ownerId: account },
      ...{ policyDocument: policy, privateDnsEnabled, subnetIdSet: subnetIds, routeTableIdSet: routeTableIds },
      groupSet: securityGroupIds.map((groupId: string) => ({ groupId })),
      tagSet: tagSet(resource),
    };
  },
  filters: {
    "vpc-endpoint-id": ({ id }) => id,
    "vpc-id": ({ outputs }) => outputs.vpcId,
    "service-name": ({ outputs }) => outputs.serviceName,
    "vpc-endpoint-type": ({ outputs }) => outputs.vpcEndpointType,
  },
});
