/** What this program's roles may do at least, and at most. */
import { containersOf, environmentOf } from "../fargate/definitions.ts";
import { grants, grantsOf } from "../fargate/iam.ts";
import { resourceRule, stackRule } from "../rule.ts";
import type { Props } from "../types.ts";
import { roleOf } from "./definitions.ts";

/** As infra/names.ts and docs/permissions/boundary.json have it. */
const boundary = /^arn:aws:iam::\d{12}:policy\/order-queue-boundary$/;

export const roleHasBoundary = resourceRule({
  name: "iam-role-has-boundary",
  description:
    "A role can do no more than the boundary allows that the account's owner made: who may write roles' policies gains nothing by it.",
  on: "aws:iam/role:Role",
  check: ({ permissionsBoundary }, report) => {
    if (!boundary.test(permissionsBoundary ?? "")) {
      report(`its permissionsBoundary is ${permissionsBoundary ?? "none"}; expected the policy order-queue-boundary`);
    }
  },
});

/** What the service calls (service/queue.ts), by the queue it calls it on. */
const calls = {
  ingest: { QUEUE_URL: ["sqs:SendMessage"] },
  dispatch: {
    QUEUE_URL: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
    DEAD_LETTER_QUEUE_URL: ["sqs:SendMessage"],
    RECEIPTS_QUEUE_URL: ["sqs:SendMessage"],
  },
  canary: { RECEIPTS_QUEUE_URL: ["sqs:ReceiveMessage", "sqs:DeleteMessage"] },
};
/** What SQS asks for beside that of who sends to, and who receives from, a queue with a key of KMS. */
const keyCalls = { ingest: ["kms:GenerateDataKey", "kms:Decrypt"], dispatch: ["kms:Decrypt"], canary: ["kms:Decrypt"] };

export const containersMayMakeTheirCalls = stackRule({
  name: "iam-containers-may-make-their-calls",
  description: "A container's role allows every call that the container makes to its queues.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report, stack) => {
    const queues = stack.all("aws:sqs/queue:Queue");
    const granted = grantsOf(definition.refersTo("taskRoleArn", "aws:iam/role:Role"), stack);
    for (const container of containersOf(definition.props)) {
      const role = roleOf(container);
      if (role === undefined) continue;
      for (const [variable, actions] of Object.entries(calls[role])) {
        const queue = queues.find(({ props }) => urlOf(props) === environmentOf(container)[variable]);
        if (queue === undefined) continue;
        const { arn } = queue.props as { arn?: string };
        const needed = variable === "QUEUE_URL" && queue.props.kmsMasterKeyId ? keyCalls[role] : [];
        const missing = [
          ...actions.filter((action) => !granted.some((statement) => grants(statement, action, arn))),
          ...needed.filter((action) => !granted.some((statement) => grants(statement, action))),
        ];
        if (missing.length > 0) {
          report(`its role does not allow ${missing.join(", ")}, which ${role} calls for ${queue.name}`);
        }
      }
    }
  },
});

/** An output, not an input. */
function urlOf(queue: Props<"aws:sqs/queue:Queue">): string | undefined {
  return (queue as { url?: string }).url;
}
