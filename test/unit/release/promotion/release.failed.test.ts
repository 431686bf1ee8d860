import { PolicyPackFailed } from "../../../../release/workspace/policy-pack.ts";
import { FakeBackend } from "../fake/backend.ts";
import { deployed, historyOf, release, running, stage } from "../fake/orchestrate.ts";
import { everywhere, failed, first, later, next, productionUpdated, when } from "./releases.ts";

describe("a bad release", () => {
  test("is rolled back in staging, and production is not touched", async () => {
    const backend = await deployed();
    const production = structuredClone([backend.open("prod-au"), backend.open("prod-eu")]);
    backend.commit({ release: next, broken: { staging: "shop: expected the DNS record" } });
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [stage("staging", "rolled back", "to update 1, commit c10000000000")],
      stopped: { stack: "staging", by: "verification", why: failed("staging", "shop: expected the DNS record") },
    });
    expect(historyOf(backend, "staging")).toEqual([
      "succeeded: rollback to update 1 (commit c10000000000)",
      `failed: rehearsal of ${first} → ${next}`,
      `succeeded: release ${first}`,
    ]);
    expect([backend.open("prod-au"), backend.open("prod-eu")]).toEqual(production);
    expect(backend.worktrees).toEqual(new Set());
  });

  test("cannot be rolled back in a new staging, and says so", async () => {
    const backend = new FakeBackend();
    backend.commit({ broken: { staging: "no healthy target" } });
    const noUpdate =
      "staging: has no earlier good update of another commit: no earlier update succeeded. " +
      "Fix: commit before each update, so that the history names what ran";
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [],
      stopped: {
        stack: "staging",
        by: "verification",
        why: `${failed("staging", "no healthy target")}\nIt could not be rolled back: ${noUpdate}`,
      },
    });
    expect(running(backend)).toEqual({ staging: undefined, "prod-au": undefined, "prod-eu": undefined });
  });

  test("that fails in the first production stack is rolled back there and never reaches the next", async () => {
    const backend = await deployed();
    const eu = structuredClone(backend.open("prod-eu"));
    backend.commit({ release: next, broken: { "prod-au": "release aaaaaaaaaaaa answers" } });
    expect(await release(backend)).toEqual({
      release: next,
      completed: false,
      stages: [
        stage("staging", "rehearsed", `${first} → ${next}`),
        stage("prod-au", "rolled back", "to update 1, commit c10000000000"),
      ],
      stopped: { stack: "prod-au", by: "verification", why: failed("prod-au", "release aaaaaaaaaaaa answers") },
    });
    expect(historyOf(backend, "prod-au")).toEqual([
      "succeeded: rollback to update 1 (commit c10000000000)",
      `failed: release ${next}`,
      `succeeded: release ${first}`,
    ]);
    expect(running(backend)).toEqual({ ...everywhere(first), staging: next });
    expect(backend.open("prod-eu")).toEqual(eu);
  });

  test("that fails in the last production stack is rolled back there alone", async () => {
    const backend = await deployed();
    backend.commit({ release: next, broken: { "prod-eu": "no healthy target" } });
    const { stages, stopped } = await release(backend);
    expect(stages).toEqual([
      stage("staging", "rehearsed", `${first} → ${next}`),
      ...productionUpdated(next).slice(0, 2),
      stage("prod-eu", "rolled back", "to update 1, commit c10000000000"),
    ]);
    expect(stopped?.stack).toBe("prod-eu");
    expect(running(backend)).toEqual({ ...everywhere(next), "prod-eu": first });
  });

  test("that raises an alarm while it is watched is rolled back", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    const raise = () => backend.raise("prod-au", "prod-au-no-healthy-target", "1 datapoint is below 1", 12_000);
    expect(await release(backend, { progress: when(/^prod-au: its alarms are watched/, raise) })).toEqual({
      release: next,
      completed: false,
      stages: [
        stage("staging", "rehearsed", `${first} → ${next}`),
        stage("prod-au", "updated", `release ${next}`),
        stage("prod-au", "watched", "1 raised"),
        stage("prod-au", "rolled back", "to update 1, commit c10000000000"),
      ],
      stopped: {
        stack: "prod-au",
        by: "alarm",
        why: "alarm while it was watched: prod-au-no-healthy-target: 1 datapoint is below 1",
      },
    });
    expect(running(backend)).toEqual({ ...everywhere(first), staging: next });
  });

  test("that cannot start, because another machine holds a stack, rolls nothing back", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    await release(backend);
    backend.commit({ release: later });
    const production = structuredClone([backend.open("prod-au").history, backend.open("prod-au").outputs]);
    // This machine cannot see the lock, and the engine refuses.
    backend.lockFor("prod-au", () => "free");
    const locked =
      "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
      "file with `pulumi cancel`.";
    expect(await release(backend)).toEqual({
      release: later,
      completed: false,
      stages: [stage("staging", "rehearsed", `${next} → ${later}`)],
      stopped: {
        stack: "prod-au",
        by: "conflict",
        why: `${failed("prod-au", locked)}\nNo resources were changed.`,
      },
    });
    expect([backend.open("prod-au").history, backend.open("prod-au").outputs]).toEqual(production);
    expect(running(backend)).toEqual({ ...everywhere(next), staging: later });
  });

  test("is not assumed where a rule breaks on what only the update knows: staging is rolled back", async () => {
    const backend = await deployed();
    const broken = { stack: "staging", rule: "log-retention-is-set", resource: "staging", message: "set it" };
    backend.commit({ release: next, violations: [{ ...broken, unknownInPreview: true }] });
    const { stopped } = await release(backend);
    expect(stopped).toMatchObject({ stack: "staging" });
    expect(stopped?.why).toContain("breaks log-retention-is-set: set it");
    expect(running(backend)).toEqual(everywhere(first));
  });

  test("is not assumed where the policy pack stops working in the middle of the rehearsal", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    const progress = when(/^staging: a+ → b+$/, () => {
      backend.policyPack = "does not start";
    });
    await expect(release(backend, { progress })).rejects.toThrow(PolicyPackFailed);
    expect(historyOf(backend, "staging")).toEqual([`succeeded: release ${first}`]);
  });
});
