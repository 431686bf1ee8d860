import type { PolicyResource } from "@pulumi/policy";
import { eachZoneHasItsNatGateway } from "../../../../policy/order-queue/network.ts";
import { resource, stackCases } from "../cases.ts";

const anywhere = "0.0.0.0/0";
const table = resource("aws:ec2/routeTable:RouteTable", "private-a");

const zoned = (name: string, availabilityZone: string) =>
  resource("aws:ec2/subnet:Subnet", name, { availabilityZone }, {});
const nat = (name: string, of: PolicyResource) =>
  resource("aws:ec2/natGateway:NatGateway", name, {}, { refers: { subnetId: [of] } });
/** A service in one private subnet, whose default route leads to a NAT gateway in a public one. */
function leaving(from: string, through: string): PolicyResource[] {
  const own = zoned("private", from);
  const gateway = nat("nat", zoned("public", through));
  const to = { subnetId: [own], routeTableId: [table] };
  return [
    resource("aws:ecs/service:Service", "ingest", {}, { refers: { networkConfiguration: [own] } }),
    resource("aws:ec2/routeTableAssociation:RouteTableAssociation", "private", {}, { refers: to }),
    resource(
      "aws:ec2/route:Route",
      "private",
      { destinationCidrBlock: anywhere },
      { refers: { routeTableId: [table], natGatewayId: [gateway] } },
    ),
  ];
}

stackCases(eachZoneHasItsNatGateway, {
  "fails if the NAT gateway is in another zone": [
    leaving("eu-west-1b", "eu-west-1a"),
    ["ingest: containers in private (eu-west-1b) leave through eu-west-1a"],
  ],
  "fails if it is in another zone although the settings want one a zone": [
    [...leaving("eu-west-1b", "eu-west-1a"), resource("order-queue:infra:Region", "prod-eu", { natPerZone: true })],
    ["ingest: containers in private (eu-west-1b) leave through eu-west-1a"],
  ],
  "passes if it is in the same zone": [leaving("eu-west-1b", "eu-west-1b"), []],
  "passes if the settings want one for all": [
    [...leaving("eu-west-1b", "eu-west-1a"), resource("order-queue:infra:Region", "prod-eu", { natPerZone: false })],
    [],
  ],
});
