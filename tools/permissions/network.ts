/** The part of uses.ts that is EC2's: the network. */
import { actions, type Uses } from "./use.ts";

const ec2 = (names: string) => actions("ec2", names);

export const network: Uses = {
  "aws:ec2/vpc:Vpc": {
    read: ec2("DescribeVpcs DescribeVpcAttribute DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups"),
    write: ec2("CreateVpc ModifyVpcAttribute DeleteVpc CreateTags DeleteTags"),
    source: "ec2/vpc_.go",
  },
  "aws:ec2/subnet:Subnet": {
    read: ec2("DescribeSubnets"),
    // A subnet that is to go waits for the network interfaces in it.
    write: ec2("CreateSubnet ModifySubnetAttribute DeleteSubnet DescribeNetworkInterfaces CreateTags DeleteTags"),
    source: "ec2/vpc_subnet.go",
  },
  "aws:ec2/internetGateway:InternetGateway": {
    read: ec2("DescribeInternetGateways"),
    write: ec2(
      "CreateInternetGateway AttachInternetGateway DetachInternetGateway DeleteInternetGateway CreateTags DeleteTags",
    ),
    source: "ec2/vpc_internet_gateway.go",
  },
  "aws:ec2/natGateway:NatGateway": {
    read: ec2("DescribeNatGateways"),
    write: ec2("CreateNatGateway DeleteNatGateway CreateTags DeleteTags"),
    source: "ec2/vpc_nat_gateway.go",
  },
  "aws:ec2/eip:Eip": {
    read: ec2("DescribeAddresses DescribeAddressesAttribute"),
    write: ec2("AllocateAddress DisassociateAddress ReleaseAddress CreateTags DeleteTags"),
    source: "ec2/ec2_eip.go",
  },
  "aws:ec2/routeTable:RouteTable": {
    read: ec2("DescribeRouteTables"),
    write: ec2("CreateRouteTable DisassociateRouteTable DeleteRouteTable CreateTags DeleteTags"),
    source: "ec2/vpc_route_table.go",
  },
  "aws:ec2/route:Route": {
    read: ec2("DescribeRouteTables"),
    write: ec2("CreateRoute ReplaceRoute DeleteRoute"),
    source: "ec2/vpc_route.go",
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    read: ec2("DescribeRouteTables"),
    write: ec2("AssociateRouteTable ReplaceRouteTableAssociation DisassociateRouteTable"),
    source: "ec2/vpc_route_table_association.go",
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    read: ec2("DescribeSecurityGroups"),
    // A new group's own way out is taken from it; a group that is to go loses its rules first.
    write: ec2(
      "CreateSecurityGroup RevokeSecurityGroupEgress RevokeSecurityGroupIngress DeleteSecurityGroup DescribeNetworkInterfaces CreateTags DeleteTags",
    ),
    source: "ec2/vpc_security_group.go",
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    read: ec2("DescribeSecurityGroupRules"),
    write: ec2(
      "AuthorizeSecurityGroupIngress ModifySecurityGroupRules RevokeSecurityGroupIngress CreateTags DeleteTags",
    ),
    source: "ec2/vpc_security_group_ingress_rule.go",
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    read: ec2("DescribeSecurityGroupRules"),
    write: ec2("AuthorizeSecurityGroupEgress ModifySecurityGroupRules RevokeSecurityGroupEgress CreateTags DeleteTags"),
    source: "ec2/vpc_security_group_egress_rule.go",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    read: ec2("DescribeVpcEndpoints DescribePrefixLists"),
    write: ec2("CreateVpcEndpoint ModifyVpcEndpoint DeleteVpcEndpoints CreateTags DeleteTags"),
    source: "ec2/vpc_endpoint.go; AWS::EC2::VPCEndpoint",
  },
};
