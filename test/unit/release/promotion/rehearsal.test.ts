import { advance, rehearse } from "../../../../release/promotion/rehearsal.ts";
import { UpdateFailed } from "../../../../release/promotion/update.ts";
import { PolicyPackFailed } from "../../../../release/workspace/policy-pack.ts";
import { readLedger } from "../../../../stacks/ledger.ts";
import type { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, folder, historyOf, quiet } from "../fake/orchestrate.ts";

const [first, next] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];
const commit = "c1".padEnd(40, "0");
const transition = { from: first, to: next, commit };
const there = `rehearsal of ${first} → ${next}`;
const back = `${there}: back to ${first}`;

const open = (backend: FakeBackend) => new FakeProcess(backend).workspace;
const transitionsOf = (backend: FakeBackend) => readLedger(backend.open("staging").outputs.ledger).transitions;

const updated = async () => {};

/** Staging at the first release, with the next one committed. */
async function prepared(): Promise<FakeBackend> {
  const backend = await deployed();
  backend.commit({ release: next });
  return backend;
}

async function rehearsed(backend: FakeBackend): Promise<string[]> {
  const lines: string[] = [];
  await rehearse(open(backend), transition, { folder, progress: (line) => void lines.push(line), updated });
  return lines.filter((line) => !line.includes("deployed and verified"));
}

describe("a rehearsal", () => {
  test("makes the transition, rolls back, and makes it again", async () => {
    const backend = await prepared();
    expect(await rehearsed(backend)).toEqual([
      `staging: ${first} → ${next}`,
      `staging: back to ${first}`,
      `staging: ${first} → ${next}`,
    ]);
    expect(historyOf(backend, "staging")).toEqual(
      [there, back, there, `release ${first}`].map((message) => `succeeded: ${message}`),
    );
    expect(transitionsOf(backend)).toMatchObject([{ from: first, to: next }]);
  });

  test("rolls back with the program and the stack file of the old commit", async () => {
    const backend = await prepared();
    backend.configure("staging", { logRetentionDays: "60" });
    await rehearsed(backend);
    const heads = backend.open("staging").history.map(({ environment }) => environment["git.head"]);
    const now = backend.tree.commit;
    expect(heads).toEqual([now, commit, now, commit]);
  });

  test("does nothing where it is complete already", async () => {
    const backend = await prepared();
    await rehearsed(backend);
    const before = structuredClone(backend.open("staging"));
    expect(await rehearsed(backend)).toEqual([]);
    expect(backend.open("staging")).toEqual(before);
  });

  test("takes staging to the old release first where staging runs another one", async () => {
    const backend = await prepared();
    const { workspace } = new FakeProcess(backend);
    const other = backend.commit({ release: "dddddddddddd" });
    await advance(workspace, "release dddddddddddd", { progress: quiet });
    backend.commit({ ...backend.commits.get("c2".padEnd(40, "0")) });
    await rehearsed(backend);
    expect(historyOf(backend, "staging").slice(0, 5)).toEqual(
      [there, back, there, back, `release ${other.release}`].map((message) => `succeeded: ${message}`),
    );
    expect(transitionsOf(backend)).toMatchObject([{ from: first, to: next }]);
  });

  test("fails where the old release cannot be deployed again, and leaves no worktree", async () => {
    const backend = await prepared();
    const old = backend.commits.get(commit);
    if (old) backend.commits.set(commit, { ...old, broken: { staging: "expired image" } });
    await expect(rehearsed(backend)).rejects.toThrow(new UpdateFailed("staging could not be deployed:\nexpired image"));
    expect(historyOf(backend, "staging").slice(0, 2)).toEqual([`failed: ${back}`, `succeeded: ${there}`]);
    expect(transitionsOf(backend)).toEqual([]);
    expect(backend.worktrees).toEqual(new Set());
  });

  test("fails where the old commit does not exist", async () => {
    const backend = await prepared();
    const gone = rehearse(
      open(backend),
      { ...transition, commit: "f".repeat(40) },
      { folder, progress: quiet, updated },
    );
    await expect(gone).rejects.toThrow(`invalid reference: ${"f".repeat(40)}`);
    expect(historyOf(backend, "staging")[0]).toBe(`succeeded: ${there}`);
  });
});

describe("an update of staging", () => {
  test("is not attempted where it cannot be planned", async () => {
    const backend = await deployed();
    backend.commit({ release: next, throws: { staging: "no hosted zone" } });
    await expect(advance(open(backend), "message", { progress: quiet })).rejects.toThrow(
      new UpdateFailed("staging cannot be planned:\nno hosted zone"),
    );
    expect(historyOf(backend, "staging")).toHaveLength(1);
  });

  test("is not attempted where the policy pack does not start, or takes no part", async () => {
    const backend = await prepared();
    for (const state of ["does not start", "takes no part"] as const) {
      backend.policyPack = state;
      await expect(advance(open(backend), "message", { progress: quiet })).rejects.toThrow(PolicyPackFailed);
    }
    expect(historyOf(backend, "staging")).toHaveLength(1);
  });

  test("notes in the ledger what it created, replaced and deleted", async () => {
    const backend = await deployed();
    const QUEUE = "aws:sqs/queue:Queue";
    backend.commit({ resources: (stack) => [{ type: QUEUE, name: `${stack}-new`, inputs: {} }] });
    await advance(open(backend), "one queue more", { progress: quiet });
    backend.commit({ resources: () => [] });
    await advance(open(backend), "one queue less", { progress: quiet });
    const { verified } = readLedger(backend.open("staging").outputs.ledger);
    expect(verified.map(({ operations }) => operations)).toEqual([
      [`delete ${QUEUE} {stack}-new`],
      [`create ${QUEUE} {stack}-new`],
      [],
    ]);
  });
});
