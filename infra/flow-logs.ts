/**
 * What the network's security groups refuse, as VPC flow logs: a connection that does not come about leaves a record of who
 * wanted to reach what. Refused traffic alone: that which passes is most of the bytes, and load balancer and containers log it.
 * Sources: VPC user guide, "Flow logs"; aws-cdk, aws-ec2/lib/vpc-flow-logs.ts (the calls of the role).
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { boundaryArn } from "./names.ts";

export interface FlowLogsArgs {
  /** AWS account, 12 digits. */
  readonly account: string;
  /** AWS region. */
  readonly region: string;
  readonly vpcId: pulumi.Output<string>;
  /** Days for which records are kept. */
  readonly logRetentionDays: number;
}

const service = "vpc-flow-logs.amazonaws.com";

/** The flow log of a VPC, its log group, and the role by which it writes there. */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:FlowLogs", name, {}, opts);
    const parent = { parent: this };
    const retentionInDays = args.logRetentionDays;
    const group = new aws.cloudwatch.LogGroup(`${name}-refused-traffic`, { retentionInDays }, parent);
    const role = createRole(name, args, this);
    const policy = letWrite(name, role, group, this);
    // AWS refuses a second one of the same configuration (FlowLogAlreadyExists), and a replacement would be that.
    new aws.ec2.FlowLog(
      `${name}-refused-traffic`,
      { vpcId: args.vpcId, trafficType: "REJECT", logDestination: group.arn, iamRoleArn: role.arn },
      { ...parent, dependsOn: policy, deleteBeforeReplace: true },
    );
    this.registerOutputs();
  }
}

/** Assumed by flow logs of this account and region alone (VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"). */
function createRole(name: string, { account, region }: FlowLogsArgs, parent: FlowLogs): aws.iam.Role {
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:aws:ec2:${region}:${account}:vpc-flow-log/*` },
        },
      },
    ],
  });
  const description = "Writes records of refused traffic";
  const permissionsBoundary = boundaryArn(account);
  return new aws.iam.Role(`${name}-flow-logs`, { description, assumeRolePolicy, permissionsBoundary }, { parent });
}

/** A stream is named after its network interface, which is not known before. */
function letWrite(
  name: string,
  role: aws.iam.Role,
  group: aws.cloudwatch.LogGroup,
  parent: FlowLogs,
): aws.iam.RolePolicy {
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${group.arn}:*`,
      },
    ],
  });
  return new aws.iam.RolePolicy(`${name}-flow-logs`, { role: role.name, policy }, { parent });
}
