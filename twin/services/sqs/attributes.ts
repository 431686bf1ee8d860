import type { Properties } from "../../core/store.ts";
import { type QueueAttributes, SqsError } from "./model.ts";

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

/** Smallest and largest value (SQS API Reference, SetQueueAttributes). */
const ranges: Record<string, [number, number]> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
};

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

/** @throws SqsError for an unknown attribute or a value out of its range */
export function checkAttributes(attributes: QueueAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!(name in names)) throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    const [smallest, largest] = ranges[name] ?? [];
    const number = Number(value);
    if (smallest === undefined || largest === undefined) continue;
    if (!Number.isInteger(number) || number < smallest || number > largest)
      throw new SqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}: ${value}.`);
  }
}

/** Message attributes: ten at the most, each of a type and with a value (SQS developer guide, "Message metadata"). @throws SqsError */
export function checkMessageAttributes(attributes: Properties): void {
  const refuse = (message: string) => {
    throw new SqsError("InvalidParameterValue", message);
  };
  const all = Object.entries<Properties>(attributes);
  if (all.length > 10) refuse(`Number of message attributes [${all.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType = "", StringValue, BinaryValue }] of all) {
    const [type] = String(DataType).split(".");
    if (!/^(?!AWS\.|Amazon\.)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/i.test(name) || name.length > 256)
      refuse(`The message attribute name '${name}' is invalid.`);
    if (!["String", "Number", "Binary"].includes(type ?? ""))
      refuse(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    if (!(type === "Binary" ? BinaryValue : StringValue))
      refuse(`The message attribute '${name}' must contain a non-empty value of its type ${type}.`);
    if (type === "Number" && !Number.isFinite(Number(StringValue)))
      refuse(`Can't cast the value of message attribute '${name}' to a number.`);
  }
}
