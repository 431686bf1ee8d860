import type { PolicyResource } from "@pulumi/policy";
import { ordersAreAuthenticated } from "../../../../policy/order-queue/authentication.ts";
import { resource, stackCases } from "../cases.ts";

const fetch = "secretsmanager:GetSecretValue";
const arn = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}`;
const inbound = arn("order-queue/prod-eu/*/inbound-*");

/** A container, and the secrets that its task's role may fetch. */
function containerWith(name: string, environment: object[], ...secrets: string[]): PolicyResource[] {
  const role = resource("aws:iam/role:Role", name);
  const policy = JSON.stringify({ Statement: [{ Effect: "Allow", Action: [fetch], Resource: secrets }] });
  const containerDefinitions = JSON.stringify([{ name, environment }]);
  return [
    role,
    resource("aws:iam/rolePolicy:RolePolicy", name, { policy }, { refers: { role: [role] } }),
    resource(
      "aws:ecs/taskDefinition:TaskDefinition",
      name,
      { containerDefinitions },
      { refers: { taskRoleArn: [role] } },
    ),
  ];
}
const prefix = { name: "INBOUND_SECRETS", value: "order-queue/prod-eu" };

stackCases(ordersAreAuthenticated, {
  "fails if ingest does not authenticate orders": [
    containerWith("ingest", [], inbound),
    ["ingest: its environment has no INBOUND_SECRETS, so it accepts orders from any client"],
  ],
  "fails if the canary does not sign": [
    containerWith("canary", [], inbound),
    ["canary: its environment has no INBOUND_SECRETS, so it sends orders that ingest refuses"],
  ],
  "fails if ingest may fetch another stack's secrets alone": [
    containerWith("ingest", [prefix], arn("order-queue/staging/*/inbound-*")),
    [`ingest: its role does not allow ${fetch} on …:secret:order-queue/prod-eu/*/inbound-*`],
  ],
  "fails if the canary may fetch no secret": [
    containerWith("canary", [prefix]),
    [`canary: its role does not allow ${fetch} on …:secret:order-queue/prod-eu/…`],
  ],
  "fails if the canary's secret is not where it looks for it": [
    containerWith("canary", [prefix], arn("order-queue/staging/synthetic/inbound-a1b2c3")),
    [`canary: its role does not allow ${fetch} on …:secret:order-queue/prod-eu/…`],
  ],
  "passes if each may fetch what it needs": [
    [
      ...containerWith("ingest", [prefix], inbound),
      ...containerWith("canary", [prefix], arn("order-queue/prod-eu/synthetic/inbound-a1b2c3")),
    ],
    [],
  ],
  "passes if it is dispatch, which authenticates no order": [containerWith("dispatch", []), []],
});
