/** The status of the in-memory stacks, as `order-queue status` reads it. */

import type { Head, StackStatus, Status } from "../../../../../release/operate/status/model.ts";
import { readStatus } from "../../../../../release/operate/status/read.ts";
import type { FakeBackend } from "../../fake/backend.ts";
import { FakeProcess } from "../../fake/engine.ts";
import { observe } from "../../fake/program.ts";
import { fakeReader } from "../../fake/reader.ts";

/** The working tree of the backend. */
const headOf = (backend: FakeBackend) => (): Head => ({
  release: backend.tree.release,
  of(stack) {
    try {
      return observe(backend, backend.tree, stack, {});
    } catch (error) {
      return { problem: (error as Error).message };
    }
  },
  subject: (commit) => backend.commits.get(commit)?.subject,
});

/** The status now. */
export function statusOfAll(backend: FakeBackend, reader = fakeReader(backend)): Promise<Status> {
  const { alarms, clock, stacks } = new FakeProcess(backend).workspace;
  return readStatus({ reader, alarms, clock, stacks, head: headOf(backend) });
}

/** The status of one stack now. */
export async function statusIn(
  backend: FakeBackend,
  stack: string,
  reader = fakeReader(backend),
): Promise<StackStatus> {
  const found = (await statusOfAll(backend, reader)).stacks.find((one) => one.stack === stack);
  if (!found) throw new Error(`no status of ${stack}`);
  return found;
}
