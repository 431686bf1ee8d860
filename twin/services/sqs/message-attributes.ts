import { createHash } from "node:crypto";
import type { Properties } from "../../core/store.ts";
import { invalid, invalidValue, SqsError } from "./model.ts";

/** Of a message, in lower-case hexadecimal digits. */
export const md5 = (of: string | Buffer): string => createHash("md5").update(of).digest("hex");

/** By name: `{ DataType, StringValue }` or `{ DataType, BinaryValue }`, the latter in base 64. */
type Attributes = Record<string, Properties>;

/**
 * The digest of message attributes, undefined for none: each with its length before it, by their names' order (SQS developer
 * guide, "Calculating the MD5 message digest for message attributes").
 */
export function attributesDigest(attributes: Attributes): string | undefined {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length === 0) return undefined;
  const encoded = sorted.flatMap(([name, { DataType, StringValue, BinaryValue }]) => {
    const binary = String(DataType).startsWith("Binary");
    const value = binary ? Buffer.from(BinaryValue ?? "", "base64") : Buffer.from(StringValue ?? "");
    return [
      withLength(Buffer.from(name)),
      withLength(Buffer.from(DataType)),
      Buffer.of(binary ? 2 : 1),
      withLength(value),
    ];
  });
  return md5(Buffer.concat(encoded));
}

function withLength(value: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, value]);
}

/** What counts of a message: its body, and names, types and values of its attributes (SQS developer guide, quotas). */
export function sizeOf({ MessageBody = "", MessageAttributes = {} }: Properties): number {
  const attributes = Object.entries<Properties>(MessageAttributes).map(
    ([name, { DataType = "", StringValue = "", BinaryValue = "" }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, "base64").length,
  );
  return attributes.reduce((sum, size) => sum + size, Buffer.byteLength(String(MessageBody)));
}

/** The characters that XML 1.0 has (API_SendMessage). @throws SqsError InvalidMessageContents */
export function checkBody(body: string): void {
  if (!/^[\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(body))
    throw new SqsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
}

/** Message attributes: ten at the most, each of a type and with a value (SQS developer guide, "Message metadata"). @throws SqsError */
export function checkMessageAttributes(attributes: Attributes): void {
  const all = Object.entries(attributes);
  if (all.length > 10) throw invalid(`Number of message attributes [${all.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType = "", StringValue, BinaryValue }] of all) {
    const [type] = String(DataType).split(".");
    if (!/^(?!AWS\.|Amazon\.)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/i.test(name) || name.length > 256)
      throw invalid(`The message attribute name '${name}' is invalid.`);
    if (!["String", "Number", "Binary"].includes(type ?? ""))
      throw invalid(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    if (!(type === "Binary" ? BinaryValue : StringValue))
      throw invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
    if (type === "Number" && !Number.isFinite(Number(StringValue)))
      throw invalid(`Can't cast the value of message attribute '${name}' to a number.`);
  }
}

/** AWSTraceHeader, the only system attribute that a sender may set. @throws SqsError */
export function traceOf(attributes: Attributes): string | undefined {
  const other = Object.keys(attributes).find((name) => name !== "AWSTraceHeader");
  if (other !== undefined) throw invalidValue(other, "MessageSystemAttributes", "Only AWSTraceHeader is allowed.");
  return attributes.AWSTraceHeader?.StringValue;
}
