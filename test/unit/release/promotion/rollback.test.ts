import { NothingToRollBackTo } from "../../../../release/promotion/history.ts";
import { type Rollback, RollbackRefused, rollback } from "../../../../release/promotion/rollback.ts";
import { UpdateFailed } from "../../../../release/promotion/update.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, folder, historyOf, quiet, running } from "../fake/orchestrate.ts";
import type { Version } from "../fake/project.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const commitOf = (number: number) => `c${number}`.padEnd(40, "0");

/** A raw `pulumi up` of the working tree. */
async function up(backend: FakeBackend, stack: string): Promise<void> {
  const { engine } = new FakeProcess(backend).workspace;
  await (await engine.openToRun(stack)).update({ onEvent: () => {} });
}

/** A raw `pulumi up` that the engine reports as failed. */
const failedUp = (backend: FakeBackend, stack: string) => expect(up(backend, stack)).rejects.toThrow("error:");

/** A rollback without what the clock decides. */
async function rolledBack(
  backend: FakeBackend,
  stack: string,
  options: { to?: number; dryRun?: boolean; progress?: (line: string) => void } = {},
): Promise<Omit<Rollback, "seconds" | "target"> & { to: number; commit: string; why: string }> {
  const { workspace } = new FakeProcess(backend);
  const { target, seconds, ...done } = await rollback(workspace, stack, { folder, progress: quiet, ...options });
  return { ...done, to: target.update.version, commit: target.commit, why: target.why };
}

const retention = (backend: FakeBackend) =>
  backend.open("prod-eu").state.find(({ type }) => type === LOG_GROUP)?.inputs.retentionInDays;

/** prod-eu keeps its logs for 90, 60 and then 30 days, in updates 1 to 3. */
async function withThreeUpdates(): Promise<FakeBackend> {
  const backend = await deployed();
  for (const days of ["60", "30"]) {
    backend.configure("prod-eu", { logRetentionDays: days });
    await up(backend, "prod-eu");
  }
  return backend;
}

const change = (op: "update", type: string, name: string, changed: string[]) => ({
  op,
  urn: `urn:pulumi:prod-eu::order-queue::${type}::${name}`,
  type,
  name,
  replacedBy: [],
  changed,
});
const asked = change("update", "pulumi-nodejs:dynamic/order-queue:Verification", "prod-eu", ["asked"]);
const provided = change("update", "pulumi:providers:pulumi-nodejs", "default", ["logRetentionDays"]);
const kept = change("update", LOG_GROUP, "prod-eu", ["retentionInDays"]);

describe("a rollback", () => {
  test("takes the stack to the last good update of another commit", async () => {
    const backend = await withThreeUpdates();
    const lines: string[] = [];
    const done = await rolledBack(backend, "prod-eu", { progress: (line) => void lines.push(line) });
    expect(done).toEqual({
      stack: "prod-eu",
      to: 2,
      commit: commitOf(2),
      why: "the last good update of another commit",
      steps: [kept, provided, asked],
      done: true,
    });
    expect(retention(backend)).toBe(60);
    expect(lines[0]).toBe("prod-eu: back to update 2, commit c20000000000 (the last good update of another commit)");
    expect(historyOf(backend, "prod-eu")[0]).toBe("succeeded: rollback to update 2 (commit c20000000000)");
    expect(backend.worktrees).toEqual(new Set());
  });

  test("goes one update further each time", async () => {
    const backend = await withThreeUpdates();
    await rolledBack(backend, "prod-eu");
    expect((await rolledBack(backend, "prod-eu")).to).toBe(1);
    expect(retention(backend)).toBe(90);
    await expect(rolledBack(backend, "prod-eu")).rejects.toThrow(NothingToRollBackTo);
  });

  test("changes nothing in a dry run, and reports what it would change", async () => {
    const backend = await withThreeUpdates();
    const before = structuredClone(backend.open("prod-eu"));
    expect(await rolledBack(backend, "prod-eu", { dryRun: true })).toEqual({
      stack: "prod-eu",
      to: 2,
      commit: commitOf(2),
      why: "the last good update of another commit",
      steps: [kept, provided, asked],
      done: false,
    });
    expect(backend.open("prod-eu")).toEqual(before);
    expect(backend.worktrees).toEqual(new Set());
  });

  test("takes the stack to a named update", async () => {
    const backend = await withThreeUpdates();
    expect(await rolledBack(backend, "prod-eu", { to: 1 })).toMatchObject({ to: 1, why: "as asked", done: true });
    expect(retention(backend)).toBe(90);
  });

  test("takes the stack to the last update that succeeded after one that failed", async () => {
    const backend = await withThreeUpdates();
    backend.commit({ broken: { "prod-eu": "no healthy target" } });
    await failedUp(backend, "prod-eu");
    expect(await rolledBack(backend, "prod-eu")).toMatchObject({ to: 3, why: "update 4 failed" });
    expect(running(backend)["prod-eu"]).toBe("aaaaaaaaaaaa");
  });

  test("is judged by the policy pack of its own commit, before and while it changes anything", async () => {
    const backend = await withThreeUpdates();
    const before = structuredClone(backend.open("prod-eu"));
    const target = backend.commits.get(commitOf(2)) as Version;
    const broken = { stack: "prod-eu", rule: "log-retention-is-set", resource: "prod-eu", message: "set it" };
    const refusal =
      "policy: 1 finding\n  prod-eu: prod-eu: breaks log-retention-is-set: set it. " +
      "Fix: change what the program registers, so that it keeps log-retention-is-set";
    backend.commits.set(commitOf(2), { ...target, violations: [broken] });
    await expect(rolledBack(backend, "prod-eu")).rejects.toThrow(
      new RollbackRefused(`prod-eu: the rollback cannot be planned. No resources were changed.\n${refusal}`),
    );
    expect(backend.open("prod-eu")).toEqual(before);
    backend.commits.set(commitOf(2), { ...target, violations: [{ ...broken, unknownInPreview: true }] });
    await expect(rolledBack(backend, "prod-eu")).rejects.toThrow(
      new UpdateFailed(`prod-eu could not be deployed:\n${refusal}`),
    );
    backend.commits.set(commitOf(2), target);
    backend.policyPack = "takes no part";
    await expect(rolledBack(backend, "prod-eu")).rejects.toThrow("the policy pack took no part in the plan");
  });

  test("passes the gate with a release that staging does not run any more", async () => {
    const backend = await deployed();
    backend.commit({ release: "bbbbbbbbbbbb" });
    const staging = new FakeProcess(backend).workspace;
    await (await staging.engine.openToRun("staging")).update({ onEvent: () => {} });
    backend.configure("prod-au", { breakGlass: JSON.stringify({ release: "bbbbbbbbbbbb", reason: "AU is down" }) });
    await up(backend, "prod-au");
    expect(running(backend)["prod-au"]).toBe("bbbbbbbbbbbb");
    expect(await rolledBack(backend, "prod-au")).toMatchObject({ to: 1, commit: commitOf(1), done: true });
    expect(running(backend)["prod-au"]).toBe("aaaaaaaaaaaa");
  });

  test("frees the stack of a killed update first", async () => {
    const backend = await withThreeUpdates();
    backend.lockFor("prod-eu", () => "abandoned");
    const lines: string[] = [];
    await rolledBack(backend, "prod-eu", { progress: (line) => void lines.push(line) });
    expect(lines[0]).toBe("prod-eu: the last update was interrupted; its lock is removed");
    expect(retention(backend)).toBe(60);
  });
});

describe("no rollback is made", () => {
  test("of a stack without updates", async () => {
    const backend = new FakeBackend();
    backend.open("prod-eu");
    await expect(rolledBack(backend, "prod-eu")).rejects.toThrow(
      new NothingToRollBackTo("prod-eu: has no update to roll back to. Fix: npx order-queue release"),
    );
  });

  test("to an update that is not in the history", async () => {
    const backend = await withThreeUpdates();
    await expect(rolledBack(backend, "prod-eu", { to: 99 })).rejects.toThrow(
      new NothingToRollBackTo(
        "prod-eu: cannot be rolled back to update 99: its history has updates 1 to 3. " +
          "Fix: choose another one of pulumi stack history -s prod-eu",
      ),
    );
  });

  test("to uncommitted files", async () => {
    const backend = new FakeBackend();
    backend.edit({});
    const { engine } = new FakeProcess(backend).workspace;
    const run = { settings: { "order-queue:uncommitted": "true" } };
    await (await engine.openToRun("staging")).update({ onEvent: () => {}, run });
    await expect(rolledBack(backend, "staging", { to: 1 })).rejects.toThrow("it came from uncommitted files");
  });

  const certificate = (stack: string) => [{ type: CERTIFICATE, name: `${stack}-shop`, inputs: { domainName: "shop" } }];
  test.each<[string, Partial<Version>, string]>([
    [
      "where a certificate in use would be deleted",
      { resources: certificate },
      [
        "prod-eu: is not rolled back to update 1. No resources were changed.",
        "rollback: 1 finding",
        `  prod-eu: ${CERTIFICATE} prod-eu-shop: is in use and would be deleted. ` +
          "Fix: choose an update that has it: npx order-queue rollback prod-eu --to UPDATE",
      ].join("\n"),
    ],
    [
      "where the engine refuses to delete a protected resource",
      { resources: (stack) => [{ type: "aws:ecs/cluster:Cluster", name: `${stack}-more`, inputs: {}, protect: true }] },
      [
        "prod-eu: the rollback cannot be planned. No resources were changed.",
        'resource "urn:pulumi:prod-eu::order-queue::aws:ecs/cluster:Cluster::prod-eu-more" cannot be deleted because it is protected',
      ].join("\n"),
    ],
  ])("%s", async (_, more, message) => {
    const backend = await deployed();
    backend.commit(more);
    await up(backend, "prod-eu");
    const before = structuredClone(backend.open("prod-eu"));
    await expect(rolledBack(backend, "prod-eu")).rejects.toThrow(new RollbackRefused(message));
    await expect(rolledBack(backend, "prod-eu", { dryRun: true })).rejects.toThrow(RollbackRefused);
    expect(backend.open("prod-eu")).toEqual(before);
    expect(backend.worktrees).toEqual(new Set());
  });

  test("where the old program cannot be planned", async () => {
    const backend = await withThreeUpdates();
    const old = backend.commits.get(commitOf(2)) as Version;
    backend.commits.set(commitOf(2), { ...old, throws: { "prod-eu": "no secret order-queue/prod-eu/acme" } });
    await expect(rolledBack(backend, "prod-eu")).rejects.toThrow(
      new RollbackRefused(
        "prod-eu: the rollback cannot be planned. No resources were changed.\nno secret order-queue/prod-eu/acme",
      ),
    );
    expect(retention(backend)).toBe(30);
  });
});

test("a rollback whose verification fails is recorded as failed, and leaves no worktree", async () => {
  const backend = await withThreeUpdates();
  const old = backend.commits.get(commitOf(2)) as Version;
  backend.commits.set(commitOf(2), { ...old, broken: { "prod-eu": "no healthy target" } });
  await expect(rolledBack(backend, "prod-eu")).rejects.toThrow(
    new UpdateFailed("prod-eu could not be deployed:\nno healthy target"),
  );
  expect(historyOf(backend, "prod-eu")[0]).toBe("failed: rollback to update 2 (commit c20000000000)");
  expect(backend.worktrees).toEqual(new Set());
});
