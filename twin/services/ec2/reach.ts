import type { Resource } from "../../core/store.ts";
import type { Decision, Passage } from "../ports.ts";
import { anywhere, groupsOr, type Look, type Peer, permits, refused } from "./group-rules.ts";
import { prefixListId } from "./vpc-endpoint.ts";
import { absent, subnetOf, tableOf, wayOut } from "./way-out.ts";

/**
 * Whether a connection arrives, and if not, what refused it: pure decisions over the resources as they are. Addresses of
 * the internet belong to no group: a rule that lets them through must be for 0.0.0.0/0.
 */

/** A network interface in a VPC, as a task has one. */
export interface Interface {
  /** As a sentence names what it belongs to. */
  name: string;
  subnetId: string;
  groups: readonly string[];
  /** Its private IPv4 address. */
  address: string;
  publicIp: boolean;
}

const internet: Peer = { name: "the internet (0.0.0.0/0)", blocks: [anywhere] };

/** A client's connection to the node of a load balancer in one subnet. */
export function internetToLoadBalancer(look: Look, { outputs }: Resource, subnetId: string, port: number): Decision {
  if (outputs.internal) return refused(outputs.arn, `load balancer ${outputs.name} is internal`);
  const routed = wayOut(look, subnetId, true);
  if (!routed.passes) return routed;
  const vpcId = subnetOf(look, subnetId)?.outputs.vpcId;
  return permits(look, groupsOr(look, outputs.securityGroups, vpcId), "ingress", port, internet);
}

/** A request or health check to a task; it may come from the node in any of the load balancer's subnets. */
export function loadBalancerToTask(look: Look, { outputs }: Resource, task: Interface, port: number): Decision {
  const why = absent(look, task.subnetId);
  if (why) return why;
  const subnets = (outputs.subnets ?? []).flatMap((id: string) => subnetOf(look, id) ?? []) as Resource[];
  const vpcId = subnets[0]?.outputs.vpcId;
  const own = peerOf(look, task);
  if (subnetOf(look, task.subnetId)?.outputs.vpcId !== vpcId)
    return refused(task.subnetId, `${task.name} is in another VPC than load balancer ${outputs.name}`);
  const groups = groupsOr(look, outputs.securityGroups, vpcId);
  const balancer: Peer = {
    name: `load balancer ${outputs.name} (${groups.join(", ")})`,
    blocks: subnets.map((subnet) => subnet.outputs.cidrBlock),
    groups,
  };
  const out = permits(look, groups, "egress", port, own);
  return out.passes ? permits(look, own.groups, "ingress", port, balancer) : out;
}

/** HTTPS to a host of the internet, an ERP for example. */
export function taskToInternet(look: Look, task: Interface, port: number): Decision {
  const named = resolves(look, task);
  if (!named.passes) return named;
  const out = permits(look, peerOf(look, task).groups, "egress", port, internet);
  return out.passes ? wayOut(look, task.subnetId, task.publicIp) : out;
}

/**
 * A call of a regional AWS service, `sqs` or `ecr.api` for example: with private DNS the service's name leads to the
 * VPC's endpoint, open or not (vpc/latest/privatelink/privatelink-access-aws-services.html).
 */
export function taskToService(look: Look, task: Interface, service: string): Passage {
  const named = resolves(look, task);
  if (!named.passes) return named;
  const door = endpoints(look, task, service).find(({ outputs }) => outputs.privateDnsEnabled);
  return door ? throughInterface(look, task, door) : taskToInternet(look, task, 443);
}

/** Image layers, which ECR keeps in S3: by the gateway endpoint of the subnet's route table, if one is. */
export function taskToLayers(look: Look, task: Interface): Passage {
  const named = resolves(look, task);
  const subnet = subnetOf(look, task.subnetId);
  const doors = endpoints(look, task, "s3");
  if (!named.passes || !subnet) return named;
  if (doors.some(({ outputs }) => outputs.privateDnsEnabled)) return taskToService(look, task, "s3");
  const list = prefixListId(subnet.region, "s3");
  const s3: Peer = { name: `S3 (${list})`, blocks: [anywhere], prefixListId: list };
  const out = permits(look, peerOf(look, task).groups, "egress", 443, s3);
  if (!out.passes) return out;
  const gateway = doors.find(({ outputs }) => outputs.routeTableIds?.includes(tableOf(look, subnet)));
  return gateway ? { passes: true, endpoint: gateway } : wayOut(look, task.subnetId, task.publicIp);
}

function throughInterface(look: Look, task: Interface, door: Resource): Passage {
  const { vpcId, securityGroupIds, subnetIds = [], serviceName } = door.outputs;
  const groups = groupsOr(look, securityGroupIds, vpcId);
  const there = subnetIds.filter((id: string) => !absent(look, id));
  const blocks = there.map((id: string) => subnetOf(look, id)?.outputs.cidrBlock);
  if (blocks.length === 0)
    return refused(door.id, `endpoint ${door.id} (${serviceName}) is in no subnet that is there`);
  const own = peerOf(look, task);
  const peer: Peer = { name: `endpoint ${door.id} (${serviceName}; ${groups.join(", ")})`, blocks, groups };
  const out = permits(look, own.groups, "egress", 443, peer);
  const passage = out.passes ? permits(look, groups, "ingress", 443, own) : out;
  return passage.passes ? { passes: true, endpoint: door } : passage;
}

/** A VPC's resolver answers every name of the internet, unless it is switched off. */
function resolves(look: Look, task: Interface): Decision {
  const why = absent(look, task.subnetId);
  if (why) return why;
  const vpcId = subnetOf(look, task.subnetId)?.outputs.vpcId;
  const vpc = look.list("aws:ec2/vpc:Vpc").find(({ id }) => id === vpcId);
  if (!vpc) return refused(task.subnetId, `the VPC of subnet ${task.subnetId} is gone`);
  return vpc.outputs.enableDnsSupport === false
    ? refused(vpc.id, `${vpc.id} has no DNS: enableDnsSupport is false`)
    : { passes: true };
}

function endpoints(look: Look, task: Interface, service: string): readonly Resource[] {
  const subnet = subnetOf(look, task.subnetId);
  const name = `com.amazonaws.${subnet?.region}.${service}`;
  return look
    .list("aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ outputs }) => outputs.vpcId === subnet?.outputs.vpcId && outputs.serviceName === name);
}

function peerOf(look: Look, task: Interface): Peer & { groups: readonly string[] } {
  const groups = groupsOr(look, task.groups, subnetOf(look, task.subnetId)?.outputs.vpcId);
  return { name: `${task.name} (${groups.join(", ")})`, blocks: [`${task.address}/32`], groups };
}
