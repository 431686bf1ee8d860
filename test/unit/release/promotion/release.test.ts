import { releaseAll } from "../../../../release/promotion/release.ts";
import { update } from "../../../../release/promotion/update.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, folder, historyOf, release, running, stage } from "../fake/orchestrate.ts";
import { everywhere, first, later, ledgerOf, next, productionUpdated } from "./releases.ts";

describe("a release that completes", () => {
  test("updates new stacks, staging first, and watches each production stack", async () => {
    const backend = new FakeBackend();
    expect(await release(backend)).toEqual({
      release: first,
      completed: true,
      stages: [stage("staging", "updated", `release ${first}`), ...productionUpdated(first)],
    });
    expect(running(backend)).toEqual(everywhere(first));
    expect(ledgerOf(backend, "staging").verified.map(({ operations }) => operations)).toEqual([[]]);
  });

  test("rehearses the transition in staging before production makes it", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    expect(await release(backend)).toEqual({
      release: next,
      completed: true,
      stages: [stage("staging", "rehearsed", `${first} → ${next}`), ...productionUpdated(next)],
    });
    expect(historyOf(backend, "staging")).toEqual([
      `succeeded: rehearsal of ${first} → ${next}`,
      `succeeded: rehearsal of ${first} → ${next}: back to ${first}`,
      `succeeded: rehearsal of ${first} → ${next}`,
      `succeeded: release ${first}`,
    ]);
    const operations = ["canary", "dispatch", "ingest"].map(
      (name) => `replace aws:ecs/taskDefinition:TaskDefinition {stack}-${name}`,
    );
    expect(ledgerOf(backend, "staging").transitions).toMatchObject([{ from: first, to: next, operations }]);
    expect(backend.worktrees).toEqual(new Set());
  });

  test("changes nothing where every stack runs it already", async () => {
    const backend = await deployed();
    const before = structuredClone([...backend.stacks]);
    expect(await release(backend)).toEqual({
      release: first,
      completed: true,
      stages: ["staging", "prod-au", "prod-eu"].map((name) => stage(name, "unchanged", `release ${first}`)),
    });
    expect([...backend.stacks]).toEqual(before);
  });

  test("updates staging alone where staging's settings alone changed", async () => {
    const backend = await deployed();
    backend.configure("staging", { logRetentionDays: "60" });
    expect((await release(backend)).stages).toEqual([
      stage("staging", "updated", `release ${first}`),
      stage("prod-au", "unchanged", `release ${first}`),
      stage("prod-eu", "unchanged", `release ${first}`),
    ]);
  });

  test("updates one production stack alone where its settings alone changed", async () => {
    const backend = await deployed();
    backend.configure("prod-eu", { logRetentionDays: "60" });
    expect((await release(backend)).stages).toEqual([
      stage("staging", "unchanged", `release ${first}`),
      stage("prod-au", "unchanged", `release ${first}`),
      stage("prod-eu", "updated", `release ${first}`),
      stage("prod-eu", "watched", "no alarm"),
    ]);
  });

  test("rehearses every transition once where production stacks run different releases", async () => {
    const backend = await deployed();
    backend.commit({ release: next, broken: { "prod-eu": "no healthy target" } });
    await release(backend);
    expect(running(backend)).toEqual({ staging: next, "prod-au": next, "prod-eu": first });
    backend.commit({ release: later, broken: {} });
    expect(await release(backend)).toEqual({
      release: later,
      completed: true,
      stages: [
        stage("staging", "rehearsed", `${next} → ${later}`),
        stage("staging", "rehearsed", `${first} → ${later}`),
        ...productionUpdated(later),
      ],
    });
  });

  test("rehearses from a release that production took by broken glass, whose commit staging does not know", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    backend.configure("prod-au", { breakGlass: JSON.stringify({ release: next, reason: "AU cannot wait" }) });
    await update(new FakeProcess(backend).workspace, "prod-au", { progress: () => {} });
    backend.commit({ release: later });
    expect((await release(backend)).stages).toEqual([
      stage("staging", "rehearsed", `${next} → ${later}`),
      stage("staging", "rehearsed", `${first} → ${later}`),
      ...productionUpdated(later),
    ]);
  });

  test("does not count an alarm that was raised before the update", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    backend.raise("prod-au", "prod-au-no-healthy-target", "raised last night");
    expect((await release(backend)).completed).toBe(true);
  });

  test("watches each production stack for as long as its settings say", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { bakeSeconds: "0" });
    backend.configure("prod-eu", { bakeSeconds: "7200" });
    backend.commit({ release: next });
    const before = backend.clock.now();
    expect((await release(backend)).stages.slice(1)).toEqual([
      stage("prod-au", "updated", `release ${next}`),
      stage("prod-eu", "updated", `release ${next}`),
      stage("prod-eu", "watched", "no alarm"),
    ]);
    expect(backend.clock.now() - before).toBeGreaterThan(7_200_000);
  });
});

test("a setting that changes nothing on AWS is no reason for an update", async () => {
  const backend = await deployed();
  backend.configure("prod-au", { bakeSeconds: "0" });
  expect((await release(backend)).stages.map(({ stack, what }) => `${stack} ${what}`)).toEqual([
    "staging unchanged",
    "prod-au unchanged",
    "prod-eu unchanged",
  ]);
});

test("every stage and the whole release are timed", async () => {
  const { workspace } = new FakeProcess(new FakeBackend());
  const { seconds, stages } = await releaseAll(workspace, { folder, progress: () => {} });
  const sum = stages.reduce((all, each) => all + each.seconds, 0);
  expect(stages.every((each) => each.seconds > 0)).toBe(true);
  expect(seconds).toBeGreaterThanOrEqual(sum);
});
