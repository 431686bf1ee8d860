/**
 * What the containers may do, and no more. Every statement names its resource; the one `*` is where AWS has no other.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { boundaryArn, erpSecretsOf, inboundSecretName, repositoryArn } from "./names.ts";
import type { Queue } from "./queue.ts";

export interface RolesArgs {
  readonly account: string;
  readonly region: string;
  readonly queue: Queue;
  /** ARNs of the log groups to which ECS writes for the containers. */
  readonly logGroupArns: pulumi.Input<string>[];
  /** Secret with ingest's key and certificate. */
  readonly tlsSecretArn: pulumi.Input<string>;
  /** Secret with which synthetic orders are signed. */
  readonly syntheticSecretArn: pulumi.Input<string>;
  /** Whether an ERP of a store asks for credentials. */
  readonly erpCredentials: boolean;
}

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string> | pulumi.Input<string>[];
}

/** The IAM roles of the tasks, each with the calls that it needs. */
export class Roles extends pulumi.ComponentResource {
  /** What ECS does for a task before it runs: pull the image, fetch its secrets, open its log. */
  readonly executionArn: pulumi.Output<string>;
  readonly ingestArn: pulumi.Output<string>;
  readonly dispatchArn: pulumi.Output<string>;
  readonly canaryArn: pulumi.Output<string>;
  /** A service that is deleted after its policies hangs in DRAINING: services wait for, and go before, these. */
  readonly policies: pulumi.Resource[];

  constructor(name: string, args: RolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Roles", name, {}, opts);

    const execution = createRole(`${name}-execution`, "Pulls the image, fetches secrets, opens the logs", args, this);
    const ingest = createRole(`${name}-ingest`, "Puts orders on the queue", args, this);
    const dispatch = createRole(`${name}-dispatch`, "Takes orders from the queue", args, this);
    const canary = createRole(`${name}-canary`, "Takes receipts of its own orders", args, this);

    this.policies = [
      createPolicy(`${name}-execution`, execution, executionStatements(args), this),
      createPolicy(`${name}-ingest`, ingest, ingestStatements(name, args), this),
      createPolicy(`${name}-dispatch`, dispatch, dispatchStatements(args.queue), this),
      createPolicy(`${name}-canary`, canary, canaryStatements(args), this),
      ...(args.erpCredentials ? [allowErpSecrets(name, execution, args, this)] : []),
    ];
    this.executionArn = execution.arn;
    this.ingestArn = ingest.arn;
    this.dispatchArn = dispatch.arn;
    this.canaryArn = canary.arn;
    this.registerOutputs();
  }
}

/** Assumed by ECS tasks of this account alone (against the confused deputy; ECS developer guide, "Task IAM role"). */
function createRole(name: string, description: string, { account }: RolesArgs, parent: Roles): aws.iam.Role {
  const assumeRolePolicy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  });
  const permissionsBoundary = boundaryArn(account);
  return new aws.iam.Role(name, { description, assumeRolePolicy, permissionsBoundary }, { parent });
}

function createPolicy(name: string, role: aws.iam.Role, statements: Statement[], parent: Roles): aws.iam.RolePolicy {
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
  return new aws.iam.RolePolicy(name, { role: role.name, policy }, { parent });
}

/**
 * By prefix: all inline policies of a role have 10,240 characters together (IAM user guide, quotas), which some hundred
 * ARNs of secrets would fill. A policy of its own, as not every stack has such secrets.
 */
function allowErpSecrets(
  name: string,
  execution: aws.iam.Role,
  { account, region }: RolesArgs,
  parent: Roles,
): aws.iam.RolePolicy {
  const Resource = `arn:aws:secretsmanager:${region}:${account}:secret:${erpSecretsOf(name)}*`;
  return createPolicy(`${name}-erp-credentials`, execution, [{ Action: [getSecretValue], Resource }], parent);
}

const getSecretValue = "secretsmanager:GetSecretValue";

function executionStatements({ account, region, logGroupArns, tlsSecretArn }: RolesArgs): Statement[] {
  return [
    // ecr:GetAuthorizationToken has no resource (service authorization reference, Amazon ECR).
    { Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
    {
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositoryArn({ account, region }),
    },
    {
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      // The streams of these groups alone; a stream is named after its task, which is not known before.
      Resource: logGroupArns.map((arn) => pulumi.interpolate`${arn}:log-stream:*`),
    },
    { Action: [getSecretValue], Resource: tlsSecretArn },
  ];
}

/** The stores' secrets by pattern, as the ERPs' by prefix: no store's is named, and a new one needs no update. */
function ingestStatements(name: string, { account, region, queue }: RolesArgs): Statement[] {
  // Secrets Manager ends an ARN in a hyphen and six letters.
  const inbound = `arn:aws:secretsmanager:${region}:${account}:secret:${inboundSecretName(name, "*")}-*`;
  return [
    { Action: ["sqs:SendMessage"], Resource: queue.orders.arn },
    { Action: [getSecretValue], Resource: inbound },
  ];
}

function dispatchStatements(queue: Queue): Statement[] {
  return [
    {
      Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      Resource: queue.orders.arn,
    },
    { Action: ["sqs:SendMessage"], Resource: queue.deadLetter.arn },
    { Action: ["sqs:SendMessage"], Resource: queue.receipts.arn },
  ];
}

function canaryStatements({ queue, syntheticSecretArn }: RolesArgs): Statement[] {
  return [
    { Action: ["sqs:DeleteMessage", "sqs:ReceiveMessage"], Resource: queue.receipts.arn },
    { Action: [getSecretValue], Resource: syntheticSecretArn },
  ];
}
