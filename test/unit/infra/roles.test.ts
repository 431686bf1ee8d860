import { Queue } from "../../../infra/queue.ts";
import { Roles } from "../../../infra/roles.ts";
import { inputsOf, type Registered, register } from "./mocks.ts";

let resources: Registered[];

beforeAll(async () => {
  resources = await register(() => {
    const queue = new Queue("prod-eu", { deletionProtection: true });
    new Roles("prod-eu", {
      account: "123456789012",
      region: "eu-west-1",
      queue,
      logGroupArns: ["arn:logs/ingest", "arn:logs/dispatch"],
      tlsSecretArn: "arn:secret:tls",
      syntheticSecretArn: "arn:secret:synthetic",
      erpCredentials: true,
    });
  });
});

function statements(name: string): { Effect: string; Action: string[]; Resource: string | string[] }[] {
  return JSON.parse(inputsOf(resources, "aws:iam/rolePolicy:RolePolicy", name).policy).Statement;
}

describe("a role", () => {
  it("of ingest may send to the orders queue and fetch what its stack's stores sign with, and nothing else", () => {
    expect(statements("prod-eu-ingest")).toEqual([
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: "arn:Queue/prod-eu-orders" },
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:order-queue/prod-eu/*/inbound-*",
      },
    ]);
  });

  it("of dispatch may take from the orders queue, count it, and send dead-lettered messages and receipts, and nothing else", () => {
    expect(statements("prod-eu-dispatch")).toEqual([
      {
        Effect: "Allow",
        Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        Resource: "arn:Queue/prod-eu-orders",
      },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: "arn:Queue/prod-eu-dead-letter" },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: "arn:Queue/prod-eu-receipts" },
    ]);
  });

  it("of the canary may take receipts and fetch what its orders are signed with, and nothing else", () => {
    expect(statements("prod-eu-canary")).toEqual([
      { Effect: "Allow", Action: ["sqs:DeleteMessage", "sqs:ReceiveMessage"], Resource: "arn:Queue/prod-eu-receipts" },
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: "arn:secret:synthetic" },
    ]);
  });

  it("of execution may pull this one repository, write to these logs and fetch its own key and its stack's credentials", () => {
    expect(statements("prod-eu-execution")).toEqual([
      { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
      {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: "arn:aws:ecr:eu-west-1:123456789012:repository/order-queue",
      },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: ["arn:logs/ingest:log-stream:*", "arn:logs/dispatch:log-stream:*"],
      },
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: "arn:secret:tls" },
    ]);
    expect(inputsOf(resources, "aws:iam/rolePolicy:RolePolicy", "prod-eu-erp-credentials").role).toBe(
      inputsOf(resources, "aws:iam/rolePolicy:RolePolicy", "prod-eu-execution").role,
    );
    expect(statements("prod-eu-erp-credentials")).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        // By prefix: the same 10,240 characters for one store and for hundreds.
        Resource: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:order-queue/prod-eu/*",
      },
    ]);
  });

  it("has inline policies that are far from IAM's 10,240 characters, however many stores there are", () => {
    const { role } = inputsOf(resources, "aws:iam/rolePolicy:RolePolicy", "prod-eu-execution");
    const policies = resources.filter(({ type, inputs }) => type.endsWith(":RolePolicy") && inputs.role === role);
    expect(policies.map(({ name }) => name).sort()).toEqual(["prod-eu-erp-credentials", "prod-eu-execution"]);
    expect(policies.reduce((sum, { inputs }) => sum + inputs.policy.length, 0)).toBeLessThan(2_000);
  });

  it("has no action with a wildcard, and no wildcard resource but where AWS has no other", () => {
    const roles = ["ingest", "dispatch", "canary", "execution", "erp-credentials"];
    const all = roles.flatMap((role) => statements(`prod-eu-${role}`));
    expect(all.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    expect(all.filter(({ Resource }) => Resource === "*").map(({ Action }) => Action)).toEqual([
      ["ecr:GetAuthorizationToken"],
    ]);
  });

  it("is assumed by ECS tasks of this account alone", () => {
    const policy = JSON.parse(inputsOf(resources, "aws:iam/role:Role", "prod-eu-ingest").assumeRolePolicy);
    expect(policy.Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
  });
});
