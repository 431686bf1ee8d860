import { traceHeaders, traceOf } from "../../../service/trace.ts";

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const text = (StringValue: string) => ({ DataType: "String", StringValue });

test("request id and traceparent are read from a message's attributes, and are headers of the ERP's request", () => {
  const trace = traceOf({ requestId: text("r-1"), traceparent: text(traceparent), other: text("x") });
  expect(trace).toEqual({ requestId: "r-1", traceparent });
  expect(traceHeaders(trace)).toEqual({ "x-request-id": "r-1", traceparent });
});

test.each([
  [{}],
  [{ requestId: text(""), traceparent: text("") }],
  [{ requestId: text("a\r\nx-forged: 1"), traceparent: text("00-4bf9-00f0-01") }],
  [{ requestId: text("r".repeat(201)), traceparent: text(traceparent.toUpperCase()) }],
])("what is missing, or could not stand in a header as it is, is left out: %j", (attributes) => {
  expect(traceOf(attributes)).toEqual({});
  expect(traceHeaders({})).toEqual({});
});
