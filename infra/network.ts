/**
 * The network of a region: public subnets for the load balancer and the NAT gateways, private ones for the containers,
 * endpoints for what these call of AWS, and security groups that name each other instead of addresses.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { planZones, type ZonePlan } from "./cidr.ts";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs } from "./flow-logs.ts";

export interface NetworkArgs {
  /** AWS account, 12 digits. */
  readonly account: string;
  /** AWS region, e.g. `eu-west-1`; its zones are named after it. */
  readonly region: string;
  /** Address range of the VPC, /16 to /19. */
  readonly cidr: string;
  /** Availability zones used, 2 or 3. */
  readonly zones: number;
  /** One NAT gateway a zone (a lost zone takes no other's way out with it), or one for all. */
  readonly natPerZone: boolean;
  /** Port on which the ingest containers listen. */
  readonly containerPort: number;
  /** Days for which records of refused traffic are kept. */
  readonly logRetentionDays: number;
}

/** The VPC with its subnets, routes, NAT gateways and security groups. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** For the load balancer. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  /** For the containers; their way to the internet is NAT, to AWS its endpoints. */
  readonly privateSubnetIds: pulumi.Output<string>[];
  readonly loadBalancerGroupId: pulumi.Output<string>;
  readonly ingestGroupId: pulumi.Output<string>;
  readonly dispatchGroupId: pulumi.Output<string>;
  readonly canaryGroupId: pulumi.Output<string>;
  /** What must exist before anything in a subnet can reach, or be reached by, anything: routes, rules and endpoints. */
  readonly paths: pulumi.Resource[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Network", name, {}, opts);
    const zones = planZones(args.region, args.cidr, args.zones);

    const vpc = createVpc(name, args.cidr, this);
    closeDefaultGroup(name, vpc, this);
    new FlowLogs(name, { ...args, vpcId: vpc.id }, { parent: this });
    const gateway = new aws.ec2.InternetGateway(`${name}-internet`, { vpcId: vpc.id }, { parent: this });
    const publicSide = createPublicSubnets(name, zones, vpc, gateway, this);
    const nats = createNats(name, args.natPerZone ? zones : zones.slice(0, 1), publicSide, this);
    const privateSide = createPrivateSubnets(name, zones, vpc, nats, this);
    const groups = createGroups(name, vpc, this);
    const rules = createRules(name, groups, args.containerPort, this);
    const endpoints = createEndpoints(name, args, vpc, privateSide, groups, this);

    this.vpcId = vpc.id;
    this.publicSubnetIds = publicSide.subnets.map((subnet) => subnet.id);
    this.privateSubnetIds = privateSide.subnets.map((subnet) => subnet.id);
    this.loadBalancerGroupId = groups.loadBalancer.id;
    this.ingestGroupId = groups.ingest.id;
    this.dispatchGroupId = groups.dispatch.id;
    this.canaryGroupId = groups.canary.id;
    this.paths = [...publicSide.paths, ...privateSide.paths, ...rules, ...endpoints.paths];
    this.registerOutputs();
  }
}

/** Subnets of one side, in the order of the zones, with their routes. */
interface Side {
  readonly subnets: aws.ec2.Subnet[];
  readonly tables: aws.ec2.RouteTable[];
  readonly paths: pulumi.Resource[];
}

const anywhere = "0.0.0.0/0";

function createVpc(name: string, cidrBlock: string, parent: Network): aws.ec2.Vpc {
  return new aws.ec2.Vpc(name, { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true }, { parent });
}

/**
 * AWS makes every VPC with a group that lets all out, and all of its own members in; whatever names no group gets it. Empty
 * lists, not left out: a rule that is added manually is then a difference, and the next update removes it.
 */
function closeDefaultGroup(name: string, vpc: aws.ec2.Vpc, parent: Network): void {
  new aws.ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, ingress: [], egress: [] }, { parent });
}

function createPublicSubnets(
  name: string,
  zones: ZonePlan[],
  vpc: aws.ec2.Vpc,
  gateway: aws.ec2.InternetGateway,
  parent: Network,
): Side {
  const table = new aws.ec2.RouteTable(`${name}-public`, { vpcId: vpc.id }, { parent });
  const route = new aws.ec2.Route(
    `${name}-public`,
    { routeTableId: table.id, destinationCidrBlock: anywhere, gatewayId: gateway.id },
    { parent },
  );
  const subnets = zones.map(
    ({ letter, zone, publicCidr }) =>
      new aws.ec2.Subnet(
        `${name}-public-${letter}`,
        { vpcId: vpc.id, cidrBlock: publicCidr, availabilityZone: zone },
        { parent },
      ),
  );
  const associations = zones.map(
    ({ letter }, index) =>
      new aws.ec2.RouteTableAssociation(
        `${name}-public-${letter}`,
        { routeTableId: table.id, subnetId: at(subnets, index).id },
        { parent },
      ),
  );
  return { subnets, tables: [table], paths: [route, ...associations] };
}

/** NAT gateways need the internet gateway's route, or AWS creates them without a way out. */
function createNats(name: string, zones: ZonePlan[], side: Side, parent: Network): aws.ec2.NatGateway[] {
  return zones.map(({ letter }, index) => {
    const address = new aws.ec2.Eip(`${name}-nat-${letter}`, { domain: "vpc" }, { parent });
    return new aws.ec2.NatGateway(
      `${name}-nat-${letter}`,
      { allocationId: address.allocationId, subnetId: at(side.subnets, index).id },
      { parent, dependsOn: side.paths },
    );
  });
}

function createPrivateSubnets(
  name: string,
  zones: ZonePlan[],
  vpc: aws.ec2.Vpc,
  nats: aws.ec2.NatGateway[],
  parent: Network,
): Side {
  const paths: pulumi.Resource[] = [];
  const tables: aws.ec2.RouteTable[] = [];
  const subnets = zones.map(({ letter, zone, privateCidr }, index) => {
    const nat = nats[index] ?? at(nats, 0);
    const table = new aws.ec2.RouteTable(`${name}-private-${letter}`, { vpcId: vpc.id }, { parent });
    const route = new aws.ec2.Route(
      `${name}-private-${letter}`,
      { routeTableId: table.id, destinationCidrBlock: anywhere, natGatewayId: nat.id },
      { parent },
    );
    const subnet = new aws.ec2.Subnet(
      `${name}-private-${letter}`,
      { vpcId: vpc.id, cidrBlock: privateCidr, availabilityZone: zone },
      { parent },
    );
    const association = new aws.ec2.RouteTableAssociation(
      `${name}-private-${letter}`,
      { routeTableId: table.id, subnetId: subnet.id },
      { parent },
    );
    tables.push(table);
    paths.push(route, association);
    return subnet;
  });
  return { subnets, tables, paths };
}

interface Groups {
  readonly loadBalancer: aws.ec2.SecurityGroup;
  readonly ingest: aws.ec2.SecurityGroup;
  readonly dispatch: aws.ec2.SecurityGroup;
  readonly canary: aws.ec2.SecurityGroup;
}

/** The groups name each other in their rules: without `revokeRulesOnDelete` none of them could be deleted. */
function createGroups(name: string, vpc: aws.ec2.Vpc, parent: Network): Groups {
  const group = (role: string, description: string) =>
    new aws.ec2.SecurityGroup(`${name}-${role}`, { vpcId: vpc.id, description, revokeRulesOnDelete: true }, { parent });
  return {
    loadBalancer: group("load-balancer", "Load balancer: HTTPS and its redirect from the internet"),
    ingest: group("ingest", "Ingest containers: requests from the load balancer alone"),
    dispatch: group("dispatch", "Dispatch containers: nothing comes in"),
    canary: group("canary", "Canary: nothing comes in"),
  };
}

/**
 * Every packet that may pass, but for those to AWS's endpoints (endpoints.ts). Only dispatch and the canary may speak to
 * the internet, HTTPS alone: to the stores' ERPs, whose addresses are not ours to know, and to the load balancer's public
 * ones, which AWS changes at will. DNS within the VPC is not subject to security groups.
 */
function createRules(name: string, groups: Groups, containerPort: number, parent: Network): pulumi.Resource[] {
  const { loadBalancer, ingest, dispatch, canary } = groups;
  const { SecurityGroupIngressRule, SecurityGroupEgressRule } = aws.vpc;
  const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
  const internet = { cidrIpv4: anywhere };
  return [
    new SecurityGroupIngressRule(
      `${name}-load-balancer-https`,
      { securityGroupId: loadBalancer.id, ...tcp(443), ...internet, description: "Orders over HTTPS" },
      { parent },
    ),
    new SecurityGroupIngressRule(
      `${name}-load-balancer-http`,
      { securityGroupId: loadBalancer.id, ...tcp(80), ...internet, description: "Redirected to HTTPS" },
      { parent },
    ),
    new SecurityGroupEgressRule(
      `${name}-load-balancer-ingest`,
      {
        securityGroupId: loadBalancer.id,
        ...tcp(containerPort),
        referencedSecurityGroupId: ingest.id,
        description: "To the ingest containers",
      },
      { parent },
    ),
    new SecurityGroupIngressRule(
      `${name}-ingest-load-balancer`,
      {
        securityGroupId: ingest.id,
        ...tcp(containerPort),
        referencedSecurityGroupId: loadBalancer.id,
        description: "From the load balancer",
      },
      { parent },
    ),
    new SecurityGroupEgressRule(
      `${name}-dispatch-https`,
      { securityGroupId: dispatch.id, ...tcp(443), ...internet, description: "To the ERPs" },
      { parent },
    ),
    new SecurityGroupEgressRule(
      `${name}-canary-https`,
      { securityGroupId: canary.id, ...tcp(443), ...internet, description: "To the public address of the region" },
      { parent },
    ),
  ];
}

function createEndpoints(
  name: string,
  { account, region }: NetworkArgs,
  vpc: aws.ec2.Vpc,
  side: Side,
  { ingest, dispatch, canary }: Groups,
  parent: Network,
): Endpoints {
  return new Endpoints(
    name,
    {
      ...{ account, region },
      vpcId: vpc.id,
      subnetIds: side.subnets.map(({ id }) => id),
      routeTableIds: side.tables.map(({ id }) => id),
      callers: { ingest: ingest.id, dispatch: dispatch.id, canary: canary.id },
    },
    { parent },
  );
}

/** The element at a place that is there by construction. */
function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`No element ${index} in a list of ${list.length}`);
  return element;
}
