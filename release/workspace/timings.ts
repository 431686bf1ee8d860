/** Spans of what a command does, for OpenTelemetry. They go nowhere unless ./recording.ts records them. */
import { context, SpanStatusCode, trace } from "@opentelemetry/api";

/** Attribute of a span: address of the dynamic provider that engines call. */
export const dynamicProviderAddress = "order_queue.dynamic_provider.address";

/** Runs a task as a span, within the span that runs now. */
export async function timed<T>(name: string, task: () => Promise<T>): Promise<T> {
  return trace.getTracer("order-queue").startActiveSpan(name, async (span) => {
    try {
      return await task();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** As {@link timed}, for what answers at once. */
export function timedSync<T>(name: string, task: () => T): T {
  const span = trace.getTracer("order-queue").startSpan(name);
  try {
    return task();
  } finally {
    span.end();
  }
}

/** A function whose spans are within the span that runs now, wherever it is called from. */
export function within<T extends (...args: never[]) => unknown>(task: T): T {
  return context.bind(context.active(), task);
}

/** Notes something on the span that runs now. */
export function noteOnSpan(attribute: string, value: string): void {
  trace.getActiveSpan()?.setAttribute(attribute, value);
}

/** What makes an engine record its spans, within the span that runs now. @param version the engine's */
export type EngineArguments = (version: string) => string[];
let recorder: EngineArguments | undefined;

/** @param engines undefined: engines record nothing any more */
export function recordEngines(engines: EngineArguments | undefined): void {
  recorder = engines;
}

export const recordingArguments: EngineArguments = (version) => recorder?.(version) ?? [];
