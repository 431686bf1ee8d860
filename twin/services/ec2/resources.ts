/**
 * EC2 networking: what the program draws is kept and checked for consistency (a subnet inside its VPC, references that
 * exist, deletes that AWS would refuse). Which packets pass is network/'s.
 * Sources: terraform-provider-aws internal/service/ec2 (validations, replacement), EC2 API reference (error texts).
 */
import { z } from "zod";
import { inside, overlaps, parseCidr } from "../../core/cidr.ts";
import { arn, ec2Id } from "../../core/ids.ts";
import { retried } from "../../core/wait.ts";
import {
  must,
  type Problem,
  type ResourceCall,
  type ResourceType,
  regional,
  tagged,
  tagsAll,
} from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";
import { cidr } from "./cidr-block.ts";
import { vpcEndpoint } from "./endpoints.ts";
import { egressRule, ingressRule, securityGroup } from "./security-groups.ts";

/** AWS refuses to delete what others still stand on; the provider tries again for up to 20 minutes, the twin for seconds. */
function refuseIfUsed(
  call: ResourceCall,
  id: string,
  what: string,
  users: ReadonlyArray<readonly [token: string, property: string]>,
): Promise<void> {
  return retried(3_000, () => {
    for (const [token, property] of users) {
      const user = call.store.list(token, call.region).find((r) => [r.inputs[property]].flat().includes(id));
      if (user)
        throw new Error(`api error DependencyViolation: The ${what} '${id}' has dependencies and cannot be deleted.`);
    }
  });
}

/** Quotas of a Region or VPC by default (VPC_Appendix_Limits). @throws Error in EC2's words when `most` are there */
function refuseBeyond(most: number, there: number, code: string, what: string): void {
  if (there >= most) throw new Error(`creating EC2 ${what}: api error ${code}: The maximum number has been reached.`);
}

export const vpc: ResourceType = {
  token: "aws:ec2/vpc:Vpc",
  scope: "regional",
  inputs: tagged({
    cidrBlock: cidr,
    enableDnsHostnames: z.boolean().optional(),
    enableDnsSupport: z.boolean(),
    instanceTenancy: z.literal("default"),
  }),
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  computed: [
    "arn",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
    "ipv6AssociationId",
    "mainRouteTableId",
    "ownerId",
    "tagsAll",
  ],
  replaces: ["cidrBlock", "instanceTenancy"],
  check: ({ cidrBlock }) => {
    const block = typeof cidrBlock === "string" ? parseCidr(cidrBlock) : undefined;
    return block && (block.bits < 16 || block.bits > 28)
      ? [
          {
            property: "cidrBlock",
            reason: `expected cidr_block to contain a network Value with between 16 and 28 significant bits, got: ${block.bits}`,
          },
        ]
      : [];
  },
  create: (inputs, call) => {
    refuseBeyond(5, call.store.list(vpc.token, call.region).length, "VpcLimitExceeded", "VPC");
    const id = ec2Id("vpc");
    const table = ec2Id("rtb");
    return {
      id,
      outputs: {
        arn: arn("ec2", call, `vpc/${id}`),
        defaultNetworkAclId: ec2Id("acl"),
        defaultRouteTableId: table,
        mainRouteTableId: table,
        defaultSecurityGroupId: ec2Id("sg"),
        dhcpOptionsId: ec2Id("dopt"),
        ipv6AssociationId: "",
        ownerId: call.account,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    refuseIfUsed(call, id, "vpc", [
      [subnet.token, "vpcId"],
      [internetGateway.token, "vpcId"],
      [securityGroup.token, "vpcId"],
      [vpcEndpoint.token, "vpcId"],
    ]),
};

export const subnet: ResourceType = {
  token: "aws:ec2/subnet:Subnet",
  scope: "regional",
  inputs: tagged({
    vpcId: z.string(),
    cidrBlock: cidr,
    availabilityZone: z.string(),
    mapPublicIpOnLaunch: z.boolean(),
  }),
  defaults: { mapPublicIpOnLaunch: false },
  computed: ["arn", "availabilityZoneId", "ipv6CidrBlockAssociationId", "ownerId", "tagsAll"],
  replaces: ["vpcId", "cidrBlock", "availabilityZone"],
  check: (inputs, call): Problem[] =>
    isUnknown(inputs.availabilityZone) || new RegExp(`^${call.region}[a-f]$`).test(inputs.availabilityZone)
      ? []
      : [{ property: "availabilityZone", reason: `'${inputs.availabilityZone}' is no zone of ${call.region}` }],
  create: (inputs, call) => {
    const parent = must(call, vpc.token, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
    if (!inside(inputs.cidrBlock, parent.cidrBlock))
      throw new Error(`creating EC2 Subnet: api error InvalidSubnet.Range: The CIDR '${inputs.cidrBlock}' is invalid.`);
    const siblings = call.store.list(subnet.token, call.region).filter((s) => s.inputs.vpcId === inputs.vpcId);
    refuseBeyond(200, siblings.length, "SubnetLimitExceeded", "Subnet");
    if (siblings.some((s) => overlaps(s.inputs.cidrBlock, inputs.cidrBlock)))
      throw new Error(
        `creating EC2 Subnet: api error InvalidSubnet.Conflict: The CIDR '${inputs.cidrBlock}' conflicts with another subnet`,
      );
    const id = ec2Id("subnet");
    return {
      id,
      outputs: {
        arn: arn("ec2", call, `subnet/${id}`),
        availabilityZoneId: `az${inputs.availabilityZone.at(-1)}`,
        ipv6CidrBlockAssociationId: "",
        ownerId: call.account,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) =>
    refuseIfUsed(call, id, "subnet", [
      [natGateway.token, "subnetId"],
      [vpcEndpoint.token, "subnetIds"],
      ["aws:lb/loadBalancer:LoadBalancer", "subnets"],
    ]),
};

export const internetGateway: ResourceType = {
  token: "aws:ec2/internetGateway:InternetGateway",
  scope: "regional",
  inputs: tagged({ vpcId: z.string().optional() }),
  computed: ["arn", "ownerId", "tagsAll"],
  replaces: [],
  create: (inputs, call) => {
    const gateways = call.store.list(internetGateway.token, call.region);
    refuseBeyond(5, gateways.length, "InternetGatewayLimitExceeded", "Internet Gateway");
    if (inputs.vpcId) {
      must(call, vpc.token, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
      if (gateways.some((g) => g.inputs.vpcId === inputs.vpcId))
        throw new Error(
          `attaching EC2 Internet Gateway: api error Resource.AlreadyAssociated: Network ${inputs.vpcId} already has an internet gateway attached`,
        );
    }
    const id = ec2Id("igw");
    return {
      id,
      outputs: { arn: arn("ec2", call, `internet-gateway/${id}`), ownerId: call.account, ...tagsAll(inputs, call) },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (_id, state, call) =>
    retried(3_000, () => {
      const subnets = call.store
        .list(subnet.token, call.region)
        .filter((s) => s.inputs.vpcId === state.vpcId)
        .map((s) => s.id);
      const mapped = call.store.list(natGateway.token, call.region).some((n) => subnets.includes(n.inputs.subnetId));
      if (mapped)
        throw new Error(
          `api error DependencyViolation: Network ${state.vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
        );
    }),
};

/** What an address has of whatever it is associated with: nothing when it is made. */
const ofAnAssociation = ["associationId", "carrierIp", "customerOwnedIp", "privateDns", "privateIp", "ptrRecord"];

export const eip: ResourceType = {
  token: "aws:ec2/eip:Eip",
  scope: "regional",
  inputs: tagged({ domain: z.enum(["vpc", "standard"]) }),
  computed: ["allocationId", "arn", "publicDns", "publicIp", ...ofAnAssociation, "tagsAll"],
  replaces: ["domain"],
  create: (inputs, call) => {
    const used = call.store.list(eip.token, call.region);
    refuseBeyond(5, used.length, "AddressLimitExceeded", "EIP");
    const id = ec2Id("eipalloc");
    // 203.0.113.0/24 is for documentation (RFC 5737).
    const publicIp = `203.0.113.${1 + Math.max(0, ...used.map((e) => Number(e.outputs.publicIp.split(".")[3])))}`;
    return {
      id,
      outputs: {
        allocationId: id,
        arn: arn("ec2", call, `elastic-ip/${id}`),
        publicIp,
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${call.region}.compute.amazonaws.com`,
        ...Object.fromEntries(ofAnAssociation.map((property) => [property, ""])),
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) => {
    if (call.store.list(natGateway.token, call.region).some((n) => n.inputs.allocationId === id))
      throw new Error(`api error InvalidIPAddress.InUse: Address with allocation ID '${id}' is in use.`);
  },
};

/** What only a regional NAT gateway has; the twin's are zonal. */
const ofRegionalGateways = {
  autoProvisionZones: "",
  autoScalingIps: "",
  regionalNatGatewayAddresses: [],
  regionalNatGatewayAutoMode: "",
  routeTableId: "",
};

export const natGateway: ResourceType = {
  token: "aws:ec2/natGateway:NatGateway",
  scope: "regional",
  inputs: tagged({ subnetId: z.string(), allocationId: z.string(), connectivityType: z.literal("public") }),
  defaults: { connectivityType: "public" },
  computed: [
    "associationId",
    "networkInterfaceId",
    "privateIp",
    "publicIp",
    ...Object.keys(ofRegionalGateways),
    "tagsAll",
  ],
  replaces: ["subnetId", "allocationId", "connectivityType"],
  create: (inputs, call) => {
    const { vpcId, cidrBlock, availabilityZone } = must(
      call,
      subnet.token,
      inputs.subnetId,
      "InvalidSubnetID.NotFound",
      "subnet",
    );
    const address = must(call, eip.token, inputs.allocationId, "InvalidAllocationID.NotFound", "allocation");
    if (!call.store.list(internetGateway.token, call.region).some((g) => g.inputs.vpcId === vpcId))
      throw new Error(
        `creating EC2 NAT Gateway: Gateway.NotAttached: Network ${vpcId} has no Internet gateway attached`,
      );
    const zoneOf = (id: string) => call.store.get(subnet.token, id, call.region)?.inputs.availabilityZone;
    const others = call.store.list(natGateway.token, call.region);
    const zonal = others.filter((n) => zoneOf(n.inputs.subnetId) === availabilityZone);
    refuseBeyond(5, zonal.length, "NatGatewayLimitExceeded", "NAT Gateway");
    if (others.some((n) => n.inputs.allocationId === inputs.allocationId))
      throw new Error(
        `creating EC2 NAT Gateway: Resource.AlreadyAssociated: Elastic IP address [${inputs.allocationId}] is already associated`,
      );
    return {
      id: ec2Id("nat"),
      outputs: {
        ...ofRegionalGateways,
        associationId: ec2Id("eipassoc"),
        networkInterfaceId: ec2Id("eni"),
        privateIp: cidrBlock.replace(/\d+\/\d+$/, "4"),
        publicIp: address.publicIp,
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
};

export const routeTable: ResourceType = {
  token: "aws:ec2/routeTable:RouteTable",
  scope: "regional",
  inputs: tagged({ vpcId: z.string() }),
  computed: ["arn", "ownerId", "routes", "tagsAll"],
  replaces: ["vpcId"],
  create: (inputs, call) => {
    must(call, vpc.token, inputs.vpcId, "InvalidVpcID.NotFound", "vpc");
    const id = ec2Id("rtb");
    return {
      id,
      outputs: {
        arn: arn("ec2", call, `route-table/${id}`),
        ownerId: call.account,
        routes: [],
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
};

const destinations = ["destinationCidrBlock"];
const targets = ["gatewayId", "natGatewayId"];

export const route: ResourceType = {
  token: "aws:ec2/route:Route",
  scope: "regional",
  inputs: regional({
    routeTableId: z.string(),
    destinationCidrBlock: cidr,
    gatewayId: z.string().optional(),
    natGatewayId: z.string().optional(),
  }),
  computed: ["instanceId", "instanceOwnerId", "origin", "state"],
  replaces: ["routeTableId", ...destinations],
  check: (inputs) =>
    targets.filter((t) => inputs[t] !== undefined).length === 1
      ? []
      : [{ property: "gatewayId", reason: `one of ${targets.join(", ")} must be specified` }],
  create: (inputs, call) => {
    must(call, routeTable.token, inputs.routeTableId, "InvalidRouteTableID.NotFound", "routeTable");
    if (inputs.gatewayId) must(call, internetGateway.token, inputs.gatewayId, "InvalidGatewayID.NotFound", "gateway");
    if (inputs.natGatewayId)
      must(call, natGateway.token, inputs.natGatewayId, "InvalidNatGatewayID.NotFound", "natGateway");
    const id = `r-${inputs.routeTableId}${[...inputs.destinationCidrBlock].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 0)}`;
    if (call.store.get(route.token, id, call.region))
      throw new Error(
        `api error RouteAlreadyExists: The route identified by ${inputs.destinationCidrBlock} already exists.`,
      );
    return { id, outputs: { instanceId: "", instanceOwnerId: "", origin: "CreateRoute", state: "active" } };
  },
  update: () => ({}),
};

export const routeTableAssociation: ResourceType = {
  token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  scope: "regional",
  inputs: regional({ routeTableId: z.string(), subnetId: z.string() }),
  computed: [],
  replaces: ["subnetId"],
  create: (inputs, call) => {
    must(call, routeTable.token, inputs.routeTableId, "InvalidRouteTableID.NotFound", "routeTable");
    must(call, subnet.token, inputs.subnetId, "InvalidSubnetID.NotFound", "subnet");
    if (call.store.list(routeTableAssociation.token, call.region).some((a) => a.inputs.subnetId === inputs.subnetId))
      throw new Error(
        `api error Resource.AlreadyAssociated: the specified association for subnet ${inputs.subnetId} conflicts with an existing association`,
      );
    return { id: ec2Id("rtbassoc"), outputs: {} };
  },
  update: () => ({}),
};

export const ec2: readonly ResourceType[] = [
  vpc,
  subnet,
  internetGateway,
  eip,
  natGateway,
  routeTable,
  route,
  routeTableAssociation,
  vpcEndpoint,
  securityGroup,
  ingressRule,
  egressRule,
];
