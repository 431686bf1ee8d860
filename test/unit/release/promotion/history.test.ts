import {
  lastGood,
  NothingToRollBackTo,
  namedUpdate,
  parseHistory,
  rollbackMessage,
  type Update,
} from "../../../../release/promotion/history.ts";
import { emptyLedger, enterVerified, type Verified } from "../../../../stacks/ledger.ts";

const update = (version: number, commit: string, more: Partial<Update> = {}): Update => ({
  version,
  kind: "update",
  result: "succeeded",
  message: "",
  partial: false,
  commit,
  dirty: false,
  startTime: "2026-07-28T22:48:00.000Z",
  endTime: "2026-07-28T22:49:00.000Z",
  ...more,
});

describe("the last good update of a stack's history", () => {
  test("is the last one of another commit when what runs is good itself", () => {
    const history = [update(4, "ccc"), update(3, "ccc"), update(2, "bbb"), update(1, "aaa")];
    expect(lastGood("prod-au", history)).toMatchObject({ update: { version: 2 }, commit: "bbb" });
  });

  test("is the last that succeeded when the latest failed, even of the same commit", () => {
    const history = [update(3, "bbb", { result: "failed" }), update(2, "bbb"), update(1, "aaa")];
    expect(lastGood("prod-au", history)).toMatchObject({ update: { version: 2 }, why: "update 3 failed" });
  });

  test("goes one further back after a rollback", () => {
    const target = { update: update(2, "bbb"), commit: "bbb", why: "" };
    const history = [
      update(4, "bbb", { message: rollbackMessage(target) }),
      update(3, "ccc"),
      update(2, "bbb"),
      update(1, "aaa"),
    ];
    expect(lastGood("prod-au", history).update.version).toBe(1);
  });

  test("is what an earlier rollback returned to, not what that one rolled back", () => {
    const target = { update: update(1, "aaa"), commit: "aaa", why: "" };
    const history = [
      update(4, "ccc"),
      update(3, "aaa", { message: rollbackMessage(target) }),
      update(2, "bbb"),
      update(1, "aaa"),
    ];
    expect(lastGood("prod-au", history)).toMatchObject({ update: { version: 1 }, commit: "aaa" });
  });

  test("passes over previews, refreshes, partial updates and updates from uncommitted files", () => {
    const history = [
      update(6, "ccc"),
      update(5, "bbb", { partial: true }),
      update(4, "bbb", { kind: "refresh" }),
      update(3, "bbb", { dirty: true }),
      update(2, "aaa"),
    ];
    expect(lastGood("prod-au", history).update.version).toBe(2);
  });

  test("is refused in words when there is none", () => {
    expect(() => lastGood("prod-au", [])).toThrow(NothingToRollBackTo);
    expect(() => lastGood("prod-au", [update(2, "bbb"), update(1, "aaa", { dirty: true })])).toThrow(
      "prod-au: has no earlier good update of another commit: of 1 earlier good update 1 came from uncommitted files and the others from the same commit.",
    );
  });

  test("is refused after a rollback to the first, with the way to a later one", () => {
    const back = update(3, "aaa", { message: "rollback to update 1 (commit aaa)" });
    expect(() => lastGood("prod-au", [back, update(2, "bbb"), update(1, "aaa")])).toThrow(
      "prod-au: was rolled back to update 1, and no update before that succeeded. " +
        "Fix: npx order-queue rollback prod-au --to UPDATE, of those that npx order-queue history prod-au lists",
    );
  });
});

test("an update with a flag that leaves out resources is partial", () => {
  const entry = { kind: "update", result: "succeeded", message: "", startTime: "", endTime: "" };
  const flags = [{ "pulumi.flag.target": "set" }, { "pulumi.flag.yes": "true" }, {}];
  const history = parseHistory(JSON.stringify(flags.map((environment) => ({ ...entry, environment }))));
  expect(history.map(({ partial }) => partial)).toEqual([true, false, false]);
});

test("history as the file backend prints it is counted from the oldest", () => {
  const entry = (message: string, head: string) => ({
    kind: "update",
    result: "succeeded",
    message,
    startTime: "2026-07-28T22:48:00.000Z",
    endTime: "2026-07-28T22:49:00.000Z",
    environment: { "git.head": head, "git.dirty": "false" },
  });
  expect(parseHistory(JSON.stringify([entry("second", "bbb"), entry("first", "aaa")]))).toEqual([
    update(2, "bbb", { message: "second" }),
    update(1, "aaa", { message: "first" }),
  ]);
});

describe("a named update", () => {
  const history = [
    update(4, "ddd", { dirty: true }),
    update(3, "ccc", { result: "failed" }),
    update(2, "bbb", { kind: "refresh" }),
    update(1, "aaa"),
  ];

  test("can be rolled back to when it succeeded from a commit", () => {
    expect(namedUpdate("prod-au", history, 1)).toMatchObject({ commit: "aaa", why: "as asked" });
  });

  test.each([
    [4, "it came from uncommitted files"],
    [3, "it failed"],
    [2, "it was a refresh"],
    [9, "its history has updates 1 to 4"],
  ])("like %i cannot: %s", (version, why) => {
    expect(() => namedUpdate("prod-au", history, version)).toThrow(
      new NothingToRollBackTo(
        `prod-au: cannot be rolled back to update ${version}: ${why}. Fix: choose another one of pulumi stack history -s prod-au`,
      ),
    );
  });
});

describe("the stack's own ledger says whether the files that count were uncommitted", () => {
  const minute = (start: number) => new Date(Date.parse("2026-11-23T00:00:00.000Z") + start * 60_000).toISOString();
  const updated = (start: number) => ({
    kind: "update",
    result: "succeeded",
    message: "",
    startTime: minute(start),
    endTime: minute(start + 1),
    environment: { "git.head": `commit-${start}`, "git.dirty": "true" },
  });
  const verified = (start: number): Verified => ({
    ...{ release: "r", image: "", commit: `commit-${start}`, dirty: false, checks: 4 },
    at: minute(start + 0.9),
  });

  test("for an update that it has", () => {
    const json = JSON.stringify([updated(0)]);
    expect(parseHistory(json)[0]?.dirty).toBe(true);
    expect(parseHistory(json, [verified(0)])[0]?.dirty).toBe(false);
  });

  test("also when its verification ended in the second of its end, of which the history has no fractions", () => {
    const at = (milliseconds: number) => ({
      ...verified(0),
      at: new Date(Date.parse(minute(1)) + milliseconds).toISOString(),
    });
    const json = JSON.stringify([updated(0)]);
    expect(parseHistory(json, [at(999)])[0]?.dirty).toBe(false);
    expect(parseHistory(json, [at(1000)])[0]?.dirty).toBe(true);
  });

  test("also when settings alone have changed since, so that a rollback finds the update before", () => {
    const ledger = [verified(0), verified(5)].reduce(enterVerified, emptyLedger);
    const history = parseHistory(JSON.stringify([updated(5), updated(0)]), ledger.verified);
    expect(lastGood("prod-au", history)).toMatchObject({ update: { version: 1 }, commit: "commit-0" });
  });
});
