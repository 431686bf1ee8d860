/** AddPermission and RemovePermission: statements of the queue's policy, each under a label. */
import { z } from "zod";
import type { Properties } from "../../../core/store.ts";
import { invalidValue, type Queue } from "../model.ts";
import { queueAction } from "./call.ts";

const texts = z.array(z.string()).min(1);

/** One is written as itself, several as a list (recorded). */
const oneOrAll = (values: readonly string[]) => (values.length === 1 ? values[0] : values);

const policyOf = ({ arn, attributes }: Queue): Properties =>
  JSON.parse(
    attributes.Policy ?? JSON.stringify({ Version: "2008-10-17", Id: `${arn}/SQSDefaultPolicy`, Statement: [] }),
  );

export const addPermission = queueAction(
  { Label: z.string(), AWSAccountIds: texts, Actions: texts },
  (queue, { Label, AWSAccountIds, Actions }, { sqs }) => {
    const policy = policyOf(queue);
    if (policy.Statement.some(({ Sid }: Properties) => Sid === Label))
      throw invalidValue(Label, "Label", "Already exists.");
    const statement = {
      ...{ Sid: Label, Effect: "Allow" },
      Principal: { AWS: oneOrAll(AWSAccountIds.map((account) => `arn:aws:iam::${account}:root`)) },
      Action: oneOrAll(Actions.map((name) => `SQS:${name}`)),
      Resource: queue.arn,
    };
    const Policy = JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
    sqs.queues.setAttributes(queue.arn, { Policy });
    return {};
  },
);

export const removePermission = queueAction({ Label: z.string() }, (queue, { Label }, { sqs }) => {
  const policy = policyOf(queue);
  const rest = policy.Statement.filter(({ Sid }: Properties) => Sid !== Label);
  if (rest.length === policy.Statement.length) throw invalidValue(Label, "Label", "can't find label.");
  const Policy = rest.length === 0 ? "" : JSON.stringify({ ...policy, Statement: rest });
  sqs.queues.setAttributes(queue.arn, { Policy });
  return {};
});
