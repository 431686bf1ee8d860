import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSpans, record } from "../../../../release/workspace/recording.ts";
import { noteOnSpan, recordingArguments, timed, timedSync, within } from "../../../../release/workspace/timings.ts";

/** An engine that writes a span of its own, and one within it, as `--otel-traces` does; each line is one request. */
function engine(args: readonly string[]) {
  const [, to = ""] = args;
  const ids = { traceId: "0".repeat(32), startTimeUnixNano: "1", endTimeUnixNano: "2" };
  const spans = [
    { ...ids, name: "pulumi", spanId: "aaaaaaaaaaaaaaaa" },
    { ...ids, name: "pulumi-plan", spanId: "bbbbbbbbbbbbbbbb", parentSpanId: "aaaaaaaaaaaaaaaa" },
  ];
  const line = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  writeFileSync(new URL(to), `${line}\n${line.slice(0, 20)}`);
}

describe("a recording", () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "order-queue-recording-"));
    file = join(folder, "spans.json");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Name of each span with that of the span it ran in. */
  const tree = () => {
    const spans = readSpans(file);
    const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    return spans.map(({ name, parentSpanId = "" }) => `${name} in ${names.get(parentSpanId) ?? "nothing"}`).sort();
  };

  test("has what a command did, each span within the one that caused it, and the engines' spans within the plan", async () => {
    let program = async () => {};
    await record("order-queue preview", file, async () => {
      await timed("plan staging", async () => {
        program = within(async () => timed("program", async () => noteOnSpan("stack", "staging")));
        engine(recordingArguments("3.276.0"));
      });
      await program();
      timedSync("check parity", () => {});
    });
    expect(tree()).toEqual([
      "check parity in order-queue preview",
      "order-queue preview in nothing",
      "plan staging in order-queue preview",
      "program in plan staging",
      "pulumi in plan staging",
      "pulumi-plan in pulumi",
    ]);
    const spans = readSpans(file);
    expect(spans.find(({ name }) => name === "program")?.attributes).toEqual([
      { key: "stack", value: { stringValue: "staging" } },
    ]);
    expect(new Set(spans.map((span) => (span as { traceId?: string }).traceId)).size).toBe(1);
  });

  test("is written where the command fails, too, and the failure is reported", async () => {
    const failing = record("order-queue release", file, () =>
      timed("update staging", () => Promise.reject(new Error("no"))),
    );
    await expect(failing).rejects.toThrow("no");
    expect(tree()).toEqual(["order-queue release in nothing", "update staging in order-queue release"]);
  });

  test("asks only engines that can record for their spans, and none when it is over", async () => {
    await record("order-queue preview", file, async () => {
      expect(recordingArguments("3.225.1")).toEqual([]);
      expect(recordingArguments("3.226.0")).toEqual(["--otel-traces", expect.stringMatching(/^file:\/\/.*-1$/)]);
    });
    expect(recordingArguments("3.276.0")).toEqual([]);
  });
});
