import { type Drift, driftOf } from "../../../../release/operate/drift.ts";
import type { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed } from "../fake/orchestrate.ts";

const drift = (backend: FakeBackend, stack: string): Promise<Drift> =>
  driftOf(new FakeProcess(backend).workspace, stack);
const QUEUE = "aws:sqs/queue:Queue";

describe("the drift of a stack", () => {
  test.each(["staging", "prod-au", "prod-eu"])("is none in %s as its last update left it", async (stack) => {
    expect(await drift(await deployed(), stack)).toEqual({ stack, resources: [], differences: [] });
  });

  test("is what was changed or deleted on AWS, and looking changes nothing", async () => {
    const backend = await deployed();
    backend.changeManually("prod-au", "prod-au-orders", { op: "update", diffs: ["visibilityTimeoutSeconds"] });
    backend.changeManually("prod-au", "prod-au-no-healthy-target", { op: "delete" });
    const before = structuredClone([...backend.stacks]);
    expect(await drift(backend, "prod-au")).toEqual({
      stack: "prod-au",
      resources: [
        {
          type: "aws:cloudwatch/metricAlarm:MetricAlarm",
          name: "prod-au-no-healthy-target",
          what: "gone",
          properties: [],
        },
        { type: QUEUE, name: "prod-au-orders", what: "changed", properties: ["visibilityTimeoutSeconds"] },
      ],
      differences: [],
    });
    expect([...backend.stacks]).toEqual(before);
  });

  test("is also where a production stack is not what staging has deployed", async () => {
    const backend = await deployed();
    backend.commit({ resources: (stack) => [{ type: QUEUE, name: `${stack}-more`, inputs: {} }] });
    const { engine } = new FakeProcess(backend).workspace;
    await (await engine.openToRun("prod-eu")).update({ onEvent: () => {} });
    const differences = [
      { stack: "prod-eu", resource: `${QUEUE} {stack}-more`, path: "resource", staging: undefined, here: "present" },
    ];
    expect(await drift(backend, "prod-eu")).toEqual({ stack: "prod-eu", resources: [], differences });
    expect((await drift(backend, "staging")).differences).toEqual([]);
  });

  test("is unknown where AWS cannot be read, for the reason that AWS gives", async () => {
    const backend = await deployed();
    backend.unreadable.set("prod-au", "AccessDenied: not authorized to perform sqs:GetQueueAttributes");
    expect(await drift(backend, "prod-au")).toEqual({
      stack: "prod-au",
      resources: [],
      differences: [],
      error: "AccessDenied: not authorized to perform sqs:GetQueueAttributes",
    });
  });
});
