/**
 * VPC endpoints: gateways, which are routes, and interfaces in subnets. Which calls take them is decided by behaviour.ts, what
 * their policies allow by services/iam. Not modelled: the ten minutes that a deletion may take.
 * Sources: terraform-provider-aws internal/service/ec2/vpc_endpoint.go; VPC quotas for endpoints; EC2 API reference
 * (error texts).
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { arn, ec2Id, hex } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { must, type Problem, type ResourceCall, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";

import { tokens } from "./tokens.ts";

/** The services that the twin knows, by kind of endpoint; AWS has many more. */
const services: Readonly<Record<string, readonly string[]>> = {
  Gateway: ["s3", "dynamodb"],
  Interface: ["ecr.api", "ecr.dkr", "logs", "sqs", "secretsmanager", "s3", "sns", "kms", "sts", "monitoring"],
};

/** Properties that only the one kind has. */
const own: Readonly<Record<string, readonly string[]>> = {
  Gateway: ["routeTableIds"],
  Interface: ["subnetIds", "securityGroupIds", "privateDnsEnabled"],
};

export const vpcEndpoint: ResourceType = {
  token: tokens.vpcEndpoint,
  scope: "regional",
  inputs: tagged({
    vpcId: z.string(),
    serviceName: z.string(),
    vpcEndpointType: z.enum(["Gateway", "Interface"]),
    routeTableIds: z.array(z.string()).optional(),
    subnetIds: z.array(z.string()).optional(),
    securityGroupIds: z.array(z.string()).optional(),
    privateDnsEnabled: z.boolean().optional(),
    policy: z.string().optional(),
  }),
  defaults: { vpcEndpointType: "Gateway" },
  sets: ["routeTableIds", "subnetIds", "securityGroupIds"],
  json: ["policy"],
  computed: [
    "arn",
    "cidrBlocks",
    "dnsEntries",
    "networkInterfaceIds",
    "ownerId",
    "prefixListId",
    "requesterManaged",
    "state",
    "tagsAll",
  ],
  replaces: ["serviceName", "vpcEndpointType", "vpcId"],
  replacesWhen: (_olds, { vpcEndpointType }) => (vpcEndpointType === "Interface" ? [] : ["privateDnsEnabled"]),
  check: ({ policy }): Problem[] =>
    policy === undefined || isUnknown(policy) || isJson(policy)
      ? []
      : [{ property: "policy", reason: "contains an invalid JSON policy" }],
  create: (inputs, call) => {
    refuseEndpoint(undefined, inputs, call);
    const id = ec2Id("vpce");
    const gateway = inputs.vpcEndpointType === "Gateway";
    return {
      id,
      outputs: {
        arn: arn("ec2", call, `vpc-endpoint/${id}`),
        ownerId: call.account,
        requesterManaged: false,
        state: "available",
        cidrBlocks: [],
        networkInterfaceIds: gateway ? [] : networkInterfaces(inputs),
        dnsEntries: gateway
          ? []
          : [{ dnsName: `${id}-${hex(4)}.${serviceOf(inputs)}.${call.region}.vpce.amazonaws.com`, hostedZoneId: "" }],
        prefixListId: gateway ? prefixListId(call.region, serviceOf(inputs)) : "",
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (id, _state, inputs, call) => {
    refuseEndpoint(id, inputs, call);
    return {
      ...(inputs.vpcEndpointType === "Interface" && { networkInterfaceIds: networkInterfaces(inputs) }),
      ...tagsAll(inputs, call),
    };
  },
};

const networkInterfaces = ({ subnetIds = [] }: Properties): string[] => subnetIds.map(() => ec2Id("eni"));

/** AWS's own list of a gateway service's addresses, one a region, there whether or not an endpoint is. */
export function prefixListId(region: string, service: string): string {
  return `pl-${createHash("sha256").update(`${region} ${service}`).digest("hex").slice(0, 8)}`;
}

/** @throws Error in EC2's words where no gateway service of the region has that list */
export function mustPrefixList(id: string, { region }: ResourceCall): void {
  if (!services.Gateway?.some((service) => prefixListId(region, service) === id))
    throw new Error(`api error InvalidPrefixListID.NotFound: The prefix list ID '${id}' does not exist`);
}

function serviceOf({ serviceName }: Properties): string {
  return serviceName.split(".").slice(3).join(".");
}

/** Whatever AWS would refuse of an endpoint; `id` is the one that is being changed. */
function refuseEndpoint(id: string | undefined, inputs: Properties, call: ResourceCall): void {
  const { vpcId, serviceName, vpcEndpointType } = inputs;
  const what = id ? `modifying EC2 VPC Endpoint (${id})` : `creating EC2 VPC Endpoint (${serviceName})`;
  const refuse = (code: string, text: string): never => {
    throw new Error(`${what}: api error ${code}: ${text}`);
  };
  const vpc = must(call, tokens.vpc, vpcId, "InvalidVpcID.NotFound", "vpc");
  const known = services[vpcEndpointType] ?? [];
  if (!serviceName.startsWith(`com.amazonaws.${call.region}.`) || !known.includes(serviceOf(inputs)))
    refuse("InvalidServiceName", `The Vpc Endpoint Service '${serviceName}' does not exist`);
  for (const property of own[vpcEndpointType === "Gateway" ? "Interface" : "Gateway"] ?? [])
    if (inputs[property] !== undefined && inputs[property] !== false && inputs[property].length !== 0)
      refuse("InvalidParameter", `${property} is not supported for VPC endpoints of type ${vpcEndpointType}.`);
  const others = call.store.list(tokens.vpcEndpoint, call.region).filter((other) => other.id !== id);
  const alike = others.filter(({ inputs: other }) => other.vpcEndpointType === vpcEndpointType);
  // Quotas: 20 gateway endpoints a Region, 50 interface endpoints a VPC.
  const counted = vpcEndpointType === "Gateway" ? alike : alike.filter((other) => other.inputs.vpcId === vpcId);
  if (counted.length >= (vpcEndpointType === "Gateway" ? 20 : 50))
    refuse("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.");
  const same = alike.filter(({ inputs: other }) => other.vpcId === vpcId && other.serviceName === serviceName);
  if (vpcEndpointType === "Gateway") {
    for (const table of inputs.routeTableIds ?? []) {
      must(call, tokens.routeTable, table, "InvalidRouteTableID.NotFound", "routeTable");
      if (same.some(({ inputs: other }) => other.routeTableIds?.includes(table)))
        refuse(
          "RouteAlreadyExists",
          `route table ${table} already has a route with destination-prefix-list-id ${prefixListId(call.region, serviceOf(inputs))}`,
        );
    }
    return;
  }
  const subnets = (inputs.subnetIds ?? []).map((subnet: string) =>
    must(call, tokens.subnet, subnet, "InvalidSubnetID.NotFound", "subnet"),
  );
  if (new Set(subnets.map((subnet: Properties) => subnet.availabilityZone)).size < subnets.length)
    refuse("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone.");
  for (const group of inputs.securityGroupIds ?? [])
    must(call, tokens.securityGroup, group, "InvalidGroup.NotFound", "security group");
  if (!inputs.privateDnsEnabled) return;
  if (!vpc.enableDnsSupport || !vpc.enableDnsHostnames)
    refuse(
      "InvalidParameter",
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
    );
  if (same.some(({ inputs: other }) => other.privateDnsEnabled))
    refuse(
      "InvalidParameter",
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${serviceOf(inputs)}.${call.region}.amazonaws.com in the VPC ${vpcId}`,
    );
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
