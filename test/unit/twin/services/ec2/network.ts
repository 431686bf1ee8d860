import { securityGroup } from "../../../../../twin/services/ec2/security-groups.ts";
import { subnet } from "../../../../../twin/services/ec2/subnet.ts";
import { vpc } from "../../../../../twin/services/ec2/vpc.ts";
import { put, region } from "../../../../integration/twin/cloud.ts";
import type { Provider } from "../provider.ts";

/** A VPC with one of each, and inputs of a gateway and an interface endpoint in it. */
export async function network(provider: Provider, dns = true) {
  const { id: vpcId } = await provider.create(vpc, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: dns });
  const { id: subnetId } = await provider.create(subnet, {
    vpcId,
    cidrBlock: "10.0.0.0/24",
    availabilityZone: `${region}a`,
  });
  const { id: groupId } = await provider.create(securityGroup, { vpcId });
  const table = put(provider.cloud, "aws:ec2/routeTable:RouteTable", "rtb-1", { vpcId });
  const gateway = { vpcId, serviceName: `com.amazonaws.${region}.s3`, routeTableIds: [table] };
  const face = {
    vpcId,
    serviceName: `com.amazonaws.${region}.sqs`,
    vpcEndpointType: "Interface",
    subnetIds: [subnetId],
    securityGroupIds: [groupId],
    privateDnsEnabled: true,
  };
  return { vpcId, subnetId, groupId, gateway, face };
}
