import type { ApiCall } from "../../api/service.ts";
import { readLog } from "../../containers/log.ts";
import { AwsError } from "../../core/errors.ts";

export interface Stream {
  region: string;
  group: string;
  stream: string;
  file: string;
}

export interface Event {
  logStreamName: string;
  /** Milliseconds since 1970. */
  timestamp: number;
  message: string;
}

/** The streams of a log group. @throws AwsError when there is no such group */
export function streamsOf(group: string, { store, region }: ApiCall): Stream[] {
  if (!store.get("aws:cloudwatch/logGroup:LogGroup", group, region))
    throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  return store.readAll<Stream & object>("log-stream").filter((s) => s.region === region && s.group === group);
}

/** The events of a stream, the oldest first. */
export const eventsOf = ({ stream, file }: Stream): Event[] =>
  readLog(file).map(({ at, text }) => ({ logStreamName: stream, timestamp: at, message: text }));
