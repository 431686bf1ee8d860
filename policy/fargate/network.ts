/** Which packets may pass, and that those pass which must. */
import { type Report, resourceRule, stackRule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";
import { intersects } from "../stack.ts";
import type { Props } from "../types.ts";

type GroupRule = Props<"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule">;

const anywhere = ["0.0.0.0/0", "::/0"];
const webPorts = [80, 443];

function isPublic({ cidrIpv4, cidrIpv6 }: GroupRule): boolean {
  return [cidrIpv4, cidrIpv6].some((range) => range !== undefined && anywhere.includes(range));
}

/** Whether a rule of a security group covers a TCP port. */
export function allowsPort({ ipProtocol, fromPort = 0, toPort = 0 }: GroupRule, port: number): boolean {
  return ipProtocol === "-1" || (ipProtocol === "tcp" && fromPort <= port && port <= toPort);
}

export const publicIngressIsWebAlone = stackRule({
  name: "network-public-ingress-is-web-alone",
  description: "The internet reaches nothing but ports 443 and 80 of a load balancer.",
  on: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  check: (rule, report, stack) => {
    if (!isPublic(rule.props)) return;
    const { ipProtocol, fromPort, toPort } = rule.props;
    if (ipProtocol !== "tcp" || fromPort !== toPort || !webPorts.includes(fromPort ?? 0)) {
      report(`opens ${ipProtocol} ${fromPort} to ${toPort} to the internet; name the security group that may come in`);
    }
    const groups = rule.refersTo("securityGroupId", "aws:ec2/securityGroup:SecurityGroup");
    const loadBalancerGroups = stack
      .all("aws:lb/loadBalancer:LoadBalancer")
      .flatMap((balancer) => balancer.refersTo("securityGroups", "aws:ec2/securityGroup:SecurityGroup"));
    if (!intersects(groups, loadBalancerGroups)) report("opens a group to the internet that is no load balancer's");
  },
});

export const groupHasNoInlineRules = resourceRule({
  name: "network-group-without-inline-rules",
  description:
    "A security group's rules are resources of their own: lists in the group, even empty ones, revoke those at the next update.",
  on: "aws:ec2/securityGroup:SecurityGroup",
  check: (group, report) => {
    for (const list of ["ingress", "egress"] as const) {
      if (group[list] !== undefined) report(`has a list of ${list} rules; use aws.vpc.SecurityGroup…Rule for each`);
    }
  },
});

export const defaultGroupIsClosed = stackRule({
  name: "network-default-group-is-closed",
  description: "A VPC's default security group has no rules: what is made without a group reaches nothing.",
  on: "aws:ec2/vpc:Vpc",
  check: (vpc, report, stack) => {
    const groups = stack
      .all("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
      .filter((group) => intersects(group.refersTo("vpcId", "aws:ec2/vpc:Vpc"), [vpc]));
    if (groups.length === 0) report("its default security group lets all out. Fix: aws.ec2.DefaultSecurityGroup");
    for (const { name, props } of groups)
      for (const list of ["ingress", "egress"] as const)
        if (props[list]?.length !== 0)
          report(`${name}: ${list} is ${props[list] ? "not empty" : "left out"}. Fix: ${list}: []`);
  },
});

export const groupRuleIsOfOneKind = resourceRule({
  name: "network-group-rule-of-one-kind",
  description:
    "Rules of security groups are aws.vpc.SecurityGroupIngressRule and …EgressRule, which the other rules check.",
  on: "aws:ec2/securityGroupRule:SecurityGroupRule",
  check: (_props, report) => report("use aws.vpc.SecurityGroupIngressRule or aws.vpc.SecurityGroupEgressRule"),
});

/** EC2's error for any other: "Valid descriptions are strings less than 256 characters from the following set" (cfn-lint#173). */
const description = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

function checkDescription(text: string | undefined, report: Report): void {
  if (text === undefined || description.test(text)) return;
  report(
    `has the description "${text}"; use a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* alone, 255 characters at most`,
  );
}

type DescribableType =
  | "aws:ec2/securityGroup:SecurityGroup"
  | "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
  | "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

function describable(name: string, on: DescribableType) {
  return resourceRule({
    name,
    description: "EC2 takes a description only in its own few characters: an apostrophe fails the update.",
    on,
    check: (resource, report) => checkDescription(resource.description, report),
  });
}

export const groupIsDescribable = describable("network-group-description", "aws:ec2/securityGroup:SecurityGroup");
export const ingressIsDescribable = describable(
  "network-ingress-description",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
);
export const egressIsDescribable = describable(
  "network-egress-description",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
);

export const containersHaveEgress = stackRule({
  name: "network-containers-have-a-way-out",
  description:
    "Every subnet of a service has a default route, and every group of it lets HTTPS out: to AWS and the ERPs.",
  on: "aws:ecs/service:Service",
  check: (service, report, stack) => {
    for (const subnet of service.refersTo("networkConfiguration", "aws:ec2/subnet:Subnet")) {
      if (!hasDefaultRoute(subnet, stack)) {
        report(`containers in ${subnet.name} reach nothing: its route table has no route for 0.0.0.0/0`);
      }
    }
    for (const group of groupsOf(service)) {
      const open = rulesOf(group, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", stack).some((rule) =>
        allowsPort(rule.props, 443),
      );
      if (!open) report(`containers in ${group.name} reach nothing: the group has no rule that lets port 443 out`);
    }
  },
});

export const loadBalancerReachesContainers = stackRule({
  name: "network-load-balancer-reaches-containers",
  description: "The groups of load balancer and containers let each other's packets pass on the containers' port.",
  on: "aws:ecs/service:Service",
  check: (service, report, stack) => {
    const ports = (service.props.loadBalancers ?? []).map(({ containerPort }) => containerPort ?? 0);
    const loadBalancerGroups = stack
      .all("aws:lb/loadBalancer:LoadBalancer")
      .flatMap((balancer) => balancer.refersTo("securityGroups", "aws:ec2/securityGroup:SecurityGroup"));
    const containers = groupsOf(service);
    for (const port of ports) {
      const ingressAllowed = containers.some((group) =>
        rulesOf(group, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", stack).some(
          (rule) => allowsPort(rule.props, port) && intersects(peersOf(rule), loadBalancerGroups),
        ),
      );
      if (!ingressAllowed) report(`no rule lets the load balancer in to the containers' port ${port}`);
      const egressAllowed = loadBalancerGroups.some((group) =>
        rulesOf(group, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", stack).some(
          (rule) => allowsPort(rule.props, port) && intersects(peersOf(rule), containers),
        ),
      );
      if (!egressAllowed) report(`no rule lets the load balancer out to the containers' port ${port}`);
    }
  },
});

type Group = StackResource<"aws:ec2/securityGroup:SecurityGroup">;
type RuleToken =
  | "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
  | "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

/** The security groups of a service. */
export function groupsOf(service: StackResource<"aws:ecs/service:Service">): Group[] {
  return service.refersTo("networkConfiguration", "aws:ec2/securityGroup:SecurityGroup");
}

/** The rules of one direction that belong to a group. */
export function rulesOf<T extends RuleToken>(group: Group, type: T, stack: Stack): StackResource<T>[] {
  return stack
    .all(type)
    .filter((rule) => intersects(rule.refersTo("securityGroupId", "aws:ec2/securityGroup:SecurityGroup"), [group]));
}

/** The groups that a rule names as the other end. */
export function peersOf(rule: StackResource<RuleToken>): Group[] {
  return rule.refersTo("referencedSecurityGroupId", "aws:ec2/securityGroup:SecurityGroup");
}

function hasDefaultRoute(subnet: StackResource<"aws:ec2/subnet:Subnet">, stack: Stack): boolean {
  return defaultRoutes(subnet, stack).length > 0;
}

/** The routes out of a subnet, of its own route table. */
export function defaultRoutes(
  subnet: StackResource<"aws:ec2/subnet:Subnet">,
  stack: Stack,
): StackResource<"aws:ec2/route:Route">[] {
  const tables = stack
    .all("aws:ec2/routeTableAssociation:RouteTableAssociation")
    .filter((association) => intersects(association.refersTo("subnetId", "aws:ec2/subnet:Subnet"), [subnet]))
    .flatMap((association) => association.refersTo("routeTableId", "aws:ec2/routeTable:RouteTable"));
  return stack
    .all("aws:ec2/route:Route")
    .filter((route) => intersects(route.refersTo("routeTableId", "aws:ec2/routeTable:RouteTable"), tables))
    .filter(({ props }) => props.destinationCidrBlock === "0.0.0.0/0");
}
