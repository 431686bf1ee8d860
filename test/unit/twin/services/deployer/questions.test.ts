import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { Policy } from "../../../../../tools/permissions/policies.ts";
import { groups } from "../../../../../tools/permissions/uses.ts";
import type { Operation, TypeCalls } from "../../../../../twin/services/deployer/calls.ts";
import { type Question, questionsOf } from "../../../../../twin/services/deployer/questions.ts";

const folder = resolve(import.meta.dirname, "../../../../../docs/permissions");
const account = "123456789012";
const region = "ap-southeast-2";
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
const role = `arn:aws:iam::${account}:role/prod-au-ingest-1`;

/** Properties of a resource of prod-au, whichever type it is. */
const properties = {
  name: "prod-au-x-1",
  queueUrl: "https://sqs.ap-southeast-2.amazonaws.com/123456789012/prod-au-x-1",
  family: "prod-au-x-1",
  bucket: "prod-au-x-1",
  logGroupName: "prod-au-x-1",
  dashboardName: "order-queue-prod-au",
  rule: "prod-au-x-1",
  role: "prod-au-ingest-1",
  cluster: arn("ecs", "cluster/prod-au-1"),
  resourceId: "service/prod-au-1/prod-au-x-1",
  executionRoleArn: role,
  taskRoleArn: role,
  iamRoleArn: role,
  loadBalancerArn: arn("elasticloadbalancing", "loadbalancer/app/prod-au-front-1/a"),
  listenerArn: arn("elasticloadbalancing", "listener/app/prod-au-front-1/a/b"),
  certificateArn: arn("acm", "certificate/1"),
  arn: arn("sns", "prod-au-x-1"),
  topic: arn("sns", "prod-au-x-1"),
  secretId: arn("secretsmanager", "secret:prod-au-x-1-aBcDeF"),
  resourceArn: arn("elasticloadbalancing", "loadbalancer/app/prod-au-front-1/a"),
  webAclArn: arn("wafv2", "regional/webacl/prod-au-firewall-1/1"),
  zoneId: "Z1",
};
const propertiesOf = (type: string) => ({
  ...properties,
  ...(type === "aws:route53/record:Record" && { name: "_1A.acme.au.orderhub.example." }),
  ...(type === "aws:secretsmanager/getSecret:getSecret" && { name: "order-queue/prod-au/acme" }),
});

const table: Record<string, TypeCalls> = Object.assign({}, ...Object.values(groups));
const all: readonly Operation[] = ["create", "read", "update", "delete"];

function ask(type: string, operation: Operation): Promise<Question[]> {
  const tags = { project: "order-queue", stack: "prod-au" };
  const boundary = `arn:aws:iam::${account}:policy/order-queue-boundary`;
  const change = { operation, properties: propertiesOf(type), tags, region, account, boundary };
  return questionsOf(table[type] as TypeCalls, change);
}

/** Every question of some operations on every type, each once. */
async function questions(operations: readonly Operation[]): Promise<Question[]> {
  const asked = await Promise.all(
    Object.keys(table).flatMap((type) => operations.map((operation) => ask(type, operation))),
  );
  return [...new Map(asked.flat().map((one) => [JSON.stringify(one), one])).values()];
}

const policiesOf = (name: string): Policy[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith(`${name}-`))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));

const without = (policies: readonly Policy[], action: string): Policy[] =>
  policies.map((policy) => ({
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((each) => each !== action),
    })).filter(({ Action }) => Action.length > 0),
  }));

/** The questions that policies do not answer with yes. */
async function denied(policies: readonly Policy[], asked: readonly Question[]): Promise<string[]> {
  const answers = await Promise.all(
    asked.map(async ({ action, resource, context }) => {
      const outcome = await runSimulation(
        {
          request: {
            action,
            resource: { resource, accountId: account },
            principal: `arn:aws:iam::${account}:role/order-queue-release`,
            contextVariables: context as Record<string, string | string[]>,
          },
          identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        {},
      );
      const allowed = outcome.resultType !== "error" && outcome.overallResult === "Allowed";
      return allowed ? [] : [`${action} on ${resource}`];
    }),
  );
  return answers.flat();
}

describe.each([
  ["release", all],
  ["preview", ["read"] as const],
])("the %s role", (name, operations) => {
  const policies = policiesOf(name);

  test("may make every call of its operations", async () => {
    expect(await denied(policies, await questions(operations))).toEqual([]);
  });

  test("has no action without which every operation succeeds, and a denied call names the action", async () => {
    const asked = await questions(operations);
    const actions = [...new Set(policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)))];
    const unneeded = [];
    for (const action of actions) {
      const [first] = await denied(
        without(policies, action),
        asked.filter((one) => one.action === action),
      );
      if (!first?.startsWith(`${action} on `)) unneeded.push(action);
    }
    // What `order-queue preview` itself asks, where a plan exceeds a default quota.
    expect(unneeded).toEqual(["servicequotas:GetServiceQuota"]);
  });
});

test("the preview's role may change nothing", async () => {
  const asked = await questions(all);
  const reads = new Set(Object.values(table).flatMap(({ read }) => read));
  const writes = asked.filter(({ action }) => !reads.has(action));
  expect(await denied(policiesOf("preview"), writes)).toHaveLength(writes.length);
});

test("a subnet is made with the stack's tags, in a network that has them", async () => {
  const tags = (key: string) => ({ [`aws:${key}/project`]: "order-queue", [`aws:${key}/stack`]: "prod-au" });
  const at = { "aws:RequestedRegion": region };
  expect((await ask("aws:ec2/subnet:Subnet", "create")).slice(0, 3)).toEqual([
    { action: "ec2:CreateSubnet", resource: arn("ec2", "subnet/1"), context: { ...at, ...tags("RequestTag") } },
    { action: "ec2:CreateSubnet", resource: arn("ec2", "vpc/1"), context: { ...at, ...tags("ResourceTag") } },
    {
      action: "ec2:CreateTags",
      resource: arn("ec2", "subnet/1"),
      context: { ...at, ...tags("RequestTag"), "ec2:CreateAction": "CreateSubnet" },
    },
  ]);
});

test("a VPC's default group has no tags when it gets its first, and loses its rules after", async () => {
  const tags = (key: string) => ({ [`aws:${key}/project`]: "order-queue", [`aws:${key}/stack`]: "prod-au" });
  const [resource, at] = [arn("ec2", "security-group/1"), { "aws:RequestedRegion": region }];
  const [tagged, ...rest] = await ask("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "create");
  expect([tagged, rest[0]]).toEqual([
    { action: "ec2:CreateTags", resource, context: { ...at, ...tags("RequestTag") } },
    { action: "ec2:RevokeSecurityGroupIngress", resource, context: { ...at, ...tags("ResourceTag") } },
  ]);
  const others = { ...tagged, context: { ...tagged?.context, "aws:ResourceTag/project": "another-team" } } as Question;
  expect(await denied(policiesOf("release"), [tagged as Question])).toEqual([]);
  expect(await denied(policiesOf("release"), [others])).toEqual([`ec2:CreateTags on ${resource}`]);
});
