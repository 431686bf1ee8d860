/**
 * Amazon EC2, to read: the network of a region, in api-*.ts by what it is about. Not modelled: instances, network
 * interfaces, addresses and everything else of EC2; of filters only those of an action's list, anything else is refused by name.
 * Source: EC2 API reference, also for the errors' words and the names of filters.
 */
import { ec2Query } from "../../api/protocols/ec2.ts";
import type { Service } from "../../api/service.ts";
import { describeFlowLogs, describeSubnets, describeVpcs } from "./api-networks.ts";
import { describeNatGateways, describeRouteTables, describeVpcEndpoints } from "./api-routes.ts";
import { describeSecurityGroupRules, describeSecurityGroups } from "./api-security-groups.ts";

export const ec2Api: Service = {
  name: "ec2",
  protocols: [ec2Query],
  namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
  version: "2016-11-15",
  invalid: "InvalidParameterValue",
  actions: {
    DescribeFlowLogs: describeFlowLogs,
    DescribeNatGateways: describeNatGateways,
    DescribeRouteTables: describeRouteTables,
    DescribeSecurityGroupRules: describeSecurityGroupRules,
    DescribeSecurityGroups: describeSecurityGroups,
    DescribeSubnets: describeSubnets,
    DescribeVpcEndpoints: describeVpcEndpoints,
    DescribeVpcs: describeVpcs,
  },
};
