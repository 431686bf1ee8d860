import { traceHeaders, traceOfMessage, traceOfRequest } from "../../../service/trace.ts";

const PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const AMZN = "Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678";

test("request id, traceparent and X-Amzn-Trace-Id are taken from the headers", () => {
  const headers = { "x-request-id": "shop-1", traceparent: PARENT, "x-amzn-trace-id": AMZN };
  expect(traceOfRequest(headers)).toEqual({ requestId: "shop-1", traceparent: PARENT, amznTraceId: AMZN });
});

test("a request without them has an id of its own", () => {
  const [first, second] = [traceOfRequest({}), traceOfRequest({})];
  expect(Object.keys(first)).toEqual(["requestId"]);
  expect(first.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(second.requestId).not.toBe(first.requestId);
});

test.each([
  ["of another version", { traceparent: PARENT.replace("00-", "01-") }],
  ["of zeros", { traceparent: `00-${"0".repeat(32)}-00f067aa0ba902b7-01` }],
  ["too long", { "x-amzn-trace-id": `Root=${"x".repeat(300)}` }],
  ["with other characters", { "x-amzn-trace-id": "Root=1-a\tb", "x-request-id": "a b" }],
])("a header %s is left out", (_what, headers) => {
  expect(traceOfRequest(headers)).toEqual({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});

const text = (StringValue: string) => ({ DataType: "String", StringValue });

test("request id and traceparent are read from a message's attributes, and are headers of the ERP's request", () => {
  const trace = traceOfMessage({ requestId: text("r-1"), traceparent: text(PARENT), other: text("x") });
  expect(trace).toEqual({ requestId: "r-1", traceparent: PARENT });
  expect(traceHeaders(trace)).toEqual({ "x-request-id": "r-1", traceparent: PARENT });
});

test.each([
  [{}],
  [{ requestId: text(""), traceparent: text("") }],
  [{ requestId: text("a\r\nx-forged: 1"), traceparent: text("00-4bf9-00f0-01") }],
  [{ requestId: text("r".repeat(201)), traceparent: text(PARENT.toUpperCase()) }],
])("what is missing, or could not stand in a header as it is, is left out: %j", (attributes) => {
  expect(traceOfMessage(attributes)).toEqual({});
  expect(traceHeaders({})).toEqual({});
});
