/**
 * Flow logs of a VPC into a log group; flow-records.ts writes them. Not modelled: flow logs of subnets and interfaces, S3 and
 * Firehose as destination, formats of one's own.
 * Sources: terraform-provider-aws internal/service/ec2/vpc_flow_log.go; EC2 API reference, CreateFlowLogs (error texts).
 */
import { z } from "zod";
import { arn, ec2Id } from "../../core/ids.ts";
import { must, type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { tokens } from "./tokens.ts";

/** AWS's own format (VPC user guide, "Flow log records", version 2). */
const fields =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const format = fields
  .split(" ")
  .map((field) => `\${${field}}`)
  .join(" ");

export const flowLog: ResourceType = {
  token: tokens.flowLog,
  scope: "regional",
  inputs: tagged({
    vpcId: z.string(),
    trafficType: z.enum(["ACCEPT", "REJECT", "ALL"]),
    logDestination: z.string().startsWith("arn:aws:logs:"),
    logDestinationType: z.literal("cloud-watch-logs"),
    iamRoleArn: z.string().startsWith("arn:"),
    maxAggregationInterval: z.union([z.literal(60), z.literal(600)]),
  }),
  defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
  computed: ["arn", "logFormat", "tagsAll"],
  replaces: ["vpcId", "trafficType", "logDestination", "logDestinationType", "iamRoleArn", "maxAggregationInterval"],
  create: (inputs, call) => {
    const { vpcId, trafficType, logDestination, iamRoleArn } = inputs;
    const refuse = (why: string): never => {
      throw new Error(`creating Flow Log (${vpcId}): api error ${why}`);
    };
    must(call, tokens.vpc, vpcId, "InvalidVpcID.NotFound", "vpc");
    if (!call.store.list("aws:iam/role:Role").some(({ outputs }) => outputs.arn === iamRoleArn))
      refuse("InvalidParameter: Unable to assume given IAM role");
    const same = call.store
      .list(tokens.flowLog, call.region)
      .some(
        ({ inputs: other }) =>
          other.vpcId === vpcId && other.trafficType === trafficType && other.logDestination === logDestination,
      );
    if (same)
      refuse(
        "FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination.",
      );
    const id = ec2Id("fl");
    return {
      id,
      outputs: { arn: arn("ec2", call, `vpc-flow-log/${id}`), logFormat: format, ...tagsAll(inputs, call) },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
};
