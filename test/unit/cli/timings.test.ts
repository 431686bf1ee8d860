import { timingsReport } from "../../../cli/timings.ts";
import type { Span } from "../../../release/workspace/recording.ts";

const ms = (at: number) => `${at}000000`;
let ids = 0;
function span(
  name: string,
  [start, end]: [number, number],
  parent?: Span,
  attributes: Record<string, string> = {},
): Span {
  return {
    name,
    spanId: `${++ids}`,
    ...(parent && { parentSpanId: parent.spanId }),
    startTimeUnixNano: ms(start),
    endTimeUnixNano: ms(end),
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  };
}

describe("the summary of timings", () => {
  const command = span("order-queue preview", [0, 9_000], undefined, {
    "order_queue.dynamic_provider.address": "127.0.0.1:5001",
  });
  const staging = span("plan staging", [500, 6_500], command);
  const prod = span("plan prod-au", [400, 7_400], command);
  const engine = span("pulumi", [600, 6_400], staging);
  const call = (name: string, when: [number, number], port: number) =>
    span(`pulumirpc.${name}`, when, engine, { "net.peer.name": `127.0.0.1:${port}` });
  const spans = [
    ...[command, staging, prod, engine],
    span("open stacks", [0, 400], command),
    span("program", [700, 6_000], staging),
    call("Analyzer/Analyze", [1_000, 2_000], 5000),
    // At the same time, and within it: they count once.
    call("Analyzer/Analyze", [1_500, 2_500], 5000),
    call("Analyzer/Analyze", [1_600, 1_700], 5000),
    call("ResourceProvider/Check", [3_000, 3_250], 5001),
    call("ResourceProvider/Check", [3_000, 3_500], 5002),
    span("diyBackend.getSnapshot", [650, 750], engine),
    span("check parity", [7_400, 7_500], command),
    span("check plan", [7_500, 7_501], command),
  ];

  test("has a line for each plan in the order of their starts, and the seconds in which each part was at work", () => {
    expect(timingsReport(spans, "spans.json").split("\n")).toEqual([
      "",
      "Where the time went (every span: spans.json, OTLP JSON):",
      "  order-queue preview         9.00 s",
      "  open stacks                 0.40 s",
      "  plan prod-au                7.00 s",
      "  plan staging                6.00 s   engine 5.80, program 5.30, policy 1.50, dynamic provider 0.25, providers 0.50, state 0.10",
      "  checks                      0.10 s   parity 0.10",
    ]);
  });
});
