/** CreateQueue, DeleteQueue, PurgeQueue, GetQueueUrl, ListQueues and ListDeadLetterSourceQueues. */
import { z } from "zod";
import { action, page } from "../../../api/service.ts";
import type { Properties } from "../../../core/store.ts";
import { invalidValue, missing, type Queue, redrive, SqsError } from "../model.ts";
import { type Action, number, queueAction, type SqsApiCall, urlsOf } from "./call.ts";

const largestPage = 1_000;
const pages = { MaxResults: number.optional(), NextToken: z.string().optional() };
const texts = z.record(z.string(), z.string());

export const createQueue = action(
  { QueueName: z.string().optional(), Attributes: texts.default({}), tags: texts.optional() },
  ({ QueueName: name, Attributes: attributes, tags }, { sqs, region }: SqsApiCall) => {
    if (!name) throw missing("QueueName");
    const arn = sqs.queues.arn(name, region);
    if (sqs.queues.deletedRecently(arn))
      throw new SqsError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
      );
    sqs.queues.create({ name, region, attributes, ...(tags && { tags }) });
    return { QueueUrl: sqs.url(name, region) };
  },
) as Action;

export const deleteQueue = queueAction({}, ({ arn }, _input, { sqs }) => {
  sqs.queues.delete(arn);
  return {};
});

export const purgeQueue = queueAction({}, ({ arn }, _input, { sqs }) => {
  sqs.queues.purge(arn);
  return {};
});

export const getQueueUrl = action(
  { QueueName: z.string().optional(), QueueOwnerAWSAccountId: z.string().optional() },
  ({ QueueName, QueueOwnerAWSAccountId: owner }, { sqs, region, account }: SqsApiCall) => {
    if (!QueueName) throw missing("QueueName");
    // No account but the twin's own has queues.
    const { name } = sqs.queues.get(owner && owner !== account ? "" : sqs.queues.arn(QueueName, region));
    return { QueueUrl: sqs.url(name, region) };
  },
) as Action;

export const listQueues = action(
  { QueueNamePrefix: z.string().default(""), ...pages },
  ({ QueueNamePrefix, ...asked }, call: SqsApiCall) => {
    const named = call.sqs.queues.list(call.region).filter(({ name }) => name.startsWith(QueueNamePrefix));
    return listed("QueueUrls", named, asked, call);
  },
) as Action;

export const listDeadLetterSourceQueues = queueAction(pages, ({ arn, region }, asked, call) => {
  const sources = call.sqs.queues.list(region).filter((queue) => redrive(queue).deadLetterArn === arn);
  return { queueUrls: [], ...listed("queueUrls", sources, asked, call) };
});

/** A page of them under a name; without MaxResults the first thousand and no token (API_ListQueues). */
function listed(
  member: string,
  queues: readonly Queue[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  call: SqsApiCall,
): Properties {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > largestPage))
    throw invalidValue(MaxResults, "MaxResults", `MaxResults must be an integer between 1 and ${largestPage}.`);
  const { items, next } = page(queues, MaxResults ?? largestPage, NextToken);
  const urls = urlsOf(items, call);
  return { ...(urls.length > 0 && { [member]: urls }), ...(MaxResults !== undefined && next && { NextToken: next }) };
}
