/** What tells one request of a store from all others, from ingest to the ERP. Pure. */
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";

export interface Trace {
  requestId?: string;
  /** https://www.w3.org/TR/trace-context/, 3.2 */
  traceparent?: string;
}

/** What may stand in a header and in a log line as it is; anything else is dropped. */
const REQUEST_ID = /^[\x21-\x7e]{1,200}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Reads a message's attributes, where ingest writes it. */
export function traceOf(attributes: Record<string, MessageAttributeValue>): Trace {
  const [requestId, traceparent] = [attributes.requestId?.StringValue, attributes.traceparent?.StringValue];
  return {
    ...(requestId !== undefined && REQUEST_ID.test(requestId) && { requestId }),
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) && { traceparent }),
  };
}

/** The same as headers of a request to an ERP. */
export function traceHeaders({ requestId, traceparent }: Trace): Record<string, string> {
  return { ...(requestId && { "x-request-id": requestId }), ...(traceparent && { traceparent }) };
}
