import {
  builtImage,
  committedAs,
  emptyLedger,
  enterImage,
  enterVerified,
  type Ledger,
  operationsBetween,
  readLedger,
  runs,
  transitionBetween,
  type Verified,
  verifiedAs,
} from "../../../stacks/ledger.ts";

const image = (release: string) => ({ release, digest: `sha256:${release}` });

function entry(release: string, more: Partial<Verified> = {}): Verified {
  return {
    release,
    image: `sha256:${release}`,
    commit: `commit-${release}`,
    dirty: false,
    at: "now",
    checks: 4,
    ...more,
  };
}

/** The ledger of a stack that ran these releases, one after the other. */
function ledgerOf(...entries: (string | Verified)[]): Ledger {
  return entries
    .map((one) => (typeof one === "string" ? entry(one) : one))
    .reduce((ledger, one) => enterVerified(ledger, one), emptyLedger);
}

describe("the ledger of images", () => {
  it("is empty before staging's first update", () => {
    expect(readLedger(undefined)).toEqual(emptyLedger);
  });

  it("has a release once, the newest first, however often it is deployed", () => {
    const ledger = ["a", "b", "a"].reduce((before, release) => enterImage(before, image(release)), emptyLedger);
    expect(ledger.images).toEqual([image("a"), image("b")]);
  });

  it("keeps fifty", () => {
    const releases = Array.from({ length: 51 }, (_, index) => String(index));
    const ledger = releases.reduce((before, release) => enterImage(before, image(release)), emptyLedger);
    expect(ledger.images).toHaveLength(50);
    expect(builtImage(ledger, "50")).toBe("sha256:50");
    expect(builtImage(ledger, "0")).toBeUndefined();
  });
});

describe("the ledger of verified updates", () => {
  it("has the newest first, and finds the last of a release", () => {
    const ledger = ledgerOf(entry("a", { at: "1" }), entry("b", { at: "2" }), entry("a", { at: "3" }));
    expect(ledger.verified.map(({ release, at }) => [release, at])).toEqual([
      ["a", "3"],
      ["b", "2"],
      ["a", "1"],
    ]);
    expect(verifiedAs(ledger, "a")?.at).toBe("3");
    expect(verifiedAs(ledger, "c")).toBeUndefined();
  });

  it("keeps what was verified before when settings alone change, and the reason for which glass was broken", () => {
    const first = entry("a", { at: "1", operations: ["create x"], brokenGlass: "the region was down" });
    const settings = entry("a", { at: "2", commit: "settings" });
    expect(ledgerOf(first, settings).verified).toEqual([settings, first]);
  });

  it("finds a commit of a release that can be checked out, also when its settings were tried out since", () => {
    const ledger = ledgerOf("a", entry("a", { commit: "settings" }), entry("a", { commit: "tried", dirty: true }));
    expect(committedAs(ledger, "a")).toBe("settings");
    expect(committedAs(ledgerOf(entry("b", { dirty: true })), "b")).toBeUndefined();
    expect(committedAs(ledgerOf(entry("b", { commit: undefined })), "b")).toBeUndefined();
  });

  it("finds the commit of the release it is asked for, past an update whose commit is not known", () => {
    const ledger = ledgerOf("a", entry("a", { commit: undefined }), "b");
    expect(committedAs(ledger, "a")).toBe("commit-a");
    expect(committedAs(ledger, "b")).toBe("commit-b");
  });

  it("keeps fifty", () => {
    const ledger = ledgerOf(...Array.from({ length: 60 }, (_, index) => String(index)));
    expect(ledger.verified).toHaveLength(50);
    expect(ledger.verified.at(-1)?.release).toBe("10");
  });

  it("forgets first what was only verified again, so that no release is pushed out by it", () => {
    const releases = Array.from({ length: 40 }, (_, index) => entry(String(index), { operations: ["create x"] }));
    const again = Array.from({ length: 100 }, (_, index) => entry("39", { at: String(index) }));
    const { verified } = ledgerOf(...releases, ...again);
    expect(verified).toHaveLength(50);
    expect(verified.slice(0, 2).map(({ at }) => at)).toEqual(["99", "98"]);
    expect(verified.slice(10)).toEqual(releases.toReversed());
  });

  it("forgets neither a release's first update nor one that changed resources before one that only verified again", () => {
    const first = Array.from({ length: 49 }, (_, index) => entry(String(index)));
    const changed = entry("48", { operations: ["create z"] });
    expect(ledgerOf(...first, changed, entry("48", { at: "again" })).verified).toEqual([
      changed,
      ...first.toReversed(),
    ]);
  });

  it("is distinguished by the releases that ran one after the other", () => {
    const ledger = ledgerOf(
      "a",
      entry("b", { operations: ["create x"] }),
      entry("b", { operations: ["delete y"] }),
      "a",
    );
    expect(runs(ledger.verified).map(({ release, entries }) => [release, entries.length])).toEqual([
      ["a", 1],
      ["b", 2],
      ["a", 1],
    ]);
  });
});

describe("a transition is rehearsed", () => {
  it("when it was made, undone, and made again, and notes what it did, when, of what commit and image", () => {
    const ledger = ledgerOf(
      "a",
      entry("b", { operations: ["replace x", "delete y"] }),
      "a",
      entry("b", { at: "2026-11-23T00:00:00.000Z", checks: 5, operations: ["replace x"] }),
    );
    expect(ledger.transitions).toEqual([
      {
        from: "a",
        to: "b",
        operations: ["delete y", "replace x"],
        checks: 5,
        at: "2026-11-23T00:00:00.000Z",
        commit: "commit-b",
        image: "sha256:b",
      },
    ]);
  });

  it.each([
    ["made", ["a", "b"]],
    ["made and undone", ["a", "b", "a"]],
    ["made again from another release", ["a", "b", "c", "b"]],
    ["made twice without being undone", ["a", "b", "b", "b"]],
  ])("not when it was only %s", (_, releases) => {
    expect(transitionBetween(ledgerOf(...releases), "a", "b")).toBeUndefined();
  });

  it("also when settings changed on the way", () => {
    const settings = entry("b", { operations: ["create z"] });
    expect(transitionBetween(ledgerOf("a", "b", settings, "a", "b"), "a", "b")).toBeDefined();
  });

  it("in each direction apart, and once however often", () => {
    const ledger = ledgerOf("a", "b", "a", "b", "a", "b");
    expect(ledger.transitions.map(({ from, to }) => `${from} → ${to}`)).toEqual(["a → b", "b → a"]);
  });
});

describe("transitions", () => {
  it("from one release to two others are both found", () => {
    const ledger = ledgerOf("a", "b", "a", "b", "a", "c", "a", "c");
    expect(transitionBetween(ledger, "a", "b")?.to).toBe("b");
    expect(transitionBetween(ledger, "a", "c")?.to).toBe("c");
  });

  it("from two releases to another are both found", () => {
    const ledger = ledgerOf("a", "c", "a", "c", "b", "c", "b", "c");
    expect(transitionBetween(ledger, "a", "c")?.from).toBe("a");
    expect(transitionBetween(ledger, "b", "c")?.from).toBe("b");
  });

  it("to two releases in turn are no rehearsal of the second", () => {
    expect(ledgerOf("a", "b", "a", "c").transitions).toEqual([]);
  });

  it("are kept fifty, the newest first", () => {
    const releases = Array.from({ length: 30 }, (_, index) => ["a", `b${index}`, "a", `b${index}`]).flat();
    const { transitions } = ledgerOf(...releases);
    expect(transitions).toHaveLength(50);
    expect(transitions.slice(0, 2).map(({ from, to }) => `${from} → ${to}`)).toEqual(["a → b29", "b28 → a"]);
  });
});

describe("what staging is known to have done", () => {
  const make = entry("b", { operations: ["replace x"] });

  it("between two releases is what the rehearsal noted, and what settings did since", () => {
    const other = entry("a", { operations: ["create y"] });
    const ledger = ledgerOf("a", other, make, "a", make, "b", entry("b", { operations: ["create z"] }));
    expect(operationsBetween(ledger, "a", "b")).toEqual(["replace x", "create z"]);
  });

  it("is not known where the transition was not rehearsed, or was not recorded", () => {
    expect(operationsBetween(ledgerOf("a", make), "a", "b")).toBeUndefined();
    expect(operationsBetween(ledgerOf("a", "b", "a", "b"), "a", "b")).toBeUndefined();
  });

  it("within one release is what settings alone did", () => {
    expect(operationsBetween(ledgerOf("a", make, entry("b", { operations: ["create z"] })), "b", "b")).toEqual([
      "create z",
    ]);
  });
});
