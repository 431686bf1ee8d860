/** StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask. */
import { z } from "zod";
import { action } from "../../../api/service.ts";
import { invalidValue } from "../model.ts";
import { type Action, number, type SqsApiCall } from "./call.ts";

const fastest = 500;
const most = 10;

export const startMessageMoveTask = action(
  {
    SourceArn: z.string(),
    DestinationArn: z.string().optional(),
    MaxNumberOfMessagesPerSecond: number.optional(),
  },
  ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate }, { sqs }: SqsApiCall) => {
    if (rate !== undefined && (rate < 1 || rate > fastest))
      throw invalidValue(rate, "MaxNumberOfMessagesPerSecond", `Must be between 1 and ${fastest}, if provided.`);
    return { TaskHandle: sqs.moves.start(SourceArn, DestinationArn, rate) };
  },
) as Action;

export const listMessageMoveTasks = action(
  { SourceArn: z.string(), MaxResults: number.default(1) },
  ({ SourceArn, MaxResults }, { sqs }: SqsApiCall) => {
    if (MaxResults < 1 || MaxResults > most)
      throw invalidValue(MaxResults, "MaxResults", `Must be between 1 and ${most}, if provided.`);
    const Results = sqs.moves.list(SourceArn, MaxResults);
    return Results.length > 0 ? { Results } : {};
  },
) as Action;

export const cancelMessageMoveTask = action({ TaskHandle: z.string() }, ({ TaskHandle }, { sqs }: SqsApiCall) => ({
  ApproximateNumberOfMessagesMoved: sqs.moves.cancel(TaskHandle),
})) as Action;
