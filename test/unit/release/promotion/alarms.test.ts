import { watchAlarms } from "../../../../release/promotion/alarms.ts";
import type { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed } from "../fake/orchestrate.ts";

const ALARM = "prod-au-no-healthy-target";

/** Watches prod-au for some milliseconds from now; what was raised since, and after how long. */
async function watched(backend: FakeBackend, milliseconds: number) {
  const began = backend.clock.now();
  const { workspace } = new FakeProcess(backend);
  const raised = await watchAlarms(workspace, "prod-au", { since: began, until: began + milliseconds });
  return { raised: raised.map(({ name, reason }) => `${name}: ${reason}`), after: backend.clock.now() - began };
}

describe("the alarms of a stack are watched", () => {
  test("until the time is over where none is raised", async () => {
    expect(await watched(await deployed(), 12_000)).toEqual({ raised: [], after: 12_000 });
  });

  test("until the first one is raised, looking every five seconds", async () => {
    const backend = await deployed();
    backend.raise("prod-au", ALARM, "1 datapoint is below 1", 12_000);
    expect(await watched(backend, 300_000)).toEqual({ raised: [`${ALARM}: 1 datapoint is below 1`], after: 15_000 });
  });

  test("once where no time is left", async () => {
    const backend = await deployed();
    backend.raise("prod-au", ALARM, "1 datapoint is below 1");
    expect(await watched(backend, 0)).toEqual({ raised: [`${ALARM}: 1 datapoint is below 1`], after: 0 });
  });

  test("that judge a release: one without the tag, as of orders that an ERP leaves waiting, does not", async () => {
    const backend = await deployed();
    backend.raise("prod-au", ALARM, "an ERP is down", 2_000);
    const { workspace } = new FakeProcess(backend);
    const untagged = async (stack: string) =>
      JSON.parse(JSON.stringify(await workspace.engine.deployment(stack)).replaceAll('"judges"', '"other"'));
    const engine = Object.create(workspace.engine, { deployment: { value: untagged } });
    const since = backend.clock.now();
    expect(await watchAlarms({ ...workspace, engine }, "prod-au", { since, until: since + 10_000 })).toEqual([]);
  });

  test("alone: those of another stack, or raised before, do not count", async () => {
    const backend = await deployed();
    backend.raise("prod-au", ALARM, "raised before");
    backend.pass(1_000);
    backend.raise("prod-eu", "prod-eu-no-healthy-target", "of another stack");
    backend.raise("prod-au", "prod-eu-no-healthy-target", "not the stack's own");
    expect(await watched(backend, 10_000)).toEqual({ raised: [], after: 10_000 });
  });
});
