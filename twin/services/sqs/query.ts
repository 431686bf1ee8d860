import { randomUUID } from "node:crypto";
import type { Protocol } from "../../api/protocols/protocol.ts";
import { nested, query } from "../../api/protocols/query.ts";
import { declaration, toXml } from "../../api/protocols/xml.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";

/** Names of SQS's flattened lists and maps in the query protocol (its API model of 2022, botocore 1.29.0). */
const lists: Record<string, string> = {
  AttributeName: "AttributeNames",
  MessageAttributeName: "MessageAttributeNames",
  MessageSystemAttributeName: "MessageSystemAttributeNames",
  TagKey: "TagKeys",
  AWSAccountId: "AWSAccountIds",
  ActionName: "Actions",
  SendMessageBatchRequestEntry: "Entries",
  DeleteMessageBatchRequestEntry: "Entries",
  ChangeMessageVisibilityBatchRequestEntry: "Entries",
};
const maps: Record<string, string> = {
  Attribute: "Attributes",
  MessageAttribute: "MessageAttributes",
  MessageSystemAttribute: "MessageSystemAttributes",
  Tag: "Tags",
};
const listItems: Record<string, string> = {
  QueueUrls: "QueueUrl",
  queueUrls: "QueueUrl",
  Messages: "Message",
  Failed: "BatchResultErrorEntry",
  Results: "ListMessageMoveTasksResultEntry",
};
const mapEntries = Object.fromEntries(Object.entries(maps).map(([entry, member]) => [member, entry]));
const keyOf = (entry: string) => (entry === "Tag" ? "Key" : "Name");

/** SQS as older clients speak with it. Its errors have a `Detail`, and other words for a queue that is not there (recorded). */
export const sqsQuery: Protocol = {
  speaks: query.speaks,
  read: ({ body }, service) => {
    const { Action: action = "", Version: version, ...fields } = Object.fromEntries(new URLSearchParams(body));
    if (version !== service.version)
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${version}`);
    const { Tags, ...input } = membersOf(nested(fields));
    return { action, input: { ...input, ...(Tags && { [action === "CreateQueue" ? "tags" : "Tags"]: Tags }) } };
  },
  answer: (action, output, { namespace }) => ({
    status: 200,
    headers: { "content-type": "text/xml" },
    body:
      `${declaration}<${action}Response xmlns="${namespace}"><${action}Result>${flat(output, `${action}ResultEntry`)}` +
      `</${action}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  }),
  refuse: (error, { namespace }) => {
    const { queryCode: Code, status } = error;
    const Message =
      error.code === "QueueDoesNotExist" ? "The specified queue does not exist for this wsdl version." : error.message;
    const members = {
      Error: { Type: status < 500 ? "Sender" : "Receiver", Code, Message, Detail: "" },
      RequestId: randomUUID(),
    };
    const body = `${declaration}<ErrorResponse xmlns="${namespace}">${toXml(members, String)}</ErrorResponse>`;
    return { status, headers: { "content-type": "text/xml" }, body };
  },
};

function membersOf(fields: Properties): Properties {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const [list, map] = [lists[name], maps[name]];
      if (list)
        return [
          list,
          Object.values(value).map((item) => (typeof item === "string" ? item : membersOf(item as Properties))),
        ];
      if (map)
        return [
          map,
          Object.fromEntries(Object.values<Properties>(value).map((one) => [one[keyOf(name)], one.Value ?? ""])),
        ];
      return [name, value];
    }),
  );
}

/** @param result the element of a batch's successful entries */
function flat(output: Properties, result: string): string {
  return Object.entries(output)
    .flatMap(([name, value]) => {
      const entry = mapEntries[name];
      if (entry)
        return Object.entries(value).map(([key, one]) => element(entry, { [keyOf(entry)]: key, Value: one }, result));
      if (Array.isArray(value)) return value.map((item) => element(listItems[name] ?? result, item, result));
      return [element(name, value, result)];
    })
    .join("");
}

const element = (name: string, value: unknown, result: string): string =>
  typeof value === "object" && value !== null
    ? `<${name}>${flat(value, result)}</${name}>`
    : toXml({ [name]: value }, String);
