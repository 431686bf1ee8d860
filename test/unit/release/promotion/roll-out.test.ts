import type { FakeBackend } from "../fake/backend.ts";
import { deployed, historyOf, release, running, stage } from "../fake/orchestrate.ts";
import { failed, first, next, updatedAndWatched, when } from "./releases.ts";

/** prod-au and prod-eu are one wave; prod-us, with the settings of prod-eu, is the next. */
jest.mock("../fake/stacks.ts", () => {
  const { staging } = jest.requireActual("../../../../stacks/registry.ts");
  const production = (name: string, region: string, wave: number) => ({ name, role: "production", region, wave });
  const stacks = [
    staging,
    production("prod-au", "ap-southeast-2", 1),
    production("prod-eu", "eu-west-1", 1),
    production("prod-us", "us-east-1", 2),
  ];
  return { stacks };
});
jest.mock("../../../../stacks/registry.ts", () => {
  const registry = jest.requireActual("../../../../stacks/registry.ts");
  const { stacks } = jest.requireMock("../fake/stacks.ts");
  return { ...registry, findStack: (wanted: string) => stacks.find(({ name }: { name: string }) => name === wanted) };
});
jest.mock("../../../../stacks/files.ts", () => ({
  readStackFile(root: string, file: string) {
    const { readStackFile } = jest.requireActual("../../../../stacks/files.ts");
    if (file !== "Pulumi.prod-us.yaml") return readStackFile(root, file);
    const values = JSON.stringify(readStackFile(root, "Pulumi.prod-eu.yaml"));
    return JSON.parse(values.replaceAll("eu-west-1", "us-east-1").replaceAll("eu.orderhub", "us.orderhub"));
  },
}));

const rehearsed = stage("staging", "rehearsed", `${first} → ${next}`);
const rolledBack = (name: string) => stage(name, "rolled back", "to update 1, commit c10000000000");
const unchanged = { "prod-us": first };

/** When the newest update of a stack started and ended. */
function spanOf(backend: FakeBackend, stack: string): [number, number] {
  const { startTime = "", endTime = "" } = backend.open(stack).history[0] ?? {};
  return [Date.parse(startTime), Date.parse(endTime)];
}

/** The stages of one stack, in order. */
const of = (name: string, stages: { stack: string }[]) => stages.filter(({ stack }) => stack === name);

describe("stacks of one wave", () => {
  test("are updated in parallel and both watched before the next wave starts", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    const { stages, completed } = await release(backend);
    expect(completed).toBe(true);
    expect(of("prod-au", stages)).toEqual(updatedAndWatched(next, "prod-au"));
    expect(of("prod-eu", stages)).toEqual(updatedAndWatched(next, "prod-eu"));
    expect(stages.slice(-2)).toEqual(updatedAndWatched(next, "prod-us"));
    const [au, eu, us] = [spanOf(backend, "prod-au"), spanOf(backend, "prod-eu"), spanOf(backend, "prod-us")];
    expect(au[0]).toBeLessThan(eu[1]);
    expect(eu[0]).toBeLessThan(au[1]);
    const baked = Math.max(au[1], eu[1]) + 300_000;
    expect(us[0]).toBeGreaterThanOrEqual(baked);
  });

  test.each([
    ["prod-au", "prod-eu"],
    ["prod-eu", "prod-au"],
  ])("%s fails: it is rolled back, %s finishes, and no later wave starts", async (bad, good) => {
    const backend = await deployed();
    backend.commit({ release: next, broken: { [bad]: "no healthy target" } });
    const { stages, stopped } = await release(backend);
    expect(stages[0]).toEqual(rehearsed);
    expect(of(bad, stages)).toEqual([rolledBack(bad)]);
    expect(of(good, stages)).toEqual(updatedAndWatched(next, good));
    expect(of("prod-us", stages)).toEqual([]);
    expect(stopped).toEqual({ stack: bad, by: "verification", why: failed(bad, "no healthy target") });
    expect(running(backend)).toEqual({ staging: next, [bad]: first, [good]: next, ...unchanged });
    expect(historyOf(backend, "prod-us")).toEqual([`succeeded: release ${first}`]);
  });

  test("an alarm in one of them rolls that one back; the other is watched to the end", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    const raise = () => backend.raise("prod-eu", "prod-eu-no-healthy-target", "1 datapoint is below 1", 12_000);
    const { stages, stopped } = await release(backend, { progress: when(/^prod-eu: its alarms are watched/, raise) });
    expect(of("prod-au", stages)).toEqual(updatedAndWatched(next, "prod-au"));
    expect(of("prod-eu", stages)).toEqual([
      stage("prod-eu", "updated", `release ${next}`),
      stage("prod-eu", "watched", "1 raised"),
      rolledBack("prod-eu"),
    ]);
    expect(stopped).toMatchObject({ stack: "prod-eu", by: "alarm" });
    expect(running(backend)).toEqual({ staging: next, "prod-au": next, "prod-eu": first, ...unchanged });
  });

  test("that all fail are all rolled back, and each reason is reported", async () => {
    const backend = await deployed();
    backend.commit({ release: next, broken: { "prod-au": "no healthy target", "prod-eu": "no order came back" } });
    const { stopped } = await release(backend);
    expect(stopped).toEqual({
      stack: "prod-au",
      by: "verification",
      why: `${failed("prod-au", "no healthy target")}\nprod-eu: ${failed("prod-eu", "no order came back")}`,
    });
    expect(running(backend)).toEqual({ staging: next, "prod-au": first, "prod-eu": first, ...unchanged });
  });
});
