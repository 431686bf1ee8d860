import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type Planned, planStack, type Subject, violationsOf } from "../../../../release/plan/plan.ts";
import { EngineFailed, type OwnStack, type PreviewRequest } from "../../../../release/workspace/engine.ts";
import { PolicyPackFailed } from "../../../../release/workspace/policy-pack.ts";
import type { Observed, Run } from "../../../../stacks/program.ts";

const type = "aws:sqs/queue:Queue";
const urn = `urn:pulumi:prod-au::order-queue::${type}::prod-au-orders`;
const state = { urn, type, parent: "", inputs: {}, outputs: {}, id: "" };
const create = { resourcePreEvent: { metadata: { op: "create", urn, type, new: state } } } as unknown as EngineEvent;
const judged = { summaryEvent: { PolicyPacks: { "order-queue": "v0.1.0" } } } as unknown as EngineEvent;
const policyEvent = { policyName: "queue-is-encrypted", resourceUrn: urn, message: "no key\n" };
const violated = { policyEvent } as EngineEvent;
const observed = { release: "aaaaaaaaaaaa" } as Observed;
const found = { stack: "prod-au", rule: "queue-is-encrypted", resource: "prod-au-orders", message: "no key" };

/** Plans prod-au with an engine that sends these events and then fails, if it does. */
async function planWith(
  events: EngineEvent[],
  { fails, observes = true, run, subject }: { fails?: Error; observes?: boolean; run?: Run; subject?: Subject } = {},
): Promise<{ planned: Planned; request: PreviewRequest | undefined }> {
  let request: PreviewRequest | undefined;
  const preview = async (asked: PreviewRequest) => {
    request = asked;
    if (observes) asked.run?.observe?.(observed);
    for (const event of events) asked.onEvent(event);
    if (fails) throw fails;
  };
  const openToRun = async (name: string) => ({ name, preview }) as unknown as OwnStack;
  const engine = { openToRun } as unknown as Parameters<typeof planStack>[0]["engine"];
  const planned = await planStack({ engine, root: "/project" }, "prod-au", run, subject);
  return { planned, request };
}

const steps = [{ op: "create", urn, type, name: "prod-au-orders", replacedBy: [], changed: [] }];
const resources = [{ ...state, name: "prod-au-orders", protect: false }];
const empty = { resources: [], gone: [], replaced: [], updated: [], steps: [] };

describe("the plan of a stack", () => {
  test("has the engine's plan, the violations that do not fail it, and what the program observed", async () => {
    const { planned } = await planWith([create, violated, judged]);
    expect(planned).toEqual({
      ...{ plan: { ...empty, resources, steps }, violations: [found], threw: false },
      observed,
    });
    expect((await planWith([judged], { observes: false })).planned).toEqual({
      ...{ plan: empty, violations: [], threw: false },
    });
  });

  test("is made with the run's settings, the given program and the policy pack", async () => {
    const settings = { "order-queue:uncommitted": "true" };
    const program = async () => {};
    const { request } = await planWith([judged], { run: { settings }, subject: { program } });
    expect(request).toMatchObject({ run: { settings }, program, policyPack: "/project/policy" });
  });

  test("is made without the policy pack where policy is not wanted", async () => {
    const { request, planned } = await planWith([create], { subject: { policy: false } });
    expect(request?.policyPack).toBeUndefined();
    expect(planned.plan.steps).toEqual(steps);
  });

  test("is no verdict where the policy pack took no part or did not start", async () => {
    const none = planWith([create]);
    await expect(none).rejects.toThrow(PolicyPackFailed);
    await expect(none).rejects.toThrow("it took no part in the plan of prod-au.");
    const fails = new EngineFailed('error: policy pack not found at "policy"', false);
    await expect(planWith([create], { fails })).rejects.toThrow('policy pack not found at "policy".');
  });
});

describe("a plan that fails", () => {
  test.each([
    [1, "refused by policy, 1 violation"],
    [2, "refused by policy, 2 violations"],
  ])("by policy counts its %i violations", async (count, error) => {
    const fails = new EngineFailed("error: preview failed", false);
    const { planned } = await planWith(Array(count).fill(violated), { fails });
    expect(planned).toEqual({ plan: empty, violations: Array(count).fill(found), threw: false, observed, error });
  });

  test("by the program says why, and whose program threw", async () => {
    const fails = new EngineFailed("error: no zone", true);
    const { planned } = await planWith([create], { fails, observes: false });
    expect(planned).toEqual({ plan: empty, violations: [], threw: true, error: "no zone" });
  });

  test("by anything but the engine is thrown", async () => {
    await expect(planWith([], { fails: new TypeError("no engine") })).rejects.toThrow("no engine");
  });
});

test("a violation of the whole stack names no resource", () => {
  const { resourceUrn: _, ...whole } = policyEvent;
  expect(violationsOf("prod-au", [{ policyEvent: whole } as EngineEvent])).toEqual([{ ...found, resource: "" }]);
});
