/**
 * Amazon SQS: all of its actions, over AWS JSON and, for older clients, the query protocol. Not modelled: the identity of a
 * sender (SenderId is the account), ReceiveRequestAttemptId, callers of other accounts.
 */
import type { RequestListener } from "node:http";
import { answering } from "../../api/api.ts";
import { json } from "../../api/protocols/json.ts";
import type { Service } from "../../api/service.ts";
import type { Log } from "../../core/log.ts";
import type { Properties, Store } from "../../core/store.ts";
import { getQueueAttributes, setQueueAttributes } from "./actions/attributes.ts";
import { type Action, arnOf, type SqsApiCall } from "./actions/call.ts";
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
} from "./actions/handles.ts";
import { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from "./actions/moves.ts";
import { addPermission, removePermission } from "./actions/permissions.ts";
import {
  createQueue,
  deleteQueue,
  getQueueUrl,
  listDeadLetterSourceQueues,
  listQueues,
  purgeQueue,
} from "./actions/queue.ts";
import { receiveMessage } from "./actions/receive.ts";
import { sendMessage, sendMessageBatch } from "./actions/send.ts";
import { listQueueTags, tagQueue, untagQueue } from "./actions/tags.ts";
import type { Sqs } from "./behaviour.ts";
import { sourceOfTask } from "./moves.ts";
import { sqsQuery } from "./query.ts";

const actions: Record<string, Action> = {
  AddPermission: addPermission,
  CancelMessageMoveTask: cancelMessageMoveTask,
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
  CreateQueue: createQueue,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  DeleteQueue: deleteQueue,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
  ListMessageMoveTasks: listMessageMoveTasks,
  ListQueues: listQueues,
  ListQueueTags: listQueueTags,
  PurgeQueue: purgeQueue,
  ReceiveMessage: receiveMessage,
  RemovePermission: removePermission,
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
  SetQueueAttributes: setQueueAttributes,
  StartMessageMoveTask: startMessageMoveTask,
  TagQueue: tagQueue,
  UntagQueue: untagQueue,
};

/** The resource that IAM is asked about (SQS developer guide, "Amazon SQS API permissions: Actions and resource reference"). */
function resourceOf(action: string, input: Properties, call: SqsApiCall): string {
  if (action === "ListQueues") return "*";
  if (input.QueueName !== undefined) return call.sqs.queues.arn(input.QueueName, call.region);
  if (input.TaskHandle !== undefined) return sourceOfTask(input.TaskHandle);
  return input.SourceArn ?? arnOf(input.QueueUrl, call);
}

export const sqs: Service<SqsApiCall> = {
  name: "sqs",
  protocols: [json("1.0", true, "com.amazonaws.sqs#"), sqsQuery],
  target: "AmazonSQS",
  namespace: "http://queue.amazonaws.com/doc/2012-11-05/",
  version: "2012-11-05",
  invalid: "InvalidParameterValue",
  actions,
  // A batch needs the permission for one.
  admit: (action, input, call, authorization) =>
    call.sqs.admit(`sqs:${action.replace(/Batch$/, "")}`, resourceOf(action, input, call), authorization),
};

/** SQS alone, for the address of its own; who calls is what its gate says. */
export function answers(parts: { sqs: Sqs; store: Store; account: string }, log: Log): RequestListener {
  return answering([sqs], { ...parts, credentials: { caller: () => "operator" } }, log);
}
