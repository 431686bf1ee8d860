import type { PolicyResource } from "@pulumi/policy";
import {
  containersHaveEgress,
  defaultGroupIsClosed,
  egressIsDescribable,
  groupHasNoInlineRules,
  groupIsDescribable,
  groupRuleIsOfOneKind,
  ingressIsDescribable,
  loadBalancerReachesContainers,
  publicIngressIsWebAlone,
} from "../../../../policy/fargate/network.ts";
import { cases, resource, stackCases } from "../cases.ts";

const group = (name: string, props: object = {}) => resource("aws:ec2/securityGroup:SecurityGroup", name, props);
const front = group("front");
const ingest = group("ingest");
const balancer = resource("aws:lb/loadBalancer:LoadBalancer", "front", {}, { refers: { securityGroups: [front] } });

function ingress(name: string, of: PolicyResource, port: number, from: PolicyResource | string): PolicyResource {
  const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
  const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
  return typeof from === "string"
    ? resource(type, name, { ...tcp, cidrIpv4: from }, { refers: { securityGroupId: [of] } })
    : resource(type, name, tcp, { refers: { securityGroupId: [of], referencedSecurityGroupId: [from] } });
}

function egress(name: string, of: PolicyResource, port: number, to: PolicyResource | string): PolicyResource {
  const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
  const type = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
  return typeof to === "string"
    ? resource(type, name, { ...tcp, cidrIpv4: to }, { refers: { securityGroupId: [of] } })
    : resource(type, name, tcp, { refers: { securityGroupId: [of], referencedSecurityGroupId: [to] } });
}

const anywhere = "0.0.0.0/0";

stackCases(publicIngressIsWebAlone, {
  "fails if the internet reaches another port": [
    [balancer, front, ingress("ssh", front, 22, anywhere)],
    ["ssh: opens tcp 22 to 22 to the internet; name the security group that may come in"],
  ],
  "fails if the internet reaches a container": [
    [balancer, front, ingest, ingress("https", ingest, 443, anywhere)],
    ["https: opens a group to the internet that is no load balancer's"],
  ],
  "passes if it reaches the load balancer's web ports": [
    [balancer, front, ingress("https", front, 443, anywhere), ingress("http", front, 80, anywhere)],
    [],
  ],
  "passes if another group comes in": [[balancer, front, ingest, ingress("app", ingest, 8080, front)], []],
});

cases(groupHasNoInlineRules, {
  "fails if a group has an empty list of rules": [
    group("ingest", { egress: [] }),
    ["has a list of egress rules; use aws.vpc.SecurityGroup…Rule for each"],
  ],
  "passes if its rules are resources": [group("ingest", { vpcId: "vpc-1" }), []],
});

const vpc = resource("aws:ec2/vpc:Vpc", "main");
const defaultGroup = (props: object) =>
  resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", props, { refers: { vpcId: [vpc] } });

stackCases(defaultGroupIsClosed, {
  "fails if nothing closes it": [
    [vpc],
    ["main: its default security group lets all out. Fix: aws.ec2.DefaultSecurityGroup"],
  ],
  "fails if it lets something out": [
    [vpc, defaultGroup({ ingress: [], egress: [{ protocol: "-1" }] })],
    ["main: default: egress is not empty. Fix: egress: []"],
  ],
  "fails if a list is left out, where a manual rule is no difference": [
    [vpc, defaultGroup({ egress: [] })],
    ["main: default: ingress is left out. Fix: ingress: []"],
  ],
  "passes if it has no rules": [[vpc, defaultGroup({ ingress: [], egress: [] })], []],
});

cases(groupRuleIsOfOneKind, {
  "fails if a rule is of the older kind": [
    resource("aws:ec2/securityGroupRule:SecurityGroupRule", "old"),
    ["use aws.vpc.SecurityGroupIngressRule or aws.vpc.SecurityGroupEgressRule"],
  ],
  "passes if it is of the newer kind": [ingress("app", ingest, 8080, front), []],
});

const apostrophe = "To the image's layers";
const describable = `has the description "${apostrophe}"; use a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* alone, 255 characters at most`;

cases(groupIsDescribable, {
  "fails if the description has an apostrophe": [group("ingest", { description: apostrophe }), [describable]],
  "passes if it has 255 of EC2's characters": [group("ingest", { description: "a".repeat(255) }), []],
  "passes without one": [group("ingest"), []],
});

cases(ingressIsDescribable, {
  "fails if the description has an apostrophe": [
    resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "in", { description: apostrophe }),
    [describable],
  ],
  "passes if it has none": [ingress("app", ingest, 8080, front), []],
});

cases(egressIsDescribable, {
  "fails if the description has an apostrophe": [
    resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", { description: apostrophe }),
    [describable],
  ],
  "passes if it has none": [
    resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", { description: "To the ERPs (HTTPS)" }),
    [],
  ],
});

const subnet = resource("aws:ec2/subnet:Subnet", "private-a");
const table = resource("aws:ec2/routeTable:RouteTable", "private-a");
const association = resource(
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "private-a",
  {},
  { refers: { subnetId: [subnet], routeTableId: [table] } },
);
const route = resource(
  "aws:ec2/route:Route",
  "private-a",
  { destinationCidrBlock: anywhere },
  { refers: { routeTableId: [table] } },
);
const service = resource(
  "aws:ecs/service:Service",
  "ingest",
  { loadBalancers: [{ containerPort: 8080 }] },
  { refers: { networkConfiguration: [subnet, ingest] } },
);
const out = egress("out", ingest, 443, anywhere);

stackCases(containersHaveEgress, {
  "fails if a zone's subnet has no default route": [
    [service, subnet, ingest, table, association, out],
    ["ingest: containers in private-a reach nothing: its route table has no route for 0.0.0.0/0"],
  ],
  "fails if the group lets nothing out": [
    [service, subnet, ingest, table, association, route],
    ["ingest: containers in ingest reach nothing: the group has no rule that lets port 443 out"],
  ],
  "passes if route and rule are there": [[service, subnet, ingest, table, association, route, out], []],
});

stackCases(loadBalancerReachesContainers, {
  "fails if the port of the rules is not the containers'": [
    [service, balancer, front, ingest, ingress("in", ingest, 80, front), egress("front-out", front, 8080, ingest)],
    ["ingest: no rule lets the load balancer in to the containers' port 8080"],
  ],
  "fails if the load balancer's own group lets nothing out": [
    [service, balancer, front, ingest, ingress("in", ingest, 8080, front)],
    ["ingest: no rule lets the load balancer out to the containers' port 8080"],
  ],
  "passes if both groups agree": [
    [service, balancer, front, ingest, ingress("in", ingest, 8080, front), egress("front-out", front, 8080, ingest)],
    [],
  ],
});
