import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { planAll } from "../../../../release/plan/plan-all.ts";
import { EngineFailed, type PreviewRequest } from "../../../../release/workspace/engine.ts";
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
    expect(lines.sort()).toEqual(["prod-au: failed", "prod-eu: 11 resources planned", "staging: 11 resources planned"]);
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

/** Plans stacks, each of which fails as `fails` says when it is planned for the first time. */
async function planned(names: string[], fails: (name: string) => EngineFailed | undefined) {
  const [runs, peaks]: [string[], Record<string, number>] = [[], {}];
  let busy = 0;
  const work = async (phase: string) => {
    busy++;
    peaks[phase] = Math.max(peaks[phase] ?? 0, busy);
    await setImmediate();
    busy--;
  };
  const preview = async (name: string, { onEvent }: PreviewRequest) => {
    const error = runs.includes(name) ? undefined : fails(name);
    const phase = runs.includes(name) ? "plan again" : "plan";
    runs.push(name);
    await work(phase);
    onEvent({ summaryEvent: { PolicyPacks: { "order-queue": "" } } } as unknown as Parameters<typeof onEvent>[0]);
    if (error) throw error;
  };
  const openToRun = async (name: string) => ({ preview: (request: PreviewRequest) => preview(name, request) });
  const engine = { open: () => work("open"), openToRun };
  const stacks = names.map((name) => ({ name }));
  await planAll({ root: "/project", stacks, engine } as unknown as Parameters<typeof planAll>[0], quiet);
  return { runs, peaks };
}

const failed = (threw: boolean) => new EngineFailed("error: no zone", threw);

test("a stack is planned again only if it failed, did not throw, and another threw", async () => {
  const { runs } = await planned(["threw", "heard", "good"], (name) =>
    name === "good" ? undefined : failed(name === "threw"),
  );
  expect(runs).toEqual(["threw", "heard", "good", "heard"]);
  const refused = await planned(["refused", "good"], (name) => (name === "good" ? undefined : failed(false)));
  expect(refused.runs).toEqual(["refused", "good"]);
});

test("as many engines work at once as there are processors, and one more", async () => {
  const names = Array.from({ length: 2 * availableParallelism() + 4 }, (_, index) => String(index));
  const { peaks } = await planned(names, (name) => failed(name === "0"));
  const most = availableParallelism() + 1;
  expect(peaks).toEqual({ open: most, plan: most, "plan again": most });
});
