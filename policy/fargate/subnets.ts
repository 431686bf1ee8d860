/** Where containers and load balancers are: zones, addresses, routes. */
import { resourceRule, stackRule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";

const subnets = "aws:ec2/subnet:Subnet";

function balancersOf(service: StackResource<"aws:ecs/service:Service">, stack: Stack) {
  return service.refersTo("loadBalancers", "aws:lb/targetGroup:TargetGroup").length > 0
    ? stack.all("aws:lb/loadBalancer:LoadBalancer")
    : [];
}

/** ELB user guide, "Availability Zones and Application Load Balancers": targets of a zone that is not enabled get no requests. */
export const serviceIsInZonesOfLoadBalancer = stackRule({
  name: "network-service-in-zones-of-load-balancer",
  description: "Containers behind a load balancer run in its zones alone: it sends no requests to another zone.",
  on: "aws:ecs/service:Service",
  check: (service, report, stack) => {
    const zonesOf = (all: StackResource<typeof subnets>[]) => all.map(({ props }) => props.availabilityZone);
    const own = zonesOf(service.refersTo("networkConfiguration", subnets));
    if (new Set(own).size < 2) report(`runs in ${own.join(", ") || "no zone"}. Fix: name the subnets of two zones`);
    for (const balancer of balancersOf(service, stack)) {
      const served = new Set(zonesOf(balancer.refersTo("subnets", subnets)));
      const missing = own.filter((zone) => !served.has(zone));
      if (missing.length > 0)
        report(`runs in ${missing.join(", ")}, where ${balancer.name} has no subnet. Fix: add one to its subnets`);
    }
  },
});

/** VPC user guide, "Subnet sizing": AWS keeps five addresses of each. */
const reserved = 5;

export const subnetsHoldARollOut = stackRule({
  name: "network-subnets-hold-a-roll-out",
  description:
    "The subnets of services have addresses for twice the most containers: a deployment runs old and new side by side.",
  on: "aws:ec2/vpc:Vpc",
  check: (_vpc, report, stack) => {
    const services = stack.all("aws:ecs/service:Service");
    const used = new Map(
      services.flatMap((one) => one.refersTo("networkConfiguration", subnets)).map((one) => [one.urn, one]),
    );
    const free = [...used.values()].reduce((sum, { props }) => sum + addresses(props.cidrBlock) - reserved, 0);
    const targets = stack.all("aws:appautoscaling/target:Target");
    const most = services.reduce((sum, service) => {
      const target = targets.find((one) =>
        one.refersTo("resourceId", "aws:ecs/service:Service").some(({ urn }) => urn === service.urn),
      );
      return sum + (target?.props.maxCapacity ?? service.props.desiredCount ?? 0);
    }, 0);
    const endpoints = stack.all("aws:ec2/vpcEndpoint:VpcEndpoint").length * used.size;
    if (2 * most + endpoints > free)
      report(
        `${most} containers twice and ${endpoints} endpoints need ${2 * most + endpoints} addresses; the subnets have ${free}. Fix: larger subnets`,
      );
  },
});

function addresses(cidr = "0.0.0.0/32"): number {
  return 2 ** (32 - Number(cidr.split("/")[1]));
}

export const routesAreOfOneKind = resourceRule({
  name: "network-route-table-without-inline-routes",
  description: "A table's routes are resources of their own: a list in the table removes them at the next update.",
  on: "aws:ec2/routeTable:RouteTable",
  check: (table, report) => {
    const { routes } = table as { routes?: unknown };
    if (routes !== undefined) report("has a list of routes. Fix: use aws.ec2.Route for each");
  },
});

function onePort(
  name: string,
  on:
    | "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    | "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
) {
  return resourceRule({
    name,
    description: "A rule of a security group opens one TCP port to one peer.",
    on,
    check: ({ ipProtocol, fromPort, toPort, ...peer }, report) => {
      const peers = [peer.cidrIpv4, peer.cidrIpv6, peer.prefixListId, peer.referencedSecurityGroupId].filter(Boolean);
      if (ipProtocol !== "tcp" || fromPort === undefined || fromPort !== toPort)
        report(`opens ${ipProtocol} ${fromPort} to ${toPort}. Fix: one TCP port, with fromPort and toPort the same`);
      if (peers.length !== 1) report(`has ${peers.length} peers. Fix: name one`);
    },
  });
}

export const ingressOpensOnePort = onePort(
  "network-ingress-opens-one-port",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
);
export const egressOpensOnePort = onePort(
  "network-egress-opens-one-port",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
);

/** What a task has to reach before it starts, each by an endpoint (ECR, logs and secrets by interface, S3 by gateway). */
const services = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs", "s3"];

export const endpointsAreThere = stackRule({
  name: "network-endpoints-are-there",
  description: "The network has an endpoint in its own region for each AWS service that containers call.",
  on: "aws:ec2/vpc:Vpc",
  check: (vpc, report, stack) => {
    const endpoints = stack.all("aws:ec2/vpcEndpoint:VpcEndpoint");
    const ofVpc = endpoints.filter((one) =>
      one.refersTo("vpcId", "aws:ec2/vpc:Vpc").some(({ urn }) => urn === vpc.urn),
    );
    const names = ofVpc.map(({ props }) => props.serviceName ?? "");
    for (const service of services)
      if (!names.some((name) => name.endsWith(`.${service}`))) report(`has no endpoint for ${service}. Fix: add one`);
    for (const { name, props } of ofVpc) {
      if (props.vpcEndpointType === "Interface" && !props.privateDnsEnabled)
        report(`${name} has no private DNS. Fix: set privateDnsEnabled: true`);
    }
    if (!vpc.props.enableDnsSupport || !vpc.props.enableDnsHostnames)
      report("resolves no private names. Fix: set enableDnsSupport and enableDnsHostnames");
  },
});
