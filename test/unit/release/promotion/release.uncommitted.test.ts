import { FakeBackend } from "../fake/backend.ts";
import { deployed, release, running, stage } from "../fake/orchestrate.ts";
import { everywhere, first, ledgerOf, next, productionUpdated, uncommitted } from "./releases.ts";

describe("a release from uncommitted files", () => {
  test("is stopped where a production stack does not take them", async () => {
    const backend = await deployed();
    backend.edit({ release: next });
    const why = `release ${next} comes from uncommitted files, and prod-au takes only committed ones. Fix: commit them`;
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [],
      stopped: { stack: "staging", by: "gate", why },
    });
    expect(running(backend)).toEqual(everywhere(first));
  });

  test("cannot be rehearsed back to, so a later release is stopped", async () => {
    const backend = new FakeBackend();
    backend.edit({});
    expect((await release(backend, { run: uncommitted })).completed).toBe(true);
    backend.commit({ release: next });
    const why =
      `prod-au runs release ${first}, which came from uncommitted files: a rollback to it cannot be rehearsed. ` +
      `Fix: set order-queue:breakGlass in Pulumi.prod-au.yaml for release ${next}, with the reason`;
    expect(await release(backend)).toEqual({
      release: "",
      completed: false,
      stages: [],
      stopped: { stack: "staging", by: "gate", why },
    });
  });

  test("is replaced without a rehearsal where the stacks take uncommitted files", async () => {
    const backend = new FakeBackend();
    backend.edit({});
    await release(backend, { run: uncommitted });
    backend.commit({ release: next });
    expect(await release(backend, { run: uncommitted })).toEqual({
      release: next,
      completed: true,
      stages: [stage("staging", "updated", `release ${next}`), ...productionUpdated(next)],
    });
  });

  test("is stopped at the gate of a production stack whose ledger does not have what it runs", async () => {
    const backend = new FakeBackend();
    backend.edit({});
    await release(backend, { run: uncommitted });
    const stack = backend.open("prod-au");
    stack.outputs = { ...stack.outputs, ledger: { ...ledgerOf(backend, "prod-au"), verified: [] } };
    backend.commit({ release: next });
    const why =
      `staging has verified release ${next} but not rehearsed the transition from ${first}, which prod-au runs. ` +
      "Fix: npx order-queue release";
    expect(await release(backend, { run: uncommitted })).toEqual({
      release: next,
      completed: false,
      stages: [stage("staging", "updated", `release ${next}`)],
      stopped: { stack: "prod-au", by: "gate", why },
    });
    expect(running(backend)).toEqual({ ...everywhere(first), staging: next });
  });
});
