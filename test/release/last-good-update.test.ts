import { lastGood, NothingToRollBackTo, parseHistory, rollbackMessage, type Update } from "../../release/history.ts";

const update = (version: number, commit: string, more: Partial<Update> = {}): Update => ({
  version,
  kind: "update",
  result: "succeeded",
  message: "",
  commit,
  dirty: false,
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

  test("passes over previews, refreshes and updates from uncommitted files", () => {
    const history = [
      update(5, "ccc"),
      update(4, "bbb", { kind: "refresh" }),
      update(3, "bbb", { dirty: true }),
      update(2, "aaa"),
    ];
    expect(lastGood("prod-au", history).update.version).toBe(2);
  });

  test("is refused in words when there is none", () => {
    expect(() => lastGood("prod-au", [])).toThrow(NothingToRollBackTo);
    expect(() => lastGood("prod-au", [update(2, "bbb"), update(1, "aaa", { dirty: true })])).toThrow(
      "prod-au has no earlier good update of another commit: of 1 earlier good update 1 came from uncommitted files and the others from the same commit.",
    );
  });
});

test("history as the file backend prints it is counted from the oldest", () => {
  const entry = (message: string, head: string) => ({
    kind: "update",
    result: "succeeded",
    message,
    endTime: "2026-07-28T22:49:00.000Z",
    environment: { "git.head": head, "git.dirty": "false" },
  });
  expect(parseHistory(JSON.stringify([entry("second", "bbb"), entry("first", "aaa")]))).toEqual([
    update(2, "bbb", { message: "second" }),
    update(1, "aaa", { message: "first" }),
  ]);
});
