/** `order-queue release` and freeze windows of production stacks. */
import { rollback } from "../../../../release/promotion/rollback.ts";
import { FakeProcess } from "../fake/engine.ts";
import { deployed, folder, historyOf, quiet, release, running } from "../fake/orchestrate.ts";

/** The clock of the fake begins on 28 July 2026, a Tuesday. */
const freeze = JSON.stringify([{ from: "Tue 00:00", to: "Wed 00:00", reason: "the sale of the month" }]);
const words = "releases are frozen until 2026-07-29T00:00 UTC (2026-07-29T00:00:00.000Z): the sale of the month";
const next = { release: "bbbbbbbbbbbb" };

async function frozen(stack: string) {
  const backend = await deployed();
  backend.configure(stack, { freeze });
  return backend;
}

test("a release is refused before staging changes, whichever stack is frozen", async () => {
  const backend = await frozen("prod-eu");
  backend.commit(next);
  const before = historyOf(backend, "staging");
  const { completed, stages, stopped } = await release(backend);
  expect({ completed, stages, stopped }).toEqual({
    ...{ completed: false, stages: [] },
    stopped: {
      ...{ stack: "prod-eu", by: "gate" },
      why: `${words}. Fix: wait until then and run npx order-queue release, or set order-queue:breakGlass in Pulumi.prod-eu.yaml for release bbbbbbbbbbbb, with the reason`,
    },
  });
  expect(historyOf(backend, "staging")).toEqual(before);
});

test("changed settings of the release that runs are refused as well, and a stack that would not change is not", async () => {
  const backend = await frozen("prod-eu");
  expect((await release(backend)).completed).toBe(true);
  backend.configure("prod-eu", { logRetentionDays: "30" });
  expect((await release(backend)).stopped).toMatchObject({ stack: "prod-eu", by: "gate" });
});

test("after the window the release is made", async () => {
  const backend = await frozen("prod-eu");
  backend.commit(next);
  backend.pass(86_400_000);
  expect((await release(backend)).completed).toBe(true);
  expect(running(backend)).toEqual({ staging: next.release, "prod-au": next.release, "prod-eu": next.release });
});

test("a window that begins during the release stops the stack whose turn comes after that", async () => {
  const backend = await deployed();
  const [from, to] = ["2026-07-28T01:00", "2026-07-28T05:00"];
  backend.configure("prod-eu", { freeze: JSON.stringify([{ from, to, reason: "a broadcast" }]) });
  backend.commit(next);
  backend.afterUpdate = (stack) => void (stack === "prod-au" && backend.pass(3_600_000));
  expect((await release(backend)).stopped).toMatchObject({ stack: "prod-eu", by: "gate" });
  expect(running(backend)).toMatchObject({ "prod-au": next.release, "prod-eu": "aaaaaaaaaaaa" });
});

test("broken glass passes", async () => {
  const backend = await frozen("prod-au");
  backend.commit(next);
  const breakGlass = JSON.stringify({ release: next.release, reason: "orders of AU are lost" });
  backend.configure("prod-au", { breakGlass });
  expect((await release(backend)).completed).toBe(true);
});

test("a rollback passes, as does a second one", async () => {
  const backend = await deployed();
  for (const name of ["bbbbbbbbbbbb", "cccccccccccc"]) {
    backend.commit({ release: name });
    await release(backend);
  }
  backend.configure("prod-au", { freeze });
  const { workspace } = new FakeProcess(backend);
  await rollback(workspace, "prod-au", { folder, progress: quiet });
  await rollback(workspace, "prod-au", { folder, progress: quiet });
  expect(running(backend)).toMatchObject({ "prod-au": "aaaaaaaaaaaa" });
});
