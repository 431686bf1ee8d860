/**
 * Amazon CloudWatch Logs, to read. Events are the lines of containers with a log group, as long as the twin keeps them
 * (the last one to two megabytes of a container). Not modelled: patterns with regular expressions, log classes,
 * PutLogEvents; of queries what insights.ts and queries-api.ts name.
 * Sources: CloudWatch Logs API reference; "Filter pattern syntax" (FilterAndPatternSyntax.html).
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { action, page, type Service, texts, truth, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import { isJsonPattern, jsonPattern } from "./json-pattern.ts";
import { getQueryResults, startQuery, stopQuery } from "./queries-api.ts";
import { type Event, eventsOf, streamsOf } from "./streams.ts";

const time = z.coerce.number().int().min(0).optional();

const describeLogGroups = action(
  { logGroupNamePrefix: z.string().optional(), limit: whole(1, 50).default(50), nextToken: z.string().optional() },
  ({ logGroupNamePrefix = "", limit, nextToken }, { store, region }) => {
    const all = store
      .list("aws:cloudwatch/logGroup:LogGroup", region)
      .map(({ outputs }) => outputs)
      .filter(({ name }) => name.startsWith(logGroupNamePrefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, next } = page(all, limit, nextToken);
    return {
      logGroups: items.map(({ name, arn, retentionInDays }) => ({
        logGroupName: name,
        logGroupArn: arn,
        arn: `${arn}:*`,
        retentionInDays: retentionInDays || undefined,
        logGroupClass: "STANDARD",
      })),
      nextToken: next,
    };
  },
);

/** By name, or the one with the latest event first; events are read from the files, whose times a stream's are. */
const describeLogStreams = action(
  {
    logGroupName: z.string(),
    logStreamNamePrefix: z.string().optional(),
    orderBy: z.enum(["LogStreamName", "LastEventTime"]).default("LogStreamName"),
    descending: truth.default(false),
    limit: whole(1, 50).default(50),
    nextToken: z.string().optional(),
  },
  ({ logGroupName, logStreamNamePrefix = "", orderBy, descending, limit, nextToken }, call) => {
    const arn = `arn:aws:logs:${call.region}:${call.account}:log-group:${logGroupName}:log-stream`;
    const all = streamsOf(logGroupName, call)
      .filter(({ stream }) => stream.startsWith(logStreamNamePrefix))
      .map((one) => {
        const times = eventsOf(one).map(({ timestamp }) => timestamp);
        const [first, last] = [times[0], times.at(-1)];
        return {
          ...{ logStreamName: one.stream, arn: `${arn}:${one.stream}`, storedBytes: 0 },
          ...{ creationTime: first, firstEventTimestamp: first, lastEventTimestamp: last, lastIngestionTime: last },
        };
      })
      .sort((a, b) => (a.logStreamName < b.logStreamName ? -1 : 1));
    if (orderBy === "LastEventTime") all.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
    if (descending) all.reverse();
    const { items, next } = page(all, limit, nextToken);
    return { logStreams: items, nextToken: next };
  },
);

const describeMetricFilters = action(
  {
    logGroupName: z.string().optional(),
    filterNamePrefix: z.string().default(""),
    limit: whole(1, 50).default(50),
    nextToken: z.string().optional(),
  },
  ({ logGroupName, filterNamePrefix, limit, nextToken }, { store, region }) => {
    const all = store
      .list("aws:cloudwatch/logMetricFilter:LogMetricFilter", region)
      .map(({ outputs }) => outputs)
      .filter((one) => one.name.startsWith(filterNamePrefix))
      .filter((one) => logGroupName === undefined || one.logGroupName === logGroupName);
    const { items, next } = page(all, limit, nextToken);
    return {
      metricFilters: items.map(({ name, pattern, logGroupName: group, metricTransformation: made }) => ({
        ...{ filterName: name, filterPattern: pattern, logGroupName: group },
        metricTransformations: [
          {
            metricName: made.name,
            metricNamespace: made.namespace,
            metricValue: made.value,
            dimensions: made.dimensions,
          },
        ],
      })),
      nextToken: next,
    };
  },
);

const filterLogEvents = action(
  {
    logGroupName: z.string(),
    logStreamNames: texts.max(100).optional(),
    logStreamNamePrefix: z.string().optional(),
    startTime: time,
    endTime: time,
    filterPattern: z.string().max(1024).default(""),
    limit: whole(1, 10_000).default(10_000),
    nextToken: z.string().optional(),
    interleaved: truth.optional(),
  },
  ({ logGroupName, logStreamNames, logStreamNamePrefix = "", filterPattern, limit, nextToken, ...range }, call) => {
    const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = range;
    const matches = patternOf(filterPattern);
    const found = streamsOf(logGroupName, call)
      .filter(({ stream }) => stream.startsWith(logStreamNamePrefix) && (logStreamNames?.includes(stream) ?? true))
      .flatMap(eventsOf)
      .filter(({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && matches(message))
      .sort((a, b) => a.timestamp - b.timestamp);
    const { items, next } = page(found, limit, nextToken);
    return {
      events: items.map((event) => ({ ...event, ingestionTime: event.timestamp, eventId: eventId(event) })),
      searchedLogStreams: [],
      nextToken: next,
    };
  },
);

const eventId = (event: Event): string => createHash("sha256").update(JSON.stringify(event)).digest("hex");

/**
 * Terms without sign must all be in the message, of those with `?` at least one, of those with `-` none; quotes hold a
 * phrase together. Beside terms without sign those with `?` are ignored, as AWS does.
 * @throws AwsError for the forms that are not modelled
 */
function patternOf(pattern: string): (message: string) => boolean {
  if (isJsonPattern(pattern)) return jsonPattern(pattern);
  if (/^\s*\[|%/.test(pattern))
    throw new AwsError(
      "InvalidParameterException",
      `Filter pattern ${pattern}: only terms, phrases and JSON are modelled`,
    );
  const terms = [...pattern.matchAll(/([?-]?)(?:"([^"]*)"|([^\s"]+))/g)].map(([, sign, phrase, word]) => ({
    sign,
    text: phrase ?? word ?? "",
  }));
  const of = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ text }) => text);
  const [all, any, none] = [of(""), of("?"), of("-")];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    !none.some((text) => message.includes(text)) &&
    (all.length > 0 || any.length === 0 || any.some((text) => message.includes(text)));
}

const getLogEvents = action(
  {
    logGroupName: z.string(),
    logStreamName: z.string(),
    startTime: time,
    endTime: time,
    limit: whole(1, 10_000).default(10_000),
    startFromHead: truth.default(false),
    nextToken: z.string().optional(),
  },
  ({ logGroupName, logStreamName, limit, startFromHead, nextToken, ...range }, call) => {
    const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = range;
    const stream = streamsOf(logGroupName, call).find(({ stream }) => stream === logStreamName);
    if (!stream) throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
    const all = eventsOf(stream).filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
    const [from, to] = window(all.length, limit, startFromHead, nextToken);
    return {
      events: all.slice(from, to).map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
      nextForwardToken: `f/${to}`,
      nextBackwardToken: `b/${from}`,
    };
  },
);

/** A token stays the same at either end, which is how clients know that they have come there (GetLogEvents). */
function window(length: number, limit: number, fromHead: boolean, token: string | undefined): [number, number] {
  const [, way, place] = /^([fb])\/(\d+)$/.exec(token ?? (fromHead ? "f/0" : `b/${length}`)) ?? [];
  if (way === undefined) throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  const at = Math.min(Number(place), length);
  return way === "f" ? [at, Math.min(at + limit, length)] : [Math.max(at - limit, 0), at];
}

export const logs: Service = {
  name: "logs",
  protocols: [json11],
  target: "Logs_20140328",
  invalid: "InvalidParameterException",
  actions: {
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DescribeMetricFilters: describeMetricFilters,
    FilterLogEvents: filterLogEvents,
    GetLogEvents: getLogEvents,
    GetQueryResults: getQueryResults,
    StartQuery: startQuery,
    StopQuery: stopQuery,
  },
};
