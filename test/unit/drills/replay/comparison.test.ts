import { figures, kept, rows } from "../../../../drills/replay/comparison.ts";
import { duration } from "../../../../drills/replay/duration.ts";
import type { Replay } from "../../../../drills/replay/replay.ts";
import { table } from "../../../../drills/replay/table.ts";
import { replayed } from "./replayed.ts";

const [au, eu] = replayed.stops as [Replay["stops"][number], Replay["stops"][number]];

test("the figures are those of the stack that waited longest", () => {
  expect(figures(replayed)).toEqual({
    toldSeconds: 0.26,
    diagnosedSeconds: 2.62,
    recoveredSeconds: 5.24,
    revertSeconds: 11.8,
    ordersAccepted: 812,
    ordersLost: 0,
    handshakes: 1003,
    handshakesFailed: 0,
    changeStoppedBy: "policy",
  });
});

test("what never came is null, and a row that is missed", () => {
  const untold = { ...replayed, stops: [au, { ...eu, toldSeconds: undefined }] };
  expect(figures(untold).toldSeconds).toBeNull();
  expect(rows(untold)[0]).toMatchObject({ now: "never", held: false });
});

test("the table has the day, what was measured, the goals, and the evidence", () => {
  expect(table(replayed).split("\n")).toEqual([
    "                               July 28                     measured                                          goal",
    "An alarm notification is sent  1 h 54 min                  0.26 s                                            within 1 min        met",
    "The cause is found             9 h 08 min                  2.6 s",
    "Every store is served again    9 h 40 min                  5.2 s                                             within 2 min        met",
    "A change breaks certificates   found in production         stopped by policy in staging; no stack changed    stopped in staging  met",
    "A rebuilt container returns    with a broken certificate   3 of 3 host names show the certificate of before  with the right one  met",
    "Stores see certificate errors  for 10 min                  0 of 1003 handshakes failed                       never               met",
    "A change is rolled back        10 min and 7 min, manually  12 s                                              within 30 s         met",
    "Accepted orders are lost       not counted                 0 of 812                                          none                met",
    "",
    `Notified by     ${au.toldBy}`,
    `                ${eu.toldBy}`,
    `Diagnosed as    prod-au: ${au.diagnosis[0]}`,
    `                prod-eu: ${eu.diagnosis[0]}`,
    `Change stopped  ${replayed.attempt.change}: policy after 7.9 s`,
    "                staging cannot be planned: refused by policy, 6 violations",
    "Rebuilt         prod-au: task a1 → b1, takes orders after 3.4 s",
    "                prod-eu: task a2 → b2, takes orders after 3.1 s",
    "Rolled back     prod-au: erpTimeoutSeconds 10 → 11, made in 5.4 s; 2 resources of AWS changed back",
  ]);
});

describe("a replay has met its goals", () => {
  const { attempt, certificates, rebuilds, revert } = replayed;

  test("also on a slow machine", () => {
    expect(kept(replayed)).toBe(true);
    expect(kept({ ...replayed, stops: [au, { ...eu, toldSeconds: 300, recoveredSeconds: 300 }] })).toBe(true);
    expect(kept({ ...replayed, revert: { ...revert, seconds: 300 } })).toBe(true);
  });

  test("also where the change got into staging, as long as production was not touched", () => {
    const undone = { ...attempt, stoppedBy: "verification" as const, changed: ["staging"] };
    expect(kept({ ...replayed, attempt: undone })).toBe(true);
  });

  const certificate = certificates.after.map((one, index) => (index === 0 ? { ...one, fingerprint: "00" } : one));
  test.each<[string, Partial<Replay>]>([
    ["no notification was sent", { stops: [{ ...au, toldSeconds: undefined }, eu] }],
    ["no cause was found", { stops: [au, { ...eu, diagnosedSeconds: undefined }] }],
    ["a stack did not recover", { stops: [au, { ...eu, recoveredSeconds: undefined }] }],
    ["an order was lost", { ordersLost: 1 }],
    ["a handshake failed", { handshakesFailed: 1 }],
    ["nothing stopped the change", { attempt: { ...attempt, stoppedBy: undefined } }],
    ["the change reached production", { attempt: { ...attempt, changed: ["staging", "prod-eu"] } }],
    ["a container was not rebuilt", { rebuilds: rebuilds.map((one) => ({ ...one, after: undefined })) }],
    ["a host name shows another certificate", { certificates: { ...certificates, after: certificate } }],
  ])("but not where %s", (_what, difference) => {
    expect(kept({ ...replayed, ...difference })).toBe(false);
  });
});

test.each([
  [0.04, "0.04 s"],
  [0.996, "1.0 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.7, "1 min"],
  [65, "1 min 05 s"],
  [600, "10 min"],
  [6840, "1 h 54 min"],
  [34_800, "9 h 40 min"],
])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
