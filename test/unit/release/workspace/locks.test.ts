import type { Lock } from "../../../../release/workspace/engine.ts";
import { freeStack } from "../../../../release/workspace/locks.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";

/** A stack whose lock is seen like this, as long as there is one. */
async function freed(seenAs: (elapsed: number) => Lock | "gone") {
  const backend = new FakeBackend();
  const began = backend.clock.now();
  backend.lockFor("prod-au", () => {
    const lock = seenAs(backend.clock.now() - began);
    if (lock !== "gone") return lock;
    backend.open("prod-au").lock = undefined;
    return "free";
  });
  const lines: string[] = [];
  await freeStack(new FakeProcess(backend).workspace, "prod-au", (line) => void lines.push(line));
  return { locked: backend.open("prod-au").lock !== undefined, waited: backend.clock.now() - began, lines };
}

const cancelled = ["prod-au: the last update was interrupted; its lock is cancelled"];

describe("before an update", () => {
  test("a stack without a lock is not waited for", async () => {
    expect(await freed(() => "gone")).toEqual({ locked: false, waited: 0, lines: [] });
  });

  test("the lock of a dead process is cancelled at once", async () => {
    expect(await freed(() => "abandoned")).toEqual({ locked: false, waited: 0, lines: cancelled });
  });

  test("an engine that still runs is waited for until it ends, and nothing is cancelled", async () => {
    const ends = (elapsed: number) => (elapsed < 3_000 ? "held" : "gone");
    expect(await freed(ends)).toEqual({ locked: false, waited: 3_000, lines: [] });
  });

  test("the lock of an engine that dies while it is waited for is cancelled", async () => {
    const dies = (elapsed: number) => (elapsed < 3_000 ? "held" : "abandoned");
    expect(await freed(dies)).toEqual({ locked: false, waited: 3_000, lines: cancelled });
  });

  test("an engine that hangs is waited for one minute", async () => {
    expect(await freed(() => "held")).toEqual({ locked: false, waited: 60_000, lines: cancelled });
  });

  test("a lock that this machine cannot judge stays", async () => {
    expect(await freed(() => "free")).toEqual({ locked: true, waited: 0, lines: [] });
  });
});
