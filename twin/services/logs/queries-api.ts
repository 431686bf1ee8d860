/**
 * CloudWatch Logs Insights over the API. A query is complete at once and reads the events whenever its results are asked for;
 * the last hundred queries are kept. Not modelled: languages but CWLI, log groups by patterns, DescribeQueries, GetLogRecord.
 * Sources: CloudWatch Logs API reference, StartQuery, GetQueryResults, StopQuery; `endTime` is included to its millisecond
 * (aws/aws-sdk#280); discovered fields: CWL_AnalyzeLogData-discoverable-fields.html.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type ApiCall, action, texts, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import { insightsQuery, timeText } from "./insights.ts";
import type { Row } from "./insights-filter.ts";
import { type Event, eventsOf, streamsOf } from "./streams.ts";

interface Query {
  id: string;
  region: string;
  groups: string[];
  text: string;
  /** Seconds since 1970. */
  from: number;
  to: number;
  most: number;
}

const keptQueries = 100;
const seconds = z.coerce.number().int().min(0);
const group = /^(?:arn:aws:logs:[^:]*:[^:]*:log-group:)?([^:]+?)(?::\*)?$/;

export const startQuery = action(
  {
    queryLanguage: z.literal("CWLI").optional(),
    logGroupName: z.string().optional(),
    logGroupNames: texts.max(50).optional(),
    logGroupIdentifiers: texts.max(50).optional(),
    startTime: seconds,
    endTime: seconds,
    queryString: z.string().max(10_000),
    limit: whole(1, 100_000).default(10_000),
  },
  ({ logGroupName, logGroupNames, logGroupIdentifiers, startTime, endTime, queryString, limit }, call) => {
    const given = [logGroupName && [logGroupName], logGroupNames, logGroupIdentifiers].filter(
      (one) => one !== undefined,
    );
    if (given.length !== 1)
      throw new AwsError(
        "InvalidParameterException",
        "Specify exactly one of logGroupName, logGroupNames and logGroupIdentifiers.",
      );
    if (startTime > endTime)
      throw new AwsError("InvalidParameterException", "The query's end time is before its start time.");
    const groups = given.flat().map((one) => group.exec(one as string)?.[1] ?? (one as string));
    for (const one of groups) streamsOf(one, call);
    insightsQuery(queryString);
    const query = { id: randomUUID(), region: call.region, groups, text: queryString };
    call.store.write("log-query", query.id, { ...query, from: startTime, to: endTime, most: limit } satisfies Query);
    for (const { id } of call.store.readAll<Query & object>("log-query").slice(0, -keptQueries))
      call.store.erase("log-query", id);
    return { queryId: query.id };
  },
);

function queryOf(id: string, { store, region }: ApiCall): Query {
  const query = store.read<Query & object>("log-query", id);
  if (query?.region !== region) throw new AwsError("ResourceNotFoundException", `Query ${id} does not exist.`);
  return query;
}

export const getQueryResults = action({ queryId: z.string() }, ({ queryId }, call) => {
  const { groups, text, from, to, most } = queryOf(queryId, call);
  const events = groups
    .flatMap((one) =>
      streamsOf(one, call).flatMap((stream) => eventsOf(stream).map((event) => ({ group: one, event }))),
    )
    .filter(({ event: { timestamp } }) => timestamp >= from * 1000 && timestamp <= to * 1000)
    .sort((a, b) => b.event.timestamp - a.event.timestamp);
  const found = insightsQuery(text)(
    events.map(({ group: one, event }) => rowOf(one, event, call)),
    most,
  );
  const columns = found.events ? [...found.columns, "@ptr"] : found.columns;
  const bytes = events.reduce((sum, { event: { message } }) => sum + Buffer.byteLength(message), 0);
  return {
    queryLanguage: "CWLI",
    status: "Complete",
    results: found.rows.map((row) =>
      columns.flatMap((field) => (row[field] === undefined ? [] : [{ field, value: shown(field, row[field]) }])),
    ),
    statistics: {
      ...{ recordsMatched: found.matched, recordsScanned: events.length, bytesScanned: bytes },
      ...{ estimatedRecordsSkipped: 0, estimatedBytesSkipped: 0, logGroupsScanned: groups.length },
    },
  };
});

const times = ["@timestamp", "@ingestionTime"];

const shown = (field: string, value: unknown): string =>
  times.includes(field) ? timeText(value as number) : String(value);

function rowOf(groupName: string, { logStreamName, timestamp, message }: Event, { account }: ApiCall): Row {
  const own = { "@timestamp": timestamp, "@ingestionTime": timestamp, "@message": message };
  const at = Buffer.from(`${groupName} ${logStreamName} ${timestamp}`).toString("base64");
  return { ...fieldsOf(message), ...own, "@logStream": logStreamName, "@log": `${account}:${groupName}`, "@ptr": at };
}

/** The fields of a JSON message, by their paths: `order.id`, `lines.0`. */
function fieldsOf(message: string): Row {
  if (!message.startsWith("{")) return {};
  try {
    return flat(JSON.parse(message), "");
  } catch {
    return {};
  }
}

const flat = (from: Properties, path: string): Row =>
  Object.fromEntries(
    Object.entries(from).flatMap(([key, value]) =>
      value !== null && typeof value === "object"
        ? Object.entries(flat(value, `${path}${key}.`))
        : [[`${path}${key}`, value ?? undefined]],
    ),
  );

/** A query that runs no longer cannot be stopped, and here none runs longer than its start. */
export const stopQuery = action({ queryId: z.string() }, ({ queryId }, call) => {
  queryOf(queryId, call);
  throw new AwsError("InvalidParameterException", `The specified query ${queryId} is not running: Complete.`);
});
