import type { FakeBackend } from "../fake/backend.ts";
import { deployed, historyOf, interruptedRelease, release, running, stage } from "../fake/orchestrate.ts";
import { everywhere, first, ledgerOf, next } from "./releases.ts";

describe("an interrupted release resumes where it stopped", () => {
  const rehearsed = stage("staging", "rehearsed", `${first} → ${next}`);
  const unchanged = (stack: string) => stage(stack, "unchanged", `release ${next}`);
  const watched = (stack: string) => stage(stack, "watched", "no alarm");
  const auUpdated = stage("prod-au", "updated", `release ${next}`);
  const euUpdated = stage("prod-eu", "updated", `release ${next}`);

  const all = [rehearsed, auUpdated, watched("prod-au"), euUpdated, watched("prod-eu")];
  test.each<[string, RegExp, ReturnType<typeof stage>[]]>([
    ["before the rehearsal", /^staging: a+ → b+$/, all],
    ["before staging rolls back", /^staging: back to a+$/, all],
    ["after the rehearsal", /^staging: rehearsed/, all],
    [
      "after the first production stack was updated",
      /^prod-au: updated/,
      [rehearsed, unchanged("prod-au"), watched("prod-au"), euUpdated, watched("prod-eu")],
    ],
    [
      "while the first production stack is watched",
      /^prod-au: its alarms/,
      [rehearsed, unchanged("prod-au"), watched("prod-au"), euUpdated, watched("prod-eu")],
    ],
    [
      "after the first production stack was watched",
      /^prod-au: watched/,
      [rehearsed, unchanged("prod-au"), euUpdated, watched("prod-eu")],
    ],
    [
      "after the last update",
      /^prod-eu: updated/,
      [unchanged("staging"), unchanged("prod-au"), unchanged("prod-eu"), watched("prod-eu")],
    ],
  ])("%s", async (_, at, stages) => {
    const backend = await deployed();
    backend.commit({ release: next });
    await interruptedRelease(backend, at);
    expect(await release(backend)).toEqual({ release: next, completed: true, stages });
    expectNothingTwice(backend);
  });

  /** The n-th update of a stack in the release is killed in its middle. */
  test.each<[string, string, number, ReturnType<typeof stage>[]]>([
    ["in the first update of the rehearsal", "staging", 1, all],
    ["in the update back", "staging", 2, all],
    ["in the last update of the rehearsal", "staging", 3, all],
    ["in the update of the first production stack", "prod-au", 1, all],
    [
      "in the update of the last production stack",
      "prod-eu",
      1,
      [rehearsed, unchanged("prod-au"), euUpdated, watched("prod-eu")],
    ],
  ])("%s, half of which was done", async (_, stack, nth, stages) => {
    const backend = await deployed();
    backend.commit({ release: next });
    backend.killUpdate(stack, nth, { after: 1 });
    await interruptedRelease(backend);
    expect(backend.open(stack).lock?.seenAs()).toBe("abandoned");
    const lines: string[] = [];
    const released = await release(backend, { progress: (line) => void lines.push(line) });
    expect(released).toEqual({ release: next, completed: true, stages });
    expect(lines.filter((line) => line.includes("interrupted"))).toEqual([
      `${stack}: the last update was interrupted; its lock is removed`,
    ]);
    expectNothingTwice(backend);
  });

  test("while a bad release is rolled back, which is then rolled back again", async () => {
    const backend = await deployed();
    backend.commit({ release: next, broken: { "prod-au": "no healthy target" } });
    await interruptedRelease(backend, /^prod-au: back to update 1/);
    expect((await release(backend)).stages).toEqual([
      rehearsed,
      stage("prod-au", "rolled back", "to update 1, commit c10000000000"),
    ]);
    expect(running(backend)).toEqual({ ...everywhere(first), staging: next });
  });

  test("an alarm that was raised while no release watched still counts", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    await interruptedRelease(backend, /^prod-au: updated/);
    backend.raise("prod-au", "prod-au-no-healthy-target", "1 datapoint is below 1");
    const { stages, stopped } = await release(backend);
    expect(stages).toEqual([
      rehearsed,
      unchanged("prod-au"),
      stage("prod-au", "watched", "1 raised"),
      stage("prod-au", "rolled back", "to update 1, commit c10000000000"),
    ]);
    expect(stopped?.by).toBe("alarm");
  });

  /** Every stack has the updates of one uninterrupted release; a killed update is in no history. */
  function expectNothingTwice(backend: FakeBackend): void {
    expect(running(backend)).toEqual(everywhere(next));
    expect(historyOf(backend, "staging")).toEqual([
      `succeeded: rehearsal of ${first} → ${next}`,
      `succeeded: rehearsal of ${first} → ${next}: back to ${first}`,
      `succeeded: rehearsal of ${first} → ${next}`,
      `succeeded: release ${first}`,
    ]);
    for (const name of ["prod-au", "prod-eu"])
      expect(historyOf(backend, name)).toEqual([`succeeded: release ${next}`, `succeeded: release ${first}`]);
    expect(ledgerOf(backend, "staging").transitions).toHaveLength(1);
  }
});
