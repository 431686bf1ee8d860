/** What a network refuses is written down, by a role that may. */
import { stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";
import { allowed, grants, grantsOf, list } from "./iam.ts";

export const refusedTrafficIsLogged = stackRule({
  name: "network-refused-traffic-is-logged",
  description:
    "A VPC has a flow log of the traffic that its security groups refuse, and of that alone: the rest costs.",
  on: "aws:ec2/vpc:Vpc",
  check: (vpc, report, stack) => {
    const logs = stack
      .all("aws:ec2/flowLog:FlowLog")
      .filter((flowLog) => intersects(flowLog.refersTo("vpcId", "aws:ec2/vpc:Vpc"), [vpc]));
    if (logs.length === 0) report("has no flow log. Fix: aws.ec2.FlowLog with the trafficType REJECT");
    for (const { name, props } of logs)
      if (props.trafficType !== "REJECT") report(`${name}: trafficType is ${props.trafficType}; expected REJECT`);
  },
});

/** VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"; the calls as aws-cdk grants them (vpc-flow-logs.ts). */
const calls = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];
const service = "vpc-flow-logs.amazonaws.com";

export const flowLogCanWrite = stackRule({
  name: "network-flow-log-can-write",
  description:
    "A flow log writes into a log group of the stack, by a role that it alone can take and that lets it write there.",
  on: "aws:ec2/flowLog:FlowLog",
  check: (flowLog, report, stack) => {
    if (flowLog.refersTo("logDestination", "aws:cloudwatch/logGroup:LogGroup").length === 0)
      report("writes into no log group of the stack");
    const roles = flowLog.refersTo("iamRoleArn", "aws:iam/role:Role");
    if (roles.length === 0) report("has no role of the stack");
    if (!flowLog.waitsFor("aws:iam/rolePolicy:RolePolicy")) report("add the policy of its role to dependsOn");
    if (!flowLog.opts.deleteBeforeReplace) report("set deleteBeforeReplace: true. AWS refuses a second one beside it");
    const destination = flowLog.props.logDestination ?? "";
    const granted = grantsOf(roles, stack);
    for (const call of calls)
      if (!granted.some((statement) => grants(statement, call, `${destination}:log-stream:eni-1`)))
        report(`its role does not allow ${call} on ${destination}:*`);
    const [, , , region, account] = destination.split(":");
    const condition = {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:aws:ec2:${region}:${account}:vpc-flow-log/*` },
    };
    const trusts = roles.flatMap(({ props }) => allowed(props.assumeRolePolicy));
    if (roles.length > 0 && trusts.length === 0) report("its role lets nothing assume it");
    for (const { Principal, Action, ...statement } of trusts) {
      const services = typeof Principal === "object" ? list(Principal.Service).flat() : [];
      if (services.join() !== service || list(Action).join() !== "sts:AssumeRole")
        report(`its role is not for ${service} to assume`);
      const { Condition } = statement as { Condition?: unknown };
      if (JSON.stringify(Condition) !== JSON.stringify(condition))
        report(`its role has the condition ${JSON.stringify(Condition)}; expected ${JSON.stringify(condition)}`);
    }
  },
});
