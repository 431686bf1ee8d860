import { rollback } from "../../../../release/promotion/rollback.ts";
import { update } from "../../../../release/promotion/update.ts";
import type { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, folder, historyOf, quiet, release, running, stage } from "../fake/orchestrate.ts";
import { first, next, updatedAndWatched, when } from "./releases.ts";

/** Three stacks at the first release, with the next one committed. */
async function prepared(): Promise<FakeBackend> {
  const backend = await deployed();
  backend.commit({ release: next });
  return backend;
}

/** What another command does to a stack at the moment when the release prints a line like `at`. */
async function releasedBeside(backend: FakeBackend, at: RegExp, act: () => Promise<unknown>) {
  let acted: Promise<unknown> | undefined;
  const progress = when(at, () => {
    acted ??= act();
  });
  const released = await release(backend, { progress });
  await acted;
  return released;
}

const why = (stack: string, newest: number, known: number) =>
  `${stack} was updated by another command (update ${newest}; this command knows of ${known}) and is left as it is. ` +
  "Fix: npx order-queue preview, then release again";

describe("beside another command, a release", () => {
  test("stops before the next stack where production was rolled back while it was watched", async () => {
    const backend = await prepared();
    const other = new FakeProcess(backend);
    const released = await releasedBeside(backend, /^prod-au: its alarms are watched/, () =>
      rollback(other.workspace, "prod-au", { folder, progress: quiet }),
    );
    expect(released).toEqual({
      release: next,
      completed: false,
      stages: [stage("staging", "rehearsed", `${first} → ${next}`), ...updatedAndWatched(next, "prod-au")],
      stopped: { stack: "prod-au", by: "conflict", why: why("prod-au", 3, 2) },
    });
    expect(running(backend)).toEqual({ staging: next, "prod-au": first, "prod-eu": first });
  });

  test("does not touch a production stack that was updated after it was planned", async () => {
    const backend = await prepared();
    const other = new FakeProcess(backend);
    const again = () => update(other.workspace, "prod-eu", { progress: quiet, message: "again" });
    const released = await releasedBeside(backend, /^prod-au: its alarms are watched/, again);
    expect(released.stopped).toEqual({ stack: "prod-eu", by: "conflict", why: why("prod-eu", 2, 1) });
    expect(historyOf(backend, "prod-eu")).toEqual(["succeeded: again", `succeeded: release ${first}`]);
  });

  test("names the owner of a lock that is held, and changes nothing", async () => {
    const backend = await prepared();
    backend.lockFor("staging", () => "held");
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [],
      stopped: {
        stack: "staging",
        by: "conflict",
        why:
          "staging is locked by operator@elsewhere (process 7) since noon. No resources were changed. Fix: wait until that " +
          "update has finished and run the command again, or add --break-lock if you know that it no longer runs",
      },
    });
    expect(historyOf(backend, "staging")).toEqual([`succeeded: release ${first}`]);
  });

  test("breaks that lock where a person asks for it", async () => {
    const backend = await prepared();
    backend.lockFor("staging", () => "held");
    expect(await release(backend, { breakLock: true })).toMatchObject({ completed: true });
  });
});

test("an update that fails before it changes anything is not rolled back", async () => {
  const backend = await prepared();
  const progress = when(/^prod-au: its alarms are watched/, () => {
    backend.tree = { ...backend.tree, throws: { "prod-eu": "no hosted zone" } };
  });
  const { stages, stopped } = await release(backend, { progress });
  expect(stages.at(-1)).toEqual(stage("prod-au", "watched", "no alarm"));
  expect(stopped).toEqual({
    stack: "prod-eu",
    by: "update",
    why: "prod-eu could not be deployed:\nno hosted zone\nNo resources were changed.",
  });
  expect(historyOf(backend, "prod-eu")).toEqual([`failed: release ${next}`, `succeeded: release ${first}`]);
});
