/**
 * EC2 networking: what the program draws is kept and checked for consistency (a subnet inside its VPC, references that
 * exist, deletes that AWS would refuse). Which packets pass is decided by behaviour.ts.
 * Sources: terraform-provider-aws internal/service/ec2 (validations, replacement), EC2 API reference (error texts).
 */
import type { ResourceType } from "../../pulumi/define.ts";
import { defaultSecurityGroup } from "./default-security-group.ts";
import { eip } from "./elastic-ip.ts";
import { flowLog } from "./flow-log.ts";
import { internetGateway } from "./internet-gateway.ts";
import { natGateway } from "./nat-gateway.ts";
import { route } from "./route.ts";
import { routeTable, routeTableAssociation } from "./route-table.ts";
import { egressRule, ingressRule, securityGroup } from "./security-groups.ts";
import { subnet } from "./subnet.ts";
import { vpc } from "./vpc.ts";
import { vpcEndpoint } from "./vpc-endpoint.ts";

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
  flowLog,
  securityGroup,
  defaultSecurityGroup,
  ingressRule,
  egressRule,
];
