import { flowLogCanWrite, refusedTrafficIsLogged } from "../../../../policy/fargate/flow-logs.ts";
import { resource, stackCases } from "../cases.ts";

const vpc = resource("aws:ec2/vpc:Vpc", "main");
const group = resource("aws:cloudwatch/logGroup:LogGroup", "refused");
const logDestination = "arn:aws:logs:eu-west-1:123456789012:log-group:refused-1";
const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const condition = (account: string) => ({
  StringEquals: { "aws:SourceAccount": account },
  ArnLike: { "aws:SourceArn": `arn:aws:ec2:eu-west-1:${account}:vpc-flow-log/*` },
});

/** A flow log with its role and the role's policy. */
function logging({
  trafficType = "REJECT",
  account = "123456789012",
  actions = calls,
  service = "vpc-flow-logs",
  effect = "Allow",
  isSafe = true,
} = {}) {
  const trust = { Effect: effect, Principal: { Service: `${service}.amazonaws.com` }, Action: "sts:AssumeRole" };
  const role = resource("aws:iam/role:Role", "flow-logs", {
    assumeRolePolicy: document({ ...trust, Condition: condition(account) }),
  });
  const policy = document({ Effect: "Allow", Action: actions, Resource: `${logDestination}:*` });
  const rolePolicy = resource("aws:iam/rolePolicy:RolePolicy", "flow-logs", { policy }, { refers: { role: [role] } });
  return [
    vpc,
    group,
    role,
    rolePolicy,
    resource(
      "aws:ec2/flowLog:FlowLog",
      "refused",
      { trafficType, logDestination },
      {
        refers: { vpcId: [vpc], logDestination: [group], iamRoleArn: [role] },
        ...(isSafe && { dependsOn: [rolePolicy], opts: { deleteBeforeReplace: true } }),
      },
    ),
  ];
}
const calls = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];

stackCases(refusedTrafficIsLogged, {
  "fails if nothing is logged": [[vpc], ["main: has no flow log. Fix: aws.ec2.FlowLog with the trafficType REJECT"]],
  "fails if all traffic is, which costs by the byte": [
    logging({ trafficType: "ALL" }),
    ["main: refused: trafficType is ALL; expected REJECT"],
  ],
  "passes if that which is refused is": [logging(), []],
});

stackCases(flowLogCanWrite, {
  "fails if its role may not write": [
    logging({ actions: calls.slice(0, 2) }),
    [`refused: its role does not allow logs:PutLogEvents on ${logDestination}:*`],
  ],
  "fails if its role is another service's": [
    logging({ service: "ec2" }),
    ["refused: its role is not for vpc-flow-logs.amazonaws.com to assume"],
  ],
  "fails if another account's flow logs may take the role": [
    logging({ account: "999999999999" }),
    [
      `refused: its role has the condition ${JSON.stringify(condition("999999999999"))}; expected ${JSON.stringify(condition("123456789012"))}`,
    ],
  ],
  "fails without a role and a log group of the stack": [
    [resource("aws:ec2/flowLog:FlowLog", "refused", { logDestination })],
    [
      "refused: writes into no log group of the stack",
      "refused: has no role of the stack",
      "refused: add the policy of its role to dependsOn",
      "refused: set deleteBeforeReplace: true. AWS refuses a second one beside it",
      ...calls.map((call) => `refused: its role does not allow ${call} on ${logDestination}:*`),
    ],
  ],
  "fails if nothing may take its role": [logging({ effect: "Deny" }), ["refused: its role lets nothing assume it"]],
  "fails if its replacement would be a second one, or comes before its role may write": [
    logging({ isSafe: false }),
    [
      "refused: add the policy of its role to dependsOn",
      "refused: set deleteBeforeReplace: true. AWS refuses a second one beside it",
    ],
  ],
  "passes if it may": [logging(), []],
});
