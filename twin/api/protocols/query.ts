import { randomUUID } from "node:crypto";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Protocol } from "./protocol.ts";
import { declaration, toXml } from "./xml.ts";

const headers = { "content-type": "text/xml" };
const member = () => "member";

/**
 * AWS query (smithy.io/2.0/aws/protocols/aws-query-protocol.html): a form with Action and Version, lists as
 * `Names.member.1`, XML as the answer. Not modelled: maps in a call.
 */
export const query: Protocol = {
  speaks: ({ headers: { "content-type": type = "" } }) => type.startsWith("application/x-www-form-urlencoded"),
  read: ({ body }, service) => {
    const { Action: action = "", Version: version, ...fields } = Object.fromEntries(new URLSearchParams(body));
    if (version !== service.version)
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${version}`);
    return { action, input: lists(nested(fields)) as Properties };
  },
  answer: (action, output, { namespace }) => ({
    status: 200,
    headers,
    body:
      `${declaration}<${action}Response xmlns="${namespace}"><${action}Result>${toXml(output, member)}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  }),
  refuse: errorResponse,
};

/** Route 53 says its errors in the same way. */
export function errorResponse(error: AwsError, { namespace }: { namespace?: string }) {
  const { queryCode: Code, message: Message, status } = error;
  const members = {
    Error: { Type: status < 500 ? "Sender" : "Receiver", Code, Message },
    RequestId: randomUUID(),
  };
  const body = `${declaration}<ErrorResponse xmlns="${namespace}">${toXml(members, member)}</ErrorResponse>`;
  return { status, headers, body };
}

/** `Entry.1.Id=a` as `{ Entry: { 1: { Id: "a" } } }`. */
export function nested(fields: Record<string, string>): Properties {
  const root: Properties = {};
  for (const [path, value] of Object.entries(fields)) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    let place = root;
    for (const step of steps) place = place[step] ??= {};
    place[last] = value;
  }
  return root;
}

/** `{ Names: { member: { 1: "a" } } }` as `{ Names: ["a"] }`. */
function lists(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value).map(([name, one]) => [name, lists(one)] as const);
  const [first] = inner;
  return inner.length === 1 && first?.[0] === "member" && typeof first[1] === "object"
    ? Object.values(first[1] ?? {})
    : Object.fromEntries(inner);
}
