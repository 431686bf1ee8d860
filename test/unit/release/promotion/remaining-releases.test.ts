import { remainingReleases } from "../../../../release/promotion/remaining-releases.ts";
import { emptyLedger, enterVerified } from "../../../../stacks/ledger.ts";

/** The ledger of a staging that ran these releases, one after the other. */
const ran = (...releases: string[]) =>
  releases.reduce(
    (ledger, release) =>
      enterVerified(ledger, { release, image: "sha256:0", commit: "c", dirty: false, at: "now", checks: 4 }),
    emptyLedger,
  );

describe("a rehearsal of a → b", () => {
  test.each([
    ["begins with a where staging runs another release", ["c"], ["a", "b", "a", "b"]],
    ["begins with b where staging runs a", ["c", "a"], ["b", "a", "b"]],
    ["rolls back where b was made", ["a", "b"], ["a", "b"]],
    ["ends with b where it was undone", ["a", "b", "a"], ["b"]],
    ["has nothing left where it was made again", ["a", "b", "a", "b"], []],
    ["is not repeated for a staging that continued since", ["a", "b", "a", "b", "c"], ["b"]],
    ["begins again where another release came between", ["a", "b", "c"], ["a", "b", "a", "b"]],
    ["begins with a in a staging without history", [], ["a", "b", "a", "b"]],
  ])("%s", (_, releases, remaining) => {
    expect(remainingReleases(ran(...releases), { from: "a", to: "b" })).toEqual(remaining);
  });
});
