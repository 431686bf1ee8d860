import { z } from "zod";
import { type Action as ApiAction, type ApiCall, action } from "../../../api/service.ts";
import type { Properties } from "../../../core/store.ts";
import type { Sqs } from "../behaviour.ts";
import { sizeOf } from "../message-attributes.ts";
import { invalidValue, missing, type Queue, SqsError } from "../model.ts";

export type SqsApiCall = ApiCall & { sqs: Sqs };
export type Action = ApiAction<SqsApiCall>;

/** Bytes of all messages of a batch together; since August 2025, before it was 262,144 (API_SendMessageBatch.html). */
const batchBytes = 1_048_576;
/** Seconds that a message may be invisible at the longest. */
const longestVisibility = 43_200;

/** A number of JSON, or the query protocol's text of one. */
export const number = z.coerce.number().int();

/** The ARN that a URL stands for. Only region and name count; the host may be the twin's own. @throws SqsError */
export function arnOf(url: unknown, { sqs, region }: Pick<SqsApiCall, "sqs" | "region">): string {
  if (typeof url !== "string" || url === "") throw missing("QueueUrl");
  const [, of, legacy] = /^https?:\/\/(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\./.exec(url) ?? [];
  return sqs.queues.arn(url.slice(url.lastIndexOf("/") + 1), of ?? legacy ?? region);
}

/** An action on one queue, with what else it takes. */
export function queueAction<S extends z.ZodRawShape>(
  shape: S,
  run: (queue: Queue, input: z.infer<z.ZodObject<S>>, call: SqsApiCall) => Properties | Promise<Properties>,
): Action {
  const whole = { QueueUrl: z.string().optional(), ...shape };
  return action(whole, (input, call: SqsApiCall) => {
    const { QueueUrl, ...rest } = input as Properties;
    return run(call.sqs.queues.get(arnOf(QueueUrl, call)), rest as z.infer<z.ZodObject<S>>, call);
  }) as Action;
}

/**
 * Does `one` for every entry of a batch; an entry that fails does not stop the others.
 * @throws SqsError by AWS's names for the batch itself
 */
export function batch<Entry extends { Id: string }>(
  entries: readonly Entry[],
  { sqs }: SqsApiCall,
  one: (entry: Entry) => Properties | undefined,
): Properties {
  const Successful: Properties[] = [];
  const Failed: Properties[] = [];
  checkBatch(entries);
  sqs.queues.database.whole(() => {
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry.Id, ...one(entry) });
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        Failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
      }
    }
  });
  return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) };
}

function checkBatch(entries: readonly ({ Id: string } & Properties)[]): void {
  const refuse = (code: string, message: string) => {
    throw new SqsError(code, message);
  };
  if (entries.length === 0)
    refuse("EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.");
  if (entries.length > 10)
    refuse(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const ids = entries.map(({ Id }) => Id);
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id)))
    refuse(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined) refuse("BatchEntryIdsNotDistinct", `Id ${twice} repeated.`);
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > batchBytes)
    refuse(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${batchBytes} bytes. You have sent ${bytes} bytes.`,
    );
}

/** @throws SqsError for more than twelve hours */
export function checkVisibility(seconds: number | undefined): void {
  if (seconds === undefined || (seconds >= 0 && seconds <= longestVisibility)) return;
  throw invalidValue(seconds, "VisibilityTimeout", `Must be between 0 and ${longestVisibility}, if provided.`);
}

/** As on AWS: 20 digits. */
export const sequenceText = (sequence: number): string => String(sequence).padStart(20, "0");

/** What GetQueueUrl, ListQueues and ListDeadLetterSourceQueues return of queues. */
export const urlsOf = (queues: readonly Queue[], { sqs }: SqsApiCall): string[] =>
  queues.map(({ name, region }) => sqs.url(name, region));
