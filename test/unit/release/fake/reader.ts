/** What a backend keeps, read from the in-memory one; its checkpoint has what `pulumi stack export` has. */
import type { HeldLock, StackReader } from "../../../../release/workspace/stack-reader.ts";
import type { FakeBackend } from "./backend.ts";
import { FakeProcess } from "./engine.ts";

/** A reader of the backend. */
export function fakeReader(backend: FakeBackend): StackReader {
  const { engine } = new FakeProcess(backend).workspace;
  return {
    deployment: async (stack) => ({
      ...((await engine.deployment(stack)) as object),
      pending_operations: backend.open(stack).pending ?? [],
    }),
    updates: async (stack) => {
      const { history } = backend.open(stack);
      return history.map((entry, index) => ({
        ...{ version: history.length - index, at: Date.parse(entry.endTime) },
        read: async () => entry,
      }));
    },
    locks: async (stack): Promise<HeldLock[]> => {
      const { lock } = backend.open(stack);
      const abandoned = lock?.seenAs() === "abandoned";
      return lock ? [{ owner: "operator@elsewhere (process 7)", since: lock.since, abandoned }] : [];
    },
    tags: async (stack) => backend.open(stack).tags ?? {},
  };
}
