import { containersMayMakeTheirCalls, roleHasBoundary } from "../../../../policy/order-queue/iam.ts";
import { cases, resource, stackCases } from "../cases.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:orders.fifo";

function allow(Action: string | string[], Resource: string | string[]) {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });
}

const boundary = "arn:aws:iam::123456789012:policy/order-queue-boundary";
const withBoundary = (props: object) => resource("aws:iam/role:Role", "ingest", props);

cases(roleHasBoundary, {
  "fails if a role has no boundary": [
    withBoundary({}),
    ["its permissionsBoundary is none; expected the policy order-queue-boundary"],
  ],
  "fails if its boundary is a policy of AWS's": [
    withBoundary({ permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    [
      "its permissionsBoundary is arn:aws:iam::aws:policy/AdministratorAccess; expected the policy order-queue-boundary",
    ],
  ],
  "passes if it has the program's": [withBoundary({ permissionsBoundary: boundary }), []],
});

function dispatchWith(actions: string[], queueProps: object = {}) {
  return containerWith("dispatch", "QUEUE_URL", actions, queueProps);
}

function containerWith(name: string, variable: string, actions: string[], queueProps: object = {}) {
  const url = "https://sqs/orders";
  const orders = resource("aws:sqs/queue:Queue", "orders", { url, arn: queueArn, ...queueProps });
  const taskRole = resource("aws:iam/role:Role", name);
  const container = { name, command: [name], environment: [{ name: variable, value: url }] };
  return [
    orders,
    taskRole,
    resource(
      "aws:iam/rolePolicy:RolePolicy",
      name,
      { policy: allow(actions, queueArn) },
      {
        refers: { role: [taskRole] },
      },
    ),
    resource(
      "aws:ecs/taskDefinition:TaskDefinition",
      name,
      { containerDefinitions: JSON.stringify([container]) },
      { refers: { taskRoleArn: [taskRole], containerDefinitions: [orders] } },
    ),
  ];
}
const dispatchCalls = [
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:ChangeMessageVisibility",
  "sqs:GetQueueAttributes",
];

stackCases(containersMayMakeTheirCalls, {
  "fails if dispatch may not delete what it delivered": [
    dispatchWith(dispatchCalls.filter((action) => action !== "sqs:DeleteMessage")),
    ["dispatch: its role does not allow sqs:DeleteMessage, which dispatch calls for orders"],
  ],
  "fails if dispatch may not give up what cannot be delivered": [
    containerWith("dispatch", "DEAD_LETTER_QUEUE_URL", ["sqs:ReceiveMessage"]),
    ["dispatch: its role does not allow sqs:SendMessage, which dispatch calls for orders"],
  ],
  "fails if the queue has a key that the role may not use": [
    dispatchWith(dispatchCalls, { kmsMasterKeyId: "arn:aws:kms:eu-west-1:123456789012:key/1" }),
    ["dispatch: its role does not allow kms:Decrypt, which dispatch calls for orders"],
  ],
  "fails if the canary may not take its receipts": [
    containerWith("canary", "RECEIPTS_QUEUE_URL", ["sqs:DeleteMessage"]),
    ["canary: its role does not allow sqs:ReceiveMessage, which canary calls for orders"],
  ],
  "passes if it is a sidecar, which makes none of the service's calls": [
    containerWith("log-router", "QUEUE_URL", ["sqs:ReceiveMessage"]),
    [],
  ],
  "passes if every call is allowed": [dispatchWith(dispatchCalls), []],
  "passes if a wildcard allows them, which is another rule's to refuse": [dispatchWith(["sqs:*"]), []],
});
