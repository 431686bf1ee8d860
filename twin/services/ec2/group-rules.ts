import { inside } from "../../core/cidr.ts";
import type { Properties } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Decision, Refusal } from "../ports.ts";
import { takenOver } from "./default-security-group.ts";

/**
 * Security groups: stateful, allow only, closed where no rule speaks (vpc/latest/userguide/security-group-rules.html).
 * Rules are those inside a group, those that are resources of their own, and the VPC's default group's. Not modelled:
 * IPv6, ICMP, managed prefix lists of one's own.
 */

export type Look = Pick<View, "list">;

/** A connection that a resource refuses, with the reason. */
export const refused = (at: string, reason: string): Refusal => ({ passes: false, at, reason });

/** The other end of a connection. */
export interface Peer {
  /** As a sentence names it. */
  name: string;
  /** CIDR blocks in which it may be found; a rule by address must hold for each. */
  blocks: readonly string[];
  /** Its security groups, when it is in the same VPC. */
  groups?: readonly string[];
  /** AWS's own list that holds its addresses. */
  prefixListId?: string;
}

export type Direction = "ingress" | "egress";

interface Rule {
  protocol: string;
  fromPort?: number;
  toPort?: number;
  block?: string;
  groupId?: string;
  prefixListId?: string;
}

const tokens = {
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
};

export const anywhere = "0.0.0.0/0";

/** Whether the rules of any of the groups let TCP through to, or in from, a peer; the peer's own rules are asked apart. */
export function permits(
  look: Look,
  groups: readonly string[],
  direction: Direction,
  port: number,
  peer: Peer,
): Decision {
  const rules = groups.flatMap((id) => rulesOf(look, id, direction)).filter((rule) => covers(rule, port));
  if (peer.blocks.every((block) => rules.some((rule) => names(rule, block, peer)))) return { passes: true };
  const way = direction === "ingress" ? "ingress rule for TCP port PORT from" : "egress rule for TCP port PORT to";
  const at = groups.join(", ");
  return refused(at, `security group ${at} has no ${way.replace("PORT", String(port))} ${peer.name}`);
}

/** The groups that really apply: without any the VPC's default one. */
export function groupsOr(look: Look, groups: readonly string[] | undefined, vpcId: string): readonly string[] {
  if (groups && groups.length > 0) return groups;
  const vpc = look.list("aws:ec2/vpc:Vpc").find(({ id }) => id === vpcId);
  return vpc ? [vpc.outputs.defaultSecurityGroupId] : [];
}

function rulesOf(look: Look, groupId: string, direction: Direction): Rule[] {
  const isDefault = look.list("aws:ec2/vpc:Vpc").some(({ outputs }) => outputs.defaultSecurityGroupId === groupId);
  const own = takenOver(look, groupId, direction);
  if (isDefault && !own)
    return [direction === "ingress" ? { protocol: "-1", groupId } : { protocol: "-1", block: anywhere }];
  const group = look.list("aws:ec2/securityGroup:SecurityGroup").find(({ id }) => id === groupId);
  const inside: Properties[] = own ?? group?.outputs[direction] ?? [];
  const apart = look.list(tokens[direction]).filter(({ outputs }) => outputs.securityGroupId === groupId);
  return [...inside.flatMap((rule) => inlineRules(groupId, rule)), ...apart.map(({ outputs }) => ruleOf(outputs))];
}

/** A rule inside a group may name many sources. */
function inlineRules(groupId: string, { protocol, fromPort, toPort, ...sources }: Properties): Rule[] {
  const { cidrBlocks = [], securityGroups = [], prefixListIds = [], self = false } = sources;
  return [
    ...cidrBlocks.map((block: string) => ({ block })),
    ...[...securityGroups, ...(self ? [groupId] : [])].map((id: string) => ({ groupId: id })),
    ...prefixListIds.map((prefixListId: string) => ({ prefixListId })),
  ].map((source) => ({ protocol, fromPort, toPort, ...source }));
}

function ruleOf({ ipProtocol, fromPort, toPort, cidrIpv4, referencedSecurityGroupId, prefixListId }: Properties): Rule {
  return { protocol: ipProtocol, fromPort, toPort, block: cidrIpv4, groupId: referencedSecurityGroupId, prefixListId };
}

/** `-1` is every protocol and port; TCP is protocol 6 (EC2 API reference, IpPermission). */
function covers({ protocol, fromPort = 0, toPort = 65_535 }: Rule, port: number): boolean {
  if (protocol === "-1") return true;
  return (protocol === "tcp" || protocol === "6") && fromPort <= port && port <= toPort;
}

function names({ block, groupId, prefixListId }: Rule, address: string, peer: Peer): boolean {
  if (block !== undefined) return inside(address, block);
  if (groupId !== undefined) return peer.groups?.includes(groupId) ?? false;
  return prefixListId !== undefined && prefixListId === peer.prefixListId;
}
