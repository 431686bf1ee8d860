import { decide, type GateRequest } from "../../../stacks/gate.ts";
import { emptyLedger, enterVerified, type Ledger, type Verified } from "../../../stacks/ledger.ts";
import { findStack } from "../../../stacks/registry.ts";

const [old, next] = ["0000000000aa", "0000000000bb"];

function entry(release: string, more: Partial<Verified> = {}): Verified {
  return { release, image: "sha256:0", commit: "c", dirty: false, at: `at-${release}`, checks: 4, ...more };
}

const ran = (...entries: (string | Verified)[]): Ledger =>
  entries.reduce<Ledger>((l, one) => enterVerified(l, typeof one === "string" ? entry(one) : one), emptyLedger);

interface Case {
  stack?: string;
  dirty?: boolean;
  settings?: Partial<GateRequest["settings"]>;
  running?: string | undefined;
  own?: Ledger;
  staging?: Ledger;
}

/** The verdict on `next` for a production stack that runs `old`, by default. */
function verdict({ stack = "prod-au", dirty = false, settings, own = ran(old), staging = ran(old), ...more }: Case) {
  const running = "running" in more ? more.running : old;
  const record = (ledger: Ledger, release?: string) => ({
    running: release,
    image: undefined,
    ledger,
    output: async () => undefined,
  });
  return decide({
    stack: findStack(stack),
    settings: { uncommitted: false, freeze: [], timeZone: "UTC", ...settings },
    release: next,
    commit: { commit: "c", dirty },
    records: { own: record(own, running), staging: record(staging, old) },
    now: Date.parse("2026-12-24T00:00Z"),
  });
}

const rehearsed = ran(old, next, old, next);

describe("the gate is open", () => {
  it("for staging, which proves releases", () => {
    expect(verdict({ stack: "staging", dirty: true })).toEqual({
      allowed: true,
      why: "staging is where releases are verified first",
    });
  });

  it("for a transition that staging rehearsed", () => {
    expect(verdict({ staging: rehearsed })).toEqual({
      allowed: true,
      why: `staging rehearsed ${old} → ${next} at at-${next}`,
    });
  });

  it("for a first deployment of what staging verified", () => {
    expect(verdict({ running: undefined, own: emptyLedger, staging: ran(next) })).toEqual({
      allowed: true,
      why: `first deployment; staging verified it at at-${next}`,
    });
  });

  it("for a release that the stack ran and verified before, whatever staging remembers", () => {
    expect(verdict({ own: ran(next, old), staging: emptyLedger })).toEqual({
      allowed: true,
      why: `prod-au ran and verified release ${next} at at-${next}`,
    });
  });

  it("for the one release that glass is broken for, and says why it is", () => {
    const settings = { uncommitted: false, breakGlass: { release: next, reason: "AU is down" } };
    expect(verdict({ settings, staging: emptyLedger, dirty: true })).toEqual({
      allowed: true,
      why: `glass is broken for release ${next}`,
      brokenGlass: "AU is down",
    });
  });

  it("for uncommitted files that staging verified, where the settings take them", () => {
    const settings = { uncommitted: true };
    const open = {
      allowed: true,
      why: `staging verified it at at-${next}; uncommitted files cannot be rehearsed`,
    };
    expect(verdict({ settings, dirty: true, staging: ran(old, next) })).toEqual(open);
    const from = ran(entry(old, { dirty: true }));
    expect(verdict({ settings, own: from, staging: ran(old, next) })).toEqual(open);
  });
});

describe("the gate is closed", () => {
  it("for what staging has not verified", () => {
    expect(verdict({})).toEqual({
      allowed: false,
      why: `staging has not verified release ${next}`,
      fix: "npx order-queue release",
    });
  });

  it("for a first deployment of what staging has not verified", () => {
    expect(verdict({ running: undefined, own: emptyLedger })).toMatchObject({ allowed: false });
  });

  it("for a transition that staging made but did not rehearse, or rehearsed from another release", () => {
    const closed = {
      allowed: false,
      why: `staging has verified release ${next} but not rehearsed the transition from ${old}, which prod-au runs`,
      fix: "npx order-queue release",
    };
    expect(verdict({ staging: ran(old, next) })).toEqual(closed);
    expect(verdict({ staging: ran("0000000000cc", next, "0000000000cc", next) })).toEqual(closed);
    expect(verdict({ staging: ran(old, next), settings: { uncommitted: true } })).toEqual(closed);
    const unverified = { own: emptyLedger, settings: { uncommitted: true } };
    expect(verdict({ staging: ran(old, next), ...unverified })).toEqual(closed);
  });

  it("for uncommitted files, even rehearsed ones", () => {
    expect(verdict({ dirty: true, staging: rehearsed })).toEqual({
      allowed: false,
      why: `release ${next} comes from uncommitted files`,
      fix: "commit them, or set uncommitted: true in the stack's settings if no store depends on the stack",
    });
  });

  it("for uncommitted files that staging has not verified, whatever the settings take", () => {
    expect(verdict({ dirty: true, settings: { uncommitted: true } })).toMatchObject({ allowed: false });
  });

  it("for another release than glass is broken for", () => {
    const settings = { uncommitted: false, breakGlass: { release: old, reason: "AU is down" } };
    expect(verdict({ settings })).toMatchObject({ allowed: false });
  });

  const freeze = [{ from: "2026-12-20T00:00", to: "2027-01-04T00:00", reason: "the sales of the year's end" }];

  it("for a rehearsed release inside a freeze window, until its end", () => {
    expect(verdict({ staging: rehearsed, settings: { freeze, timeZone: "Australia/Sydney" } })).toEqual({
      allowed: false,
      why: "releases are frozen until 2027-01-04T00:00 Australia/Sydney (2027-01-03T13:00:00.000Z): the sales of the year's end",
      fix: `wait until then and run npx order-queue release, or set order-queue:breakGlass in Pulumi.prod-au.yaml for release ${next}, with the reason`,
      frozen: { reason: "the sales of the year's end", until: "2027-01-03T13:00:00.000Z" },
    });
  });

  it("inside a freeze window neither for what the stack ran before, nor where glass is broken", () => {
    expect(verdict({ own: ran(next, old), settings: { freeze } })).toMatchObject({ allowed: true });
    const breakGlass = { release: next, reason: "AU is down" };
    expect(verdict({ settings: { freeze, breakGlass } })).toMatchObject({ allowed: true, brokenGlass: "AU is down" });
  });
});
