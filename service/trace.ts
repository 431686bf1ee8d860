/** What tells one request of a store apart in every log line, on the queue and at the ERP. Pure. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";

/** Log fields and, by the same names, attributes of the order's message. */
export interface Trace {
  requestId?: string;
  /** W3C Trace Context, where the store sends it. */
  traceparent?: string;
  /** X-Amzn-Trace-Id: a load balancer adds it to every request. */
  amznTraceId?: string;
}

/** What a header, a log line and a message attribute all hold as it is; anything else is dropped. */
const forms = {
  requestId: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
  // https://www.w3.org/TR/trace-context/#traceparent-header: version 00; ids of zeros alone are invalid.
  traceparent: /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/,
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
  amznTraceId: /^[A-Za-z]+=[\w=;:.+/-]{1,250}$/,
} satisfies Record<keyof Trace, RegExp>;

const headers = { requestId: "x-request-id", traceparent: "traceparent", amznTraceId: "x-amzn-trace-id" } as const;
const fields = Object.keys(forms) as (keyof Trace)[];

/** Of a store's request, with a new request id where it has none of the form. */
export function traceOfRequest(given: IncomingHttpHeaders): Trace & { requestId: string } {
  return { requestId: randomUUID(), ...formed((field) => given[headers[field]]) };
}

/** Of a message's attributes, where ingest writes it. */
export function traceOfMessage(attributes: Record<string, MessageAttributeValue>): Trace {
  return formed((field) => attributes[field]?.StringValue);
}

/** The same as headers of a request to an ERP. */
export function traceHeaders(trace: Trace): Record<string, string> {
  return Object.fromEntries(fields.flatMap((field) => (trace[field] ? [[headers[field], trace[field]]] : [])));
}

function formed(read: (field: keyof Trace) => string | string[] | undefined): Trace {
  const entries = fields.map((field) => [field, read(field)] as const);
  return Object.fromEntries(entries.filter(([field, value]) => typeof value === "string" && forms[field].test(value)));
}
