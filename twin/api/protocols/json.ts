import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Protocol } from "./protocol.ts";

/**
 * AWS JSON (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html): the operation in X-Amz-Target, times in seconds
 * since 1970, the error's code in `__type`.
 * @param compatible also says errors in the form of the query protocol, as services do that came from it
 * @param namespace stands before an error's code, as some services send it: `com.amazonaws.sqs#`
 */
export function json(version: "1.0" | "1.1", compatible: boolean, namespace = ""): Protocol {
  const headers = { "content-type": `application/x-amz-json-${version}` };
  return {
    speaks: (request) => request.headers["x-amz-target"] !== undefined,
    read: ({ headers: { "x-amz-target": target }, body }, service) => {
      const [prefix, action = ""] = String(target).split(".");
      if (prefix !== service.target) throw new AwsError("UnknownOperationException", `Unknown target ${target}`);
      return { action, input: parsed(body) };
    },
    answer: (_action, output) => ({ status: 200, headers, body: JSON.stringify(plain(output)) }),
    refuse: ({ code, queryCode, message, status }) => ({
      status,
      headers: {
        ...headers,
        ...(compatible && { "x-amzn-query-error": `${queryCode};${status < 500 ? "Sender" : "Receiver"}` }),
      },
      body: JSON.stringify({ __type: namespace + code, message }),
    }),
  };
}

export const json10Compatible = json("1.0", true);
export const json11 = json("1.1", false);

function parsed(body: string): Properties {
  try {
    const value: unknown = JSON.parse(body || "{}");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw new AwsError("SerializationException", "The body is not a JSON object.");
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
