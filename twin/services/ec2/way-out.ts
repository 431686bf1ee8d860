import { inside, parseCidr } from "../../core/cidr.ts";
import type { Resource } from "../../core/store.ts";
import type { Decision, Refusal } from "../ports.ts";
import { anywhere, type Look, refused } from "./group-rules.ts";
import { isLost } from "./lost-zones.ts";

/**
 * Routes (vpc/latest/userguide/VPC_Route_Tables.html): the most specific one of the subnet's table counts, the VPC's main
 * table where a subnet has none of its own. Not modelled: network ACLs (a VPC's default one lets everything through, and
 * the twin refuses the type by name), peering, transit gateways.
 */

/** The subnet of that id. */
export function subnetOf(look: Look, id: string): Resource | undefined {
  return look.list("aws:ec2/subnet:Subnet").find((subnet) => subnet.id === id);
}

/** Why nothing passes in a subnet at all; undefined where it is there, in a zone that is. */
export function absent(look: Look, subnetId: string): Refusal | undefined {
  const subnet = subnetOf(look, subnetId);
  if (!subnet) return refused(subnetId, `subnet ${subnetId} is gone`);
  const zone: string = subnet.outputs.availabilityZone;
  return isLost(look, zone) ? refused(zone, `subnet ${subnetId} is in ${zone}, and that zone is lost`) : undefined;
}

/** The id of the table that routes what leaves a subnet. */
export function tableOf(look: Look, subnet: Resource): string {
  const own = look
    .list("aws:ec2/routeTableAssociation:RouteTableAssociation")
    .find(({ outputs }) => outputs.subnetId === subnet.id);
  const vpc = look.list("aws:ec2/vpc:Vpc").find(({ id }) => id === subnet.outputs.vpcId);
  return own?.outputs.routeTableId ?? vpc?.outputs.mainRouteTableId ?? "";
}

/** Whether an interface in a subnet, with or without a public address of its own, has a way to and from the internet. */
export function wayOut(look: Look, subnetId: string, publicIp: boolean): Decision {
  const found = routeOut(look, subnetId);
  if (!("route" in found)) return found;
  const { gatewayId, natGatewayId } = found.route.outputs;
  if (gatewayId === undefined) return throughNat(look, natGatewayId);
  if (!publicIp)
    return refused(gatewayId, `what is in subnet ${subnetId} has no public address to use ${gatewayId} with`);
  return throughInternetGateway(look, subnetId, gatewayId);
}

function throughNat(look: Look, natGatewayId: string): Decision {
  const nat = look.list("aws:ec2/natGateway:NatGateway").find(({ id }) => id === natGatewayId);
  if (!nat) return refused(natGatewayId, `NAT gateway ${natGatewayId} is gone: its route is a black hole`);
  const { subnetId } = nat.outputs;
  const found = routeOut(look, subnetId);
  if (!("route" in found)) return found;
  const { gatewayId } = found.route.outputs;
  if (gatewayId === undefined)
    return refused(nat.id, `NAT gateway ${nat.id} is in subnet ${subnetId}, which is private`);
  return throughInternetGateway(look, subnetId, gatewayId);
}

function throughInternetGateway(look: Look, subnetId: string, gatewayId: string): Decision {
  const gateway = look.list("aws:ec2/internetGateway:InternetGateway").find(({ id }) => id === gatewayId);
  const vpcId = subnetOf(look, subnetId)?.outputs.vpcId;
  return gateway && gateway.outputs.vpcId === vpcId
    ? { passes: true }
    : refused(gatewayId, `internet gateway ${gatewayId} is not attached to ${vpcId}`);
}

function routeOut(look: Look, subnetId: string): { route: Resource } | Refusal {
  const subnet = subnetOf(look, subnetId);
  const why = absent(look, subnetId);
  if (why || !subnet) return why ?? refused(subnetId, `subnet ${subnetId} is gone`);
  const table = tableOf(look, subnet);
  const bits = (route: Resource) => parseCidr(route.outputs.destinationCidrBlock)?.bits ?? 0;
  const [route] = look
    .list("aws:ec2/route:Route")
    .filter(({ outputs }) => outputs.routeTableId === table && inside(anywhere, outputs.destinationCidrBlock))
    .sort((a, b) => bits(b) - bits(a));
  const where = `subnet ${subnetId} in ${subnet.outputs.availabilityZone}`;
  return route ? { route } : refused(table, `route table ${table} of ${where} has no route to ${anywhere}`);
}
