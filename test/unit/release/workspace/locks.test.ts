import type { Lock } from "../../../../release/workspace/engine.ts";
import { freeStack, StackLocked } from "../../../../release/workspace/locks.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";

/** A stack whose lock is seen like this, as long as there is one. */
async function freed(seenAs: (elapsed: number) => Lock | "gone", breakLock = false) {
  const backend = new FakeBackend();
  const began = backend.clock.now();
  backend.lockFor("prod-au", () => {
    const lock = seenAs(backend.clock.now() - began);
    if (lock !== "gone") return lock;
    backend.open("prod-au").lock = undefined;
    return "free";
  });
  const lines: string[] = [];
  const result = freeStack(new FakeProcess(backend).workspace, "prod-au", (line) => void lines.push(line), breakLock);
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const locked = backend.open("prod-au").lock !== undefined;
  return { locked, waited: backend.clock.now() - began, lines, ...(error !== undefined && { error }) };
}

const owner = "operator@elsewhere (process 7) since noon";
const removed = "prod-au: the last update was interrupted; its lock is removed";
const waiting = `prod-au: waiting for ${owner}, which holds its lock`;

describe("before an update", () => {
  test("a stack without a lock is not waited for", async () => {
    expect(await freed(() => "gone")).toEqual({ locked: false, waited: 0, lines: [] });
  });

  test("the lock of a dead process is removed at once", async () => {
    expect(await freed(() => "abandoned")).toEqual({ locked: false, waited: 0, lines: [removed] });
  });

  test("an engine that still runs is waited for until it stops", async () => {
    const ends = (elapsed: number) => (elapsed < 3_000 ? "held" : "gone");
    expect(await freed(ends)).toEqual({ locked: false, waited: 3_000, lines: [waiting] });
  });

  test("the lock of an engine that dies while it is waited for is removed", async () => {
    const dies = (elapsed: number) => (elapsed < 3_000 ? "held" : "abandoned");
    expect(await freed(dies)).toEqual({ locked: false, waited: 3_000, lines: [waiting, removed] });
  });

  test("a lock whose process still runs after a minute is left, and its owner is named", async () => {
    const error = new StackLocked(
      `prod-au is locked by ${owner}. No resources were changed. Fix: wait until that update has finished and run the ` +
        "command again, or add --break-lock if you know that it no longer runs",
    );
    expect(await freed(() => "held")).toEqual({ locked: true, waited: 60_000, lines: [waiting], error });
  });

  test("a lock that this machine cannot judge stays", async () => {
    expect(await freed(() => "free")).toEqual({ locked: true, waited: 0, lines: [] });
  });

  test.each<Lock>(["held", "free"])(
    "a %s lock is removed when a person asks for it, and its owner is named",
    async (lock) => {
      const lines = [`prod-au: the lock of ${owner} is broken`];
      expect(await freed(() => lock, true)).toEqual({ locked: false, waited: 0, lines });
    },
  );
});
