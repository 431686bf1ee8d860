/** The calls of EC2's types: the network. */
import { type Calls, calls, type Operation, type TypeCalls } from "./calls.ts";

const ec2 = (kind: string, file: string, names: Readonly<Partial<Record<Operation, string>>>): TypeCalls =>
  calls("ec2", `ec2:${kind}`, `ec2/${file}`, names);

const rule = (direction: "Ingress" | "Egress") =>
  ec2("security-group-rule", `vpc_security_group_${direction.toLowerCase()}_rule.go`, {
    read: "DescribeSecurityGroupRules",
    create: `AuthorizeSecurityGroup${direction} CreateTags`,
    update: "ModifySecurityGroupRules CreateTags DeleteTags",
    delete: `RevokeSecurityGroup${direction}`,
  });

export const network: Calls = {
  "aws:ec2/vpc:Vpc": ec2("vpc", "vpc_.go", {
    read: "DescribeVpcs DescribeVpcAttribute DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups",
    create: "CreateVpc CreateTags ModifyVpcAttribute",
    update: "ModifyVpcAttribute CreateTags DeleteTags",
    delete: "DeleteVpc",
  }),
  "aws:ec2/subnet:Subnet": ec2("subnet", "vpc_subnet.go", {
    read: "DescribeSubnets",
    create: "CreateSubnet CreateTags ModifySubnetAttribute",
    update: "ModifySubnetAttribute CreateTags DeleteTags",
    // A subnet that is to go waits for the network interfaces in it.
    delete: "DescribeNetworkInterfaces DeleteSubnet",
  }),
  "aws:ec2/internetGateway:InternetGateway": ec2("internet-gateway", "vpc_internet_gateway.go", {
    read: "DescribeInternetGateways",
    create: "CreateInternetGateway CreateTags AttachInternetGateway",
    update: "DetachInternetGateway AttachInternetGateway CreateTags DeleteTags",
    delete: "DetachInternetGateway DeleteInternetGateway",
  }),
  "aws:ec2/natGateway:NatGateway": ec2("natgateway", "vpc_nat_gateway.go", {
    read: "DescribeNatGateways",
    create: "CreateNatGateway CreateTags",
    update: "CreateTags DeleteTags",
    delete: "DeleteNatGateway",
  }),
  "aws:ec2/eip:Eip": ec2("elastic-ip", "ec2_eip.go", {
    read: "DescribeAddresses DescribeAddressesAttribute",
    create: "AllocateAddress CreateTags",
    update: "CreateTags DeleteTags",
    delete: "DisassociateAddress ReleaseAddress",
  }),
  "aws:ec2/routeTable:RouteTable": ec2("route-table", "vpc_route_table.go", {
    read: "DescribeRouteTables",
    create: "CreateRouteTable CreateTags",
    update: "CreateTags DeleteTags",
    delete: "DisassociateRouteTable DeleteRouteTable",
  }),
  "aws:ec2/route:Route": ec2("route-table", "vpc_route.go", {
    read: "DescribeRouteTables",
    create: "CreateRoute",
    update: "ReplaceRoute",
    delete: "DeleteRoute",
  }),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("route-table", "vpc_route_table_association.go", {
    read: "DescribeRouteTables",
    create: "AssociateRouteTable",
    update: "ReplaceRouteTableAssociation",
    delete: "DisassociateRouteTable",
  }),
  "aws:ec2/securityGroup:SecurityGroup": ec2("security-group", "vpc_security_group.go", {
    read: "DescribeSecurityGroups",
    // A new group's own way out is taken from it; a group that is to go loses its rules first.
    create: "CreateSecurityGroup CreateTags RevokeSecurityGroupEgress",
    update: "CreateTags DeleteTags",
    delete: "DescribeNetworkInterfaces RevokeSecurityGroupIngress RevokeSecurityGroupEgress DeleteSecurityGroup",
  }),
  "aws:ec2/flowLog:FlowLog": ec2("vpc-flow-log", "vpc_flow_log.go", {
    read: "DescribeFlowLogs",
    create: "CreateFlowLogs CreateTags iam:PassRole",
    update: "CreateTags DeleteTags",
    delete: "DeleteFlowLogs",
  }),
  // AWS makes it with the VPC and without tags: it gets the stack's, and only then may the role take its rules away.
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("security-group", "vpc_default_security_group.go", {
    read: "DescribeSecurityGroups",
    create: "CreateTags RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
    update: "CreateTags DeleteTags RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpc-endpoint", "vpc_endpoint.go; AWS::EC2::VPCEndpoint", {
    read: "DescribeVpcEndpoints DescribePrefixLists",
    create: "CreateVpcEndpoint CreateTags",
    update: "ModifyVpcEndpoint CreateTags DeleteTags",
    delete: "DeleteVpcEndpoints",
  }),
};
