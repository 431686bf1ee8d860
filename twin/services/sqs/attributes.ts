import type { Properties } from "../../core/store.ts";
import { invalid, invalidValue, isFifo, type Queue, type QueueAttributes, SqsError } from "./model.ts";

/** SQS's attribute names and the properties of aws.sqs.Queue that set them. */
const names: Record<string, string> = {
  VisibilityTimeout: "visibilityTimeoutSeconds",
  DelaySeconds: "delaySeconds",
  MaximumMessageSize: "maxMessageSize",
  MessageRetentionPeriod: "messageRetentionSeconds",
  ReceiveMessageWaitTimeSeconds: "receiveWaitTimeSeconds",
  RedrivePolicy: "redrivePolicy",
  RedriveAllowPolicy: "redriveAllowPolicy",
  Policy: "policy",
  KmsMasterKeyId: "kmsMasterKeyId",
  KmsDataKeyReusePeriodSeconds: "kmsDataKeyReusePeriodSeconds",
  SqsManagedSseEnabled: "sqsManagedSseEnabled",
  FifoQueue: "fifoQueue",
  ContentBasedDeduplication: "contentBasedDeduplication",
  DeduplicationScope: "deduplicationScope",
  FifoThroughputLimit: "fifoThroughputLimit",
};

/** What GetQueueAttributes returns beside them. */
const computed = [
  ...["QueueArn", "CreatedTimestamp", "LastModifiedTimestamp", "ApproximateNumberOfMessages"],
  ...["ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"],
];

const defaults: QueueAttributes = {
  VisibilityTimeout: "30",
  DelaySeconds: "0",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};
const fifoDefaults: QueueAttributes = {
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoThroughputLimit: "perQueue",
};

/** Smallest and largest value (SQS API Reference, SetQueueAttributes). */
const ranges: Record<string, [number, number]> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

/** The only values of an attribute; case does not count. */
const values: Record<string, readonly string[]> = {
  SqsManagedSseEnabled: ["true", "false"],
  FifoQueue: ["true", "false"],
  ContentBasedDeduplication: ["true", "false"],
  DeduplicationScope: ["messageGroup", "queue"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};
const texts = ["RedrivePolicy", "RedriveAllowPolicy", "Policy"];

/** What a queue's properties in the program say to SQS; properties that are not attributes are left out. */
export function queueAttributes(properties: Properties): QueueAttributes {
  const set = Object.entries(names).flatMap(([attribute, property]) => {
    const value: unknown = properties[property];
    if (value === undefined || value === null || value === "") return [];
    // A standard queue has no FifoQueue at all, and false is not taken for it (CreateQueue API Reference).
    if (attribute === "FifoQueue" && value === false) return [];
    return [[attribute, typeof value === "object" ? JSON.stringify(value) : String(value)] as const];
  });
  return Object.fromEntries(set);
}

/** Policies that the last properties had and the new ones have not: an empty text removes one. */
export const removedPolicies = (olds: Properties, news: Properties): QueueAttributes =>
  Object.fromEntries(
    texts.flatMap((text) => (olds[names[text] ?? ""] && !news[names[text] ?? ""] ? [[text, ""] as const] : [])),
  );

/** All attributes of a new queue. @throws SqsError */
export function newAttributes(given: QueueAttributes): QueueAttributes {
  const fifo = given.FifoQueue?.toLowerCase() === "true";
  return merged({ ...defaults, ...(fifo && { FifoQueue: "true", ...fifoDefaults }) }, given);
}

/** A queue's attributes after a change. @throws SqsError */
export function changedAttributes(queue: Queue, given: QueueAttributes): QueueAttributes {
  if (isFifo(queue) && given.FifoQueue?.toLowerCase() === "false")
    throw invalidAttribute("FifoQueue. Reason: Modifying queue type is not supported.");
  return merged(queue.attributes, given);
}

/** An empty policy or key removes the attribute. */
function merged(before: QueueAttributes, given: QueueAttributes): QueueAttributes {
  checkAttributes(given, before.FifoQueue === "true");
  const changed = Object.entries(given).map(([name, value]) => [name, spelled(name, value)] as const);
  const all = { ...before, ...Object.fromEntries(changed) };
  if (given.SqsManagedSseEnabled?.toLowerCase() === "true" && given.KmsMasterKeyId)
    throw new SqsError(
      "InvalidAttributeName",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  if (given.KmsMasterKeyId) all.SqsManagedSseEnabled = "false";
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

const spelled = (name: string, value: string): string =>
  values[name]?.find((one) => one.toLowerCase() === value.toLowerCase()) ?? value;

const invalidAttribute = (rest: string) =>
  new SqsError("InvalidAttributeValue", `Invalid value for the parameter ${rest}`);

function checkAttributes(attributes: QueueAttributes, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!(name in names) || (!fifo && ["FifoQueue", "ContentBasedDeduplication"].includes(name)))
      throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (!fifo && name in fifoDefaults)
      throw new SqsError("InvalidAttributeName", `You can specify the ${name} only when FifoQueue is set to true.`);
    if (values[name] && !values[name].includes(spelled(name, value))) throw invalidAttribute(`${name}: ${value}.`);
    if (texts.includes(name) && value !== "") checkPolicy(name, value);
    const [smallest, largest] = ranges[name] ?? [];
    const number = Number(value);
    if (smallest === undefined || largest === undefined) continue;
    if (!Number.isInteger(number) || number < smallest || number > largest)
      throw invalidAttribute(`${name}: ${value}.`);
  }
}

function checkPolicy(name: string, value: string): void {
  let policy: Properties;
  try {
    policy = JSON.parse(value);
  } catch {
    throw invalidAttribute(`${name}.`);
  }
  if (name !== "RedrivePolicy") return;
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  for (const required of ["deadLetterTargetArn", "maxReceiveCount"])
    if (policy[required] === undefined)
      throw invalidValue(value, name, `Redrive policy does not contain mandatory attribute: ${required}.`);
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw invalidValue(
      value,
      name,
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  if (!/^arn:[^:]+:sqs:[^:]+:\d{12}:[^:]+$/.test(String(deadLetterTargetArn)))
    throw invalidValue(value, name, "Invalid value for deadLetterTargetArn.");
}

/** A dead-letter target is there, in the same region, and of the same kind (API_SetQueueAttributes, RedrivePolicy). @throws SqsError */
export function checkDeadLetterTarget(queue: Queue, find: (arn: string) => Queue | undefined): void {
  const policy = queue.attributes.RedrivePolicy;
  if (!policy) return;
  const target = find(JSON.parse(policy).deadLetterTargetArn);
  if (!target || target.region !== queue.region)
    throw invalidValue(policy, "RedrivePolicy", "Dead letter target does not exist.");
  if (isFifo(target) !== isFifo(queue))
    throw invalidValue(policy, "RedrivePolicy", "Dead-letter queue must be same type of queue as the source.");
}

/** @throws SqsError for a name that no queue has an attribute of */
export function checkAttributeNames(asked: readonly string[]): void {
  for (const name of asked)
    if (name !== "All" && !(name in names) && !computed.includes(name))
      throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

/** 1 to 128 alphanumeric and punctuation characters (API_SendMessage). @throws SqsError */
export function checkId(id: string | undefined, parameter: string): void {
  if (id === undefined || /^[!-~]{1,128}$/.test(id)) return;
  throw invalid(
    `Value ${id} for parameter ${parameter} is invalid. Reason: ${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
