/** A region of which a test looks at what reaches what. */
import type { Properties, Resource } from "../../../../../twin/core/store.ts";
import type { Interface } from "../../../../../twin/services/ec2/reach.ts";
import { prefixListId } from "../../../../../twin/services/ec2/vpc-endpoint.ts";

export const region = "eu-west-1";
export const anywhere = "0.0.0.0/0";
export const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
export const s3List = prefixListId(region, "s3");

/** Two zones; the app calls AWS through endpoints, only the worker may reach the internet. A test takes away or adds. */
const region1: Record<string, Properties> = {
  "aws:ec2/vpc:Vpc vpc-1": {
    defaultSecurityGroupId: "sg-default",
    mainRouteTableId: "rtb-main",
    enableDnsSupport: true,
  },
  "aws:ec2/internetGateway:InternetGateway igw-1": { vpcId: "vpc-1" },
  "aws:ec2/subnet:Subnet subnet-public-a": subnet("a", "10.0.0.0/24"),
  "aws:ec2/subnet:Subnet subnet-public-b": subnet("b", "10.0.1.0/24"),
  "aws:ec2/subnet:Subnet subnet-a": subnet("a", "10.0.10.0/24"),
  "aws:ec2/subnet:Subnet subnet-b": subnet("b", "10.0.11.0/24"),
  ...associated("subnet-public-a", "rtb-public"),
  ...associated("subnet-public-b", "rtb-public"),
  ...associated("subnet-a", "rtb-a"),
  ...associated("subnet-b", "rtb-b"),
  "aws:ec2/route:Route public": { routeTableId: "rtb-public", destinationCidrBlock: anywhere, gatewayId: "igw-1" },
  "aws:ec2/route:Route a": { routeTableId: "rtb-a", destinationCidrBlock: anywhere, natGatewayId: "nat-a" },
  "aws:ec2/route:Route b": { routeTableId: "rtb-b", destinationCidrBlock: anywhere, natGatewayId: "nat-b" },
  "aws:ec2/natGateway:NatGateway nat-a": { subnetId: "subnet-public-a" },
  "aws:ec2/natGateway:NatGateway nat-b": { subnetId: "subnet-public-b" },
  "aws:lb/loadBalancer:LoadBalancer front": {
    ...{ arn: "arn:front", name: "front", internal: false },
    ...{ subnets: ["subnet-public-a", "subnet-public-b"], securityGroups: ["sg-front"] },
  },
  ...rule("ingress", "front-https", { securityGroupId: "sg-front", ...tcp(443), cidrIpv4: anywhere }),
  ...rule("egress", "front-app", { securityGroupId: "sg-front", ...tcp(8080), referencedSecurityGroupId: "sg-app" }),
  ...rule("ingress", "app-front", { securityGroupId: "sg-app", ...tcp(8080), referencedSecurityGroupId: "sg-front" }),
  ...rule("egress", "app-door", { securityGroupId: "sg-app", ...tcp(443), referencedSecurityGroupId: "sg-door" }),
  ...rule("egress", "app-s3", { securityGroupId: "sg-app", ...tcp(443), prefixListId: s3List }),
  ...rule("ingress", "door-app", { securityGroupId: "sg-door", ...tcp(443), referencedSecurityGroupId: "sg-app" }),
  ...rule("egress", "worker-https", { securityGroupId: "sg-worker", ...tcp(443), cidrIpv4: anywhere }),
  "aws:ec2/vpcEndpoint:VpcEndpoint vpce-sqs": {
    ...{ vpcId: "vpc-1", serviceName: `com.amazonaws.${region}.sqs`, vpcEndpointType: "Interface" },
    ...{ subnetIds: ["subnet-a", "subnet-b"], securityGroupIds: ["sg-door"], privateDnsEnabled: true },
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint vpce-s3": {
    ...{ vpcId: "vpc-1", serviceName: `com.amazonaws.${region}.s3`, vpcEndpointType: "Gateway" },
    routeTableIds: ["rtb-a", "rtb-b"],
  },
};

export function subnet(letter: string, cidrBlock: string): Properties {
  return { vpcId: "vpc-1", cidrBlock, availabilityZone: `${region}${letter}` };
}

function associated(subnetId: string, routeTableId: string): Record<string, Properties> {
  const token = "aws:ec2/routeTableAssociation:RouteTableAssociation";
  return { [`${token} ${subnetId}`]: { subnetId, routeTableId } };
}

export function rule(direction: "ingress" | "egress", id: string, outputs: Properties): Record<string, Properties> {
  const name = direction === "ingress" ? "Ingress" : "Egress";
  return { [`aws:vpc/securityGroup${name}Rule:SecurityGroup${name}Rule ${id}`]: outputs };
}

/** The region with some resources replaced, or taken away where nothing replaces them. */
export function look(changes: Record<string, Properties | undefined> = {}) {
  const names = Object.keys({ ...region1, ...changes });
  const resources = names.flatMap((name): Resource[] => {
    const [type = "", id = ""] = name.split(" ");
    const key = Object.keys(changes).find((suffix) => name.endsWith(suffix));
    const outputs = key === undefined ? region1[name] : changes[key] && { ...region1[name], ...changes[key] };
    return outputs ? [{ type, id, region, inputs: {}, outputs }] : [];
  });
  return { list: (type: string) => resources.filter((resource) => resource.type === type) };
}

export const task = (groups: string[], letter = "a", publicIp = false): Interface => {
  const address = letter === "a" ? "10.0.10.4" : "10.0.11.4";
  return { name: "task 1", subnetId: `subnet-${letter}`, groups, address, publicIp };
};
export const app = task(["sg-app"]);
export const worker = task(["sg-worker"]);
export const passes = { passes: true };
export const refuses = (at: string, reason: string) => ({ passes: false, at, reason });
