import { PolicyPackFailed } from "../../../../release/checks/policy-pack.ts";
import { releaseAll } from "../../../../release/promotion/release.ts";
import { update } from "../../../../release/promotion/update.ts";
import { type Ledger, readLedger } from "../../../../stacks/ledger.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, folder, historyOf, interruptedRelease, release, running, stage } from "../fake/orchestrate.ts";
import type { Declared } from "../fake/project.ts";

const [first, next, later] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"];
const QUEUE = "aws:sqs/queue:Queue";
const uncommitted = { settings: { "order-queue:uncommitted": "true" } };
const productionUpdated = (version: string) =>
  ["prod-au", "prod-eu"].flatMap((name) => [
    stage(name, "updated", `release ${version}`),
    stage(name, "watched", "no alarm"),
  ]);
const everywhere = (version: string) => ({ staging: version, "prod-au": version, "prod-eu": version });
const ledgerOf = (backend: FakeBackend, stack: string): Ledger => readLedger(backend.open(stack).outputs.ledger);

/** Runs something when a release prints a line like `at`. */
const when = (at: RegExp, act: () => void) => (line: string) => void (at.test(line) && act());

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

describe("a release from uncommitted files", () => {
  test("is stopped where a production stack does not take them", async () => {
    const backend = await deployed();
    backend.edit({ release: next });
    const why = `release ${next} comes from uncommitted files, which prod-au does not take: commit them`;
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [],
      stopped: { stack: "staging", by: "gate", why },
    });
    expect(running(backend)).toEqual(everywhere(first));
  });

  test("cannot be rehearsed back to, so a later release is stopped", async () => {
    const backend = new FakeBackend();
    backend.edit({});
    expect((await release(backend, { run: uncommitted })).completed).toBe(true);
    backend.commit({ release: next });
    const why =
      `prod-au runs release ${first}, which came from uncommitted files: going back to it cannot be rehearsed; ` +
      `break glass for release ${next} in prod-au's settings, with the reason`;
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [],
      stopped: { stack: "staging", by: "gate", why },
    });
  });

  test("is replaced without a rehearsal where the stacks take uncommitted files", async () => {
    const backend = new FakeBackend();
    backend.edit({});
    await release(backend, { run: uncommitted });
    backend.commit({ release: next });
    expect(await release(backend, { run: uncommitted })).toEqual({
      release: next,
      completed: true,
      stages: [stage("staging", "updated", `release ${next}`), ...productionUpdated(next)],
    });
  });

  test("is stopped at the gate of a production stack whose ledger does not have what it runs", async () => {
    const backend = new FakeBackend();
    backend.edit({});
    await release(backend, { run: uncommitted });
    const stack = backend.open("prod-au");
    stack.outputs = { ...stack.outputs, ledger: { ...ledgerOf(backend, "prod-au"), verified: [] } };
    backend.commit({ release: next });
    const why =
      `staging has verified release ${next} but not rehearsed the transition from ${first}, which prod-au runs. ` +
      "Mend: npx order-queue release";
    expect(await release(backend, { run: uncommitted })).toEqual({
      release: next,
      completed: false,
      stages: [stage("staging", "updated", `release ${next}`)],
      stopped: { stack: "prod-au", by: "gate", why },
    });
    expect(running(backend)).toEqual({ ...everywhere(first), staging: next });
  });
});

describe("a release is stopped before any stack is touched", () => {
  const queue = (stack: string, name: string, inputs: object, forces: string[] = []): Declared => ({
    type: QUEUE,
    name: `${stack}-${name}`,
    inputs,
    forces,
  });
  const onlyIn = (only: string, one: Declared) => (stack: string) => (stack === only ? [one] : []);
  const violation = { rule: "certificate-covers-routed-host", message: "it has another name than the listener" };

  test.each<[string, Parameters<FakeBackend["commit"]>[0], { by: string; why: string }]>([
    [
      "by a policy that staging's plan breaks",
      { violations: [{ stack: "staging", resource: "staging-shop", ...violation }] },
      {
        by: "policy",
        why: [
          "staging cannot be planned: refused by policy, 1 violation",
          "staging: staging-shop breaks certificate-covers-routed-host: it has another name than the listener",
        ].join("\n"),
      },
    ],
    [
      "by policies that a production plan breaks",
      { violations: ["acme", "bluegum"].map((resource) => ({ stack: "prod-au", resource, ...violation })) },
      {
        by: "policy",
        why: [
          "prod-au cannot be planned: refused by policy, 2 violations",
          "prod-au: acme breaks certificate-covers-routed-host: it has another name than the listener",
          "prod-au: bluegum breaks certificate-covers-routed-host: it has another name than the listener",
        ].join("\n"),
      },
    ],
    [
      "by a program that throws",
      { throws: { "prod-eu": "no zone in eu-west-1" } },
      { by: "preview", why: "prod-eu cannot be planned: no zone in eu-west-1" },
    ],
    [
      "by a plan that loses what cannot be made again",
      { resources: (stack) => [queue(stack, "orders", { fifoQueue: true }, ["fifoQueue"])] },
      {
        by: "preview",
        why: ["staging", "prod-au", "prod-eu"]
          .map(
            (stack) =>
              `${stack}: ${stack}-orders: the update would take it away: the orders in it are lost, and its address ` +
              "changes. Keep its logical name, parent and whatever forces a replacement, or give it an alias",
          )
          .join("\n"),
      },
    ],
    [
      "by what production has and staging has not",
      { resources: onlyIn("prod-au", queue("prod-au", "extra", {})) },
      {
        by: "parity",
        why: [
          `prod-au: ${QUEUE} {stack}-extra resource is "present", in staging undefined`,
          `prod-au would create ${QUEUE} {stack}-extra, which staging has not done (what staging would do now)`,
        ].join("\n"),
      },
    ],
  ])("%s", async (_, change, stopped) => {
    const backend = await deployed();
    const before = structuredClone([...backend.stacks]);
    backend.commit({ release: next, ...change });
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [],
      stopped: { stack: "staging", ...stopped },
    });
    expect([...backend.stacks]).toEqual(before);
  });

  test("by an operation of production that staging has not done", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { cidr: "10.9.0.0/16" });
    expect((await release(backend)).stopped).toEqual({
      stack: "staging",
      by: "parity",
      why: "prod-au would replace aws:ec2/vpc:Vpc {stack}, which staging has not done (what staging would do now)",
    });
  });

  test("by wrong settings, with no release known", async () => {
    const backend = await deployed();
    backend.configure("prod-au", { zones: "9" });
    expect((await release(backend)).stopped).toEqual({
      stack: "staging",
      by: "preview",
      why: [
        "prod-au cannot be planned: 1 setting is wrong; nothing was registered:",
        "  Pulumi.prod-au.yaml order-queue:zones: expected a whole number of availability zones, 2 to 3, got 9",
      ].join("\n"),
    });
  });

  test("by a policy pack that does not start, which is no verdict on the change", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    backend.policyPack = "does not start";
    await expect(release(backend)).rejects.toThrow(PolicyPackFailed);
    expect(running(backend)).toEqual(everywhere(first));
  });
});

describe("a bad release", () => {
  const failed = (stack: string, why: string) => `${stack} could not be deployed:\n${why}`;

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
      "staging has no earlier good update of another commit: no earlier update succeeded. " +
      "Commit before `pulumi up`, so that history names what ran.";
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

  test("is reported with both reasons where the rollback fails too", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    await release(backend);
    backend.commit({ release: later });
    // Another machine updates the stack: this one cannot see the lock, and the engine refuses.
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
        by: "verification",
        why: `${failed("prod-au", locked)}\nIt could not be rolled back: ${failed("prod-au", locked)}`,
      },
    });
    expect(running(backend)).toEqual({ ...everywhere(next), staging: later });
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

describe("an interrupted release resumes where it stopped", () => {
  const rehearsed = stage("staging", "rehearsed", `${first} → ${next}`);
  const unchanged = (stack: string) => stage(stack, "unchanged", `release ${next}`);
  const watched = (stack: string) => stage(stack, "watched", "no alarm");
  const auUpdated = stage("prod-au", "updated", `release ${next}`);
  const euUpdated = stage("prod-eu", "updated", `release ${next}`);

  const all = [rehearsed, auUpdated, watched("prod-au"), euUpdated, watched("prod-eu")];
  test.each<[string, RegExp, ReturnType<typeof stage>[]]>([
    ["before the rehearsal", /^staging: a+ → b+$/, all],
    ["before staging goes back", /^staging: back to a+$/, all],
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
      `${stack}: the last update was interrupted; its lock is cancelled`,
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

test("every stage and the whole release are timed", async () => {
  const { workspace } = new FakeProcess(new FakeBackend());
  const { seconds, stages } = await releaseAll(workspace, { folder, progress: () => {} });
  const sum = stages.reduce((all, each) => all + each.seconds, 0);
  expect(stages.every((each) => each.seconds > 0)).toBe(true);
  expect(seconds).toBeGreaterThanOrEqual(sum);
});
