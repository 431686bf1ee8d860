import { emptyLedger } from "../../../stacks/ledger.ts";
import { type Finished, nextRecord, partialRecord } from "../../../stacks/next-record.ts";

const at = "2026-07-28T10:00:00.000Z";
const [old, image] = ["ab", "cd"].map((byte) => `sha256:${byte.repeat(32)}`) as [string, string];
const before = { release: "aaaaaaaaaaaa", image: old, ledger: emptyLedger };
const of = { release: "bbbbbbbbbbbb", commit: "c".repeat(40), dirty: false };
const found = { ran: true, release: of.release, image, at, checks: 5 };
const update: Finished = { ...of, role: "staging", image, verification: found };

describe("a full update whose verification found its release", () => {
  const entry = { ...of, image, at, checks: 5 };

  it("runs and proves it; staging's image is the one that production takes", () => {
    const ledger = { images: [{ release: of.release, digest: image }], verified: [entry], transitions: [] };
    expect(nextRecord(before, update)).toEqual({ release: of.release, image, ledger });
  });

  it("enters no image in production", () => {
    const ledger = { ...emptyLedger, verified: [entry] };
    expect(nextRecord(before, { ...update, role: "production" })).toEqual({ release: of.release, image, ledger });
  });
});

it.each<[string, Partial<Finished>]>([
  ["verification did not run in this update", { verification: { ...found, ran: false } }],
  ["verification found release aaaaaaaaaaaa", { verification: { ...found, release: before.release } }],
  [`verification found image ${old}, expected ${image}`, { verification: { ...found, image: old } }],
])("an update proves nothing where %s: release, image and ledger stay", (why, changed) => {
  const { release, commit } = of;
  expect(nextRecord(before, { ...update, ...changed })).toEqual({ ...before, partial: { release, commit, why } });
});

it("an update that leaves out resources proves nothing, whatever image and verification are: they may be unknown", () => {
  const why = "pulumi up --target leaves out resources";
  const { release, commit } = of;
  expect(partialRecord(before, of, { full: false, why })).toEqual({ ...before, partial: { release, commit, why } });
  expect(partialRecord(before, of, { full: true })).toBeUndefined();
});
