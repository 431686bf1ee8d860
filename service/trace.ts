/** What tells one request apart in every log line, on the queue and at the ERP. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Log fields and, by the same names, attributes of the order's message. */
export interface Trace {
  requestId: string;
  /** W3C Trace Context, where the store sends it. */
  traceparent?: string;
  /** X-Amzn-Trace-Id: a load balancer adds it to every request. */
  amznTraceId?: string;
}

/** Characters that a header, a log line and a message attribute all hold. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header: version 00; ids of zeros alone are invalid. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
const AMZN_TRACE_ID = /^[A-Za-z]+=[\w=;:.+/-]{1,250}$/;

/** What does not have its form is left out: it comes from outside, and is passed on. */
export function traceOf(headers: IncomingHttpHeaders): Trace {
  const [id, parent, amzn] = [headers["x-request-id"], headers.traceparent, headers["x-amzn-trace-id"]];
  const trace: Trace = { requestId: fits(id, REQUEST_ID) ? id : randomUUID() };
  if (fits(parent, TRACEPARENT)) trace.traceparent = parent;
  if (fits(amzn, AMZN_TRACE_ID)) trace.amznTraceId = amzn;
  return trace;
}

function fits(value: string | string[] | undefined, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}
