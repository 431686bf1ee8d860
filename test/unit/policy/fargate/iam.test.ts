import type { PolicyResource } from "@pulumi/policy";
import {
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  executionMayFetchSecrets,
  policyHasNoWildcard,
  roleIsAssumedByName,
  rolePolicyHasNoWildcard,
} from "../../../../policy/fargate/iam.ts";
import { cases, resource, stackCases } from "../cases.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:orders.fifo";

function allow(Action: string | string[], Resource: string | string[]) {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });
}

const rolePolicy = (policy: string) => resource("aws:iam/rolePolicy:RolePolicy", "ingest", { policy });

cases(rolePolicyHasNoWildcard, {
  "fails if an action is a wildcard": [
    rolePolicy(allow(["sqs:*"], queueArn)),
    ["allows the action sqs:*; name each action that is called"],
  ],
  "fails if the resource is everything": [
    rolePolicy(allow("sqs:SendMessage", "*")),
    ["allows sqs:SendMessage on *; name the resource by its ARN"],
  ],
  "fails if the resource is every queue of the account": [
    rolePolicy(allow("sqs:SendMessage", ["arn:aws:sqs:eu-west-1:123456789012:*"])),
    ["allows sqs:SendMessage on arn:aws:sqs:eu-west-1:123456789012:*; name the resource by its ARN"],
  ],
  "fails if the resource is every log group": [
    rolePolicy(allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:*")),
    ["allows logs:PutLogEvents on arn:aws:logs:eu-west-1:123456789012:log-group:*; name the resource by its ARN"],
  ],
  "fails if it allows all but something": [
    rolePolicy(JSON.stringify({ Statement: { Effect: "Allow", NotAction: "iam:*", Resource: queueArn } })),
    ["allows all but what NotAction or NotResource names; name what is allowed"],
  ],
  "passes if actions and resource are named": [rolePolicy(allow(["sqs:SendMessage"], queueArn)), []],
  "passes if it is the one action without a resource": [rolePolicy(allow("ecr:GetAuthorizationToken", "*")), []],
  "passes if it is the streams of one log group": [
    rolePolicy(allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:ingest:log-stream:*")),
    [],
  ],
  "passes if it is the objects of one bucket": [rolePolicy(allow("s3:GetObject", "arn:aws:s3:::layers/*")), []],
  "passes if everything is denied": [
    rolePolicy(JSON.stringify({ Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] })),
    [],
  ],
});

const policy = (text: string) => resource("aws:iam/policy:Policy", "shared", { policy: text });

cases(policyHasNoWildcard, {
  "fails if a managed policy has a wildcard too": [
    policy(allow("kms:Decrypt", "*")),
    ["allows kms:Decrypt on *; name the resource by its ARN"],
  ],
  "passes if it names what it allows": [policy(allow("sqs:SendMessage", queueArn)), []],
});

const role = (Principal: unknown) =>
  resource("aws:iam/role:Role", "ingest", {
    assumeRolePolicy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }] }),
  });

cases(roleIsAssumedByName, {
  "fails if any principal may assume the role": [
    role({ AWS: "*" }),
    ['any principal may assume it (Principal "*"); name the service or account'],
  ],
  "passes if the service is named": [role({ Service: "ecs-tasks.amazonaws.com" }), []],
});

const attached = (policyArn: string) =>
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "execution", { policyArn });

cases(attachedPolicyIsNarrow, {
  "fails if a role gets a whole service": [
    attached("arn:aws:iam::aws:policy/AmazonSQSFullAccess"),
    ["attaches arn:aws:iam::aws:policy/AmazonSQSFullAccess; write a policy of the calls that are made"],
  ],
  "passes if AWS's policy is narrow": [
    attached("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
    [],
  ],
});

cases(attachmentIsNotExclusive, {
  "fails if an attachment claims a policy for itself": [
    resource("aws:iam/policyAttachment:PolicyAttachment", "execution"),
    ["use aws.iam.RolePolicyAttachment"],
  ],
  "passes if it is an attachment of one role": [attached("arn:aws:iam::aws:policy/ReadOnly"), []],
});

const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ingest-tls-1a2b3c";

/** A container that gets a secret, and what its execution role allows. */
function ingestWith(actions: string[], arn = secretArn): PolicyResource[] {
  const execution = resource("aws:iam/role:Role", "execution");
  const secrets = [
    { name: "TLS_KEY", valueFrom: `${secretArn}:key::1` },
    { name: "TLS_CERT", valueFrom: `${secretArn}:chain::1` },
  ];
  return [
    execution,
    resource(
      "aws:iam/rolePolicy:RolePolicy",
      "execution",
      { policy: allow(actions, arn) },
      { refers: { role: [execution] } },
    ),
    resource(
      "aws:ecs/taskDefinition:TaskDefinition",
      "ingest",
      { containerDefinitions: JSON.stringify([{ name: "ingest", secrets }]) },
      { refers: { executionRoleArn: [execution] } },
    ),
  ];
}
const refused = `ingest: container ingest: its execution role does not allow secretsmanager:GetSecretValue on ${secretArn}`;

stackCases(executionMayFetchSecrets, {
  "fails if the execution role may not fetch a secret": [ingestWith(["logs:PutLogEvents"]), [refused]],
  "fails if it may fetch another one": [
    ingestWith(["secretsmanager:GetSecretValue"], secretArn.replace("ingest", "other")),
    [refused],
  ],
  "passes if it may": [ingestWith(["secretsmanager:GetSecretValue"]), []],
});
