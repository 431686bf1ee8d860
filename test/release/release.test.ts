import { FakeBackend } from "./fake/backend.ts";
import { deployed, historyOf, release, running, stage } from "./fake/orchestrate.ts";

const [first, next] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];

describe("a release that completes", () => {
  test("updates new stacks, staging first, and watches each production stack", async () => {
    const r = await release(new FakeBackend());
    console.log(JSON.stringify(r, null, 1));
    const backend = await deployed();
    backend.commit({ release: next });
    console.log(
      JSON.stringify(await release(backend, { progress: console.log }), null, 1),
      historyOf(backend, "staging"),
      running(backend),
      first,
      stage,
    );
    console.log(JSON.stringify(backend.open("staging").outputs.ledger, null, 1));
    console.log(backend.runs);
  });
});
