import { randomUUID } from "node:crypto";
import { AwsError } from "../../core/errors.ts";
import type { Protocol } from "./protocol.ts";
import { nested, query } from "./query.ts";
import { declaration, toXml } from "./xml.ts";

const headers = { "content-type": "text/xml" };
const item = () => "item";

/** EC2's own form of the query protocol (smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html): lists are `VpcId.1`, and errors have a list. */
export const ec2Query: Protocol = {
  speaks: query.speaks,
  read: ({ body }, service) => {
    const { Action: action = "", Version: version, ...fields } = Object.fromEntries(new URLSearchParams(body));
    if (version !== service.version)
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${version}`);
    return { action, input: lists(nested(fields)) as Record<string, unknown> };
  },
  answer: (action, output, { namespace }) => ({
    ...{ status: 200, headers },
    body: `${declaration}<${action}Response xmlns="${namespace}">${toXml({ requestId: randomUUID(), ...output }, item)}</${action}Response>`,
  }),
  refuse: ({ queryCode: Code, message: Message, status }) => ({
    ...{ status, headers },
    body: `${declaration}<Response>${toXml({ Errors: { Error: { Code, Message } }, RequestID: randomUUID() }, item)}</Response>`,
  }),
};

/** `{ VpcId: { 1: "a" } }` as `{ VpcId: ["a"] }`. */
function lists(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value).map(([name, one]) => [name, lists(one)] as const);
  return inner.length > 0 && inner.every(([name]) => /^\d+$/.test(name))
    ? inner.map(([, one]) => one)
    : Object.fromEntries(inner);
}
