/** The spans of a command and of its engines, as OTLP JSON: one `ExportTraceServiceRequest` a line (OpenTelemetry protocol, "File exporter"). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { lt } from "semver";
import { recordEngines, timed } from "./timings.ts";

/** The first engine with `--otel-traces` (pulumi/docs#17887). */
const firstWithSpans = "3.226.0";

/** A span in OTLP JSON; times are nanoseconds since 1970. */
export interface Span {
  name: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: { key: string; value: { stringValue?: string } }[];
}

interface Request {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

/**
 * Runs a task as a span, and writes the spans of all that it does, those of its engines included, also where it fails.
 *
 * @param file is overwritten
 */
export async function record(name: string, file: string, task: () => Promise<void>): Promise<void> {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "order-queue" }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const folder = mkdtempSync(join(tmpdir(), "order-queue-spans-"));
  let engines = 0;
  recordEngines((version) => {
    if (lt(version, firstWithSpans)) return [];
    // The engine's file says which span it ran in.
    const { spanId } = trace.getActiveSpan()?.spanContext() ?? { spanId: "" };
    return ["--otel-traces", `file://${join(folder, `${spanId}-${++engines}`)}`];
  });
  try {
    await timed(name, task);
  } finally {
    recordEngines(undefined);
    trace.disable();
    context.disable();
    const own = exporter.getFinishedSpans();
    const { traceId = "" } = own[0]?.spanContext() ?? {};
    const lines = [
      new TextDecoder().decode(JsonTraceSerializer.serializeRequest(own)),
      ...engineLines(folder, traceId),
    ];
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    rmSync(folder, { recursive: true });
  }
}

/** Every span of a file that {@link record} wrote. */
export function readSpans(file: string): Span[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.flatMap((line) => spansOf(JSON.parse(line) as Request));
}

/** What the engines wrote, as part of the command's trace. */
function engineLines(folder: string, traceId: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const [parentSpanId] = name.split("-");
    const text = readFileSync(join(folder, name), "utf8");
    // An engine that was killed leaves the end of its last line away.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
    return whole.filter(Boolean).map((line) => {
      const request = JSON.parse(line) as Request;
      for (const span of spansOf(request)) Object.assign(span, { parentSpanId, ...span, traceId });
      return JSON.stringify(request);
    });
  });
}

const spansOf = ({ resourceSpans }: Request): Span[] =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
