import { planAll } from "../../../../release/plan/plan-all.ts";
import { PolicyPackFailed } from "../../../../release/workspace/policy-pack.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, quiet } from "../fake/orchestrate.ts";

describe("every stack is planned", () => {
  test("again where the SDK only reported to it what another program threw", async () => {
    const backend = await deployed();
    backend.commit({ throws: { "prod-au": "no zone" } });
    backend.runs.length = 0;
    const lines: string[] = [];
    const planned = await planAll(new FakeProcess(backend).workspace, (line) => void lines.push(line));
    expect([...planned].map(([name, { error, threw }]) => [name, error, threw])).toEqual([
      ["staging", undefined, false],
      ["prod-au", "no zone", true],
      ["prod-eu", undefined, false],
    ]);
    expect(backend.runs.filter((run) => run === "preview prod-au")).toHaveLength(1);
    expect(lines.sort()).toEqual(["prod-au: failed", "prod-eu: 10 resources planned", "staging: 10 resources planned"]);
  });

  test("and each that throws keeps its own reason", async () => {
    const backend = await deployed();
    backend.commit({ throws: { staging: "no image", "prod-eu": "no zone" } });
    const planned = await planAll(new FakeProcess(backend).workspace, quiet);
    expect([...planned].map(([name, { error }]) => [name, error])).toEqual([
      ["staging", "no image"],
      ["prod-au", undefined],
      ["prod-eu", "no zone"],
    ]);
  });

  test.each([
    [
      "does not start",
      '/project/policy: the policy pack could not be started, so no change was judged: could not start policy pack "order-queue".',
    ],
    [
      "takes no part",
      "/project/policy: the policy pack could not be started, so no change was judged: it took no part in the plan of",
    ],
  ] as const)("or none, where the policy pack %s", async (state, message) => {
    const backend = await deployed();
    backend.policyPack = state;
    const planned = planAll(new FakeProcess(backend).workspace, quiet);
    await expect(planned).rejects.toThrow(PolicyPackFailed);
    await expect(planned).rejects.toThrow(message);
  });
});
