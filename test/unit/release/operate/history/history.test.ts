import { definitions } from "../../../../../release/operate/history/delivery.ts";
import { type History, readHistory } from "../../../../../release/operate/history/read.ts";
import { rollback } from "../../../../../release/promotion/rollback.ts";
import { FakeBackend } from "../../fake/backend.ts";
import { FakeProcess, rawUp } from "../../fake/engine.ts";
import { deployed, folder, quiet, release } from "../../fake/orchestrate.ts";
import { fakeReader } from "../../fake/reader.ts";
import { stacks } from "../../fake/stacks.ts";

const [first, next] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];
/** Every commit is made an hour before the fake's clock begins. */
const made = Date.parse("2026-07-27T23:00:00.000Z");
const DAY = 86_400_000;

function historyOf(backend: FakeBackend): Promise<History> {
  const commits = [...backend.commits.values()].map(({ commit, subject }) => [commit, { subject, at: made }] as const);
  return readHistory(fakeReader(backend), stacks, () => new Map(commits));
}

/** Stack, number, what and result of each event, the newest first. */
const lines = ({ events }: History) =>
  events.map(({ stack, version, what, result, release: of }) => `${stack} ${version} ${what} ${result} ${of}`);

test("a release is a rehearsal in staging and then a release in each stack, the newest first", async () => {
  const backend = await deployed();
  backend.commit({ release: next, subject: "a better queue" });
  await release(backend);
  const history = await historyOf(backend);
  expect(lines(history)).toEqual([
    `prod-eu 2 release succeeded ${next}`,
    `prod-au 2 release succeeded ${next}`,
    `staging 4 rehearsal succeeded ${next}`,
    `staging 3 rehearsal succeeded ${first}`,
    `staging 2 rehearsal succeeded ${next}`,
    `prod-eu 1 release succeeded ${first}`,
    `prod-au 1 release succeeded ${first}`,
    `staging 1 release succeeded ${first}`,
  ]);
  expect(history.events[0]).toMatchObject({
    ...{ subject: "a better queue", seconds: 60, partial: false, message: `release ${next}` },
    rollback: { possible: false, why: "it is the newest" },
  });
  expect(history.events[5]?.rollback).toEqual({ possible: true });
});

test("rollbacks, settings, partial and failed updates, and broken glass are named", async () => {
  const backend = await deployed();
  backend.configure("prod-au", { logRetentionDays: "30" });
  await release(backend);
  backend.commit({ release: next });
  backend.configure("prod-au", { breakGlass: JSON.stringify({ release: next, reason: "AU takes no orders" }) });
  await rawUp(backend, new FakeProcess(backend), "prod-au");
  await rollback(new FakeProcess(backend).workspace, "prod-au", { folder, progress: quiet });
  await rawUp(backend, new FakeProcess(backend), "prod-au", "aws:sqs/queue:Queue");
  backend.commit({ release: next, throws: { "prod-au": "no such zone" } });
  await rawUp(backend, new FakeProcess(backend), "prod-au").catch(() => {});
  const { events } = await historyOf(backend);
  const ofAu = events.filter(({ stack }) => stack === "prod-au");
  expect(ofAu.map(({ version, what, result, partial, rollback: to }) => [version, what, result, partial, to])).toEqual([
    [6, expect.any(String), "failed", false, { possible: false, why: "it is the newest" }],
    [5, expect.any(String), "succeeded", true, { possible: false, why: "it was partial" }],
    [4, "rollback", "succeeded", false, { possible: true }],
    [3, "release", "succeeded", false, { possible: true }],
    [2, "settings", "succeeded", false, { possible: true }],
    [1, "release", "succeeded", false, { possible: true }],
  ]);
  expect(ofAu[3]?.brokenGlass).toBe("AU takes no orders");
});

describe("the metrics of delivery", () => {
  test("have a definition each", () => {
    expect(definitions.map(([name]) => name)).toEqual([
      "Deployment frequency",
      "Lead time for changes",
      "Change failure rate",
      "Failed deployment recovery time",
    ]);
  });

  test("of one release to two stacks", async () => {
    const backend = await deployed();
    const { events, delivery } = await historyOf(backend);
    const lead = events.filter(({ stack }) => stack !== "staging").map(({ end }) => (Date.parse(end) - made) / 1000);
    expect(delivery).toEqual({
      ...{ days: 1, deployments: 2, releasesAWeek: 7, failureRate: 0 },
      leadSeconds: ((lead[0] ?? 0) + (lead[1] ?? 0)) / 2,
    });
  });

  test("count a failed deployment once, with the rollback that ended it, and no rehearsal", async () => {
    const backend = await deployed();
    backend.pass(14 * DAY);
    backend.commit({ release: next, broken: { "prod-au": "no order came back" } });
    await release(backend);
    const { delivery, events } = await historyOf(backend);
    const [back, failed] = events.filter(({ stack }) => stack === "prod-au");
    expect([back?.what, failed?.result]).toEqual(["rollback", "failed"]);
    expect(delivery).toMatchObject({ days: 14, deployments: 3, failureRate: 1 / 3 });
    expect(delivery.releasesAWeek).toBeCloseTo(0.5, 2);
    expect(delivery.recoverySeconds).toBe((Date.parse(back?.end ?? "") - Date.parse(failed?.end ?? "")) / 1000);
  });

  test("count a deployment that was rolled back later, and know of no commit that the clone lacks", async () => {
    const backend = await deployed();
    backend.commit({ release: next });
    await release(backend);
    backend.pass(DAY);
    await rollback(new FakeProcess(backend).workspace, "prod-eu", { folder, progress: quiet });
    const { delivery } = await readHistory(fakeReader(backend), stacks, () => new Map());
    expect(delivery).toMatchObject({ deployments: 4, failureRate: 0.25, recoverySeconds: 86_400 + 300 + 61 + 5 });
    expect(delivery.leadSeconds).toBeUndefined();
  });

  test("of stacks that were never updated are empty", async () => {
    const { delivery, events } = await readHistory(fakeReader(new FakeBackend()), stacks, () => new Map());
    expect([events, delivery]).toEqual([[], { days: 1, deployments: 0, releasesAWeek: 0 }]);
  });
});

test("of a long history the newest 200 updates of a stack are read, and the others counted", async () => {
  const backend = await deployed();
  const [only] = backend.open("prod-au").history;
  if (!only) throw new Error("prod-au was deployed");
  backend.open("prod-au").history = Array.from({ length: 250 }, () => only);
  const { events, older } = await historyOf(backend);
  expect([events.filter(({ stack }) => stack === "prod-au").length, older]).toEqual([200, 50]);
});
