import { z } from "zod";
import { needsAttention, statusMarkdown, statusReport } from "../../../cli/status-report.ts";
import { noteDrift } from "../../../release/operate/drift.ts";
import type { Status } from "../../../release/operate/status/model.ts";
import type { FakeBackend } from "../release/fake/backend.ts";
import { FakeProcess } from "../release/fake/engine.ts";
import { deployed, release } from "../release/fake/orchestrate.ts";
import { statusOfAll } from "../release/operate/status/fixture.ts";

const next = "bbbbbbbbbbbb";

/** Staging is ahead, prod-au rolled back, and an alarm of prod-eu is raised. */
async function eventful(): Promise<FakeBackend> {
  const backend = await deployed();
  backend.commit({
    release: next,
    subject: "retry the ERPs that are busy, less often",
    broken: { "prod-au": "no order" },
  });
  await release(backend);
  backend.raise("prod-eu", "prod-eu-no-healthy-target", "1 datapoint was below 1.");
  const drift = { stack: "prod-au", resources: [], differences: [] };
  await noteDrift(new FakeProcess(backend).workspace, drift, backend.clock.now() - 3 * 3_600_000);
  return backend;
}

test("a status is a row a stack, then the gate, what waits, and what needs attention", async () => {
  const status = await statusOfAll(await eventful());
  expect(needsAttention(status)).toBe(true);
  const at = /\d{4}-\d\d-\d\d \d\d:\d\d/g;
  const lines = statusReport(status)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(at, "MINUTE")
    .split("\n");
  expect(lines).toEqual([
    "stack    release       commit                                     since             by  verified  staging ahead  gate  alarms  drift check",
    "staging  bbbbbbbbbbbb  c2000000 retry the ERPs that are busy, l…  MINUTE  –   yes       –              open  0       never",
    "prod-au  aaaaaaaaaaaa  c1000000 as it is                          MINUTE  –   yes       1, rehearsed   open  0       0, 3 h ago",
    "prod-eu  aaaaaaaaaaaa  c1000000 as it is                          MINUTE  –   yes       1, rehearsed   open  1       never",
    "",
    "Read TIME. The working tree is release bbbbbbbbbbbb.",
    "",
    "Gate for it:",
    "  staging: open: staging is where releases are verified first",
    "  prod-au, prod-eu: open: staging rehearsed aaaaaaaaaaaa → bbbbbbbbbbbb",
    "",
    "Verified in staging since:",
    "  bbbbbbbbbbbb c2000000 retry the ERPs that are busy, l…, MINUTE: not yet in prod-au, prod-eu",
    "",
    "Needs attention:",
    "  prod-eu: alarm prod-eu-no-healthy-target since TIME: 1 datapoint was below 1. Fix: npx order-queue diagnose prod-eu",
  ]);
});

test("a status without anything to look at ends with that", async () => {
  const status = await statusOfAll(await deployed());
  expect(needsAttention(status)).toBe(false);
  expect(statusReport(status).split("\n").at(-1)).toBe("Nothing needs attention.");
});

test("thirty stacks that wait for one release are thirty rows, one line of the gate and one of the release", async () => {
  const { stacks, ...status } = await statusOfAll(await eventful());
  const [proving, waiting] = stacks;
  if (!proving || !waiting) throw new Error("there are stacks");
  const production = Array.from({ length: 29 }, (_, index) => ({ ...waiting, stack: `prod-${index + 1}` }));
  const lines = statusReport({ ...status, stacks: [proving, ...production] }).split("\n");
  expect(lines.length).toBe(31 + 11);
  expect(lines.at(-3)).toMatch(/: not yet in prod-1, prod-2, prod-3, prod-4, prod-5 and 24 more$/);
});

test("as Markdown it is a table and the same lines", async () => {
  const lines = statusMarkdown(await statusOfAll(await eventful())).split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "### order-queue status",
    "",
    "| stack | release | commit | since | by | verified | staging ahead | gate | alarms | drift check |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    expect.stringMatching(/^\| staging \| bbbbbbbbbbbb \| c2000000 retry the ERPs that are busy, l… \| /),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^- prod-eu: alarm prod-eu-no-healthy-target since /));
});

const time = z.iso.datetime();
const shown = { release: z.string(), commit: z.string().optional(), subject: z.string().optional(), at: time };
const running = { ...shown, image: z.string(), author: z.string().optional(), build: z.string().optional() };
const [count, words] = [z.number().int().min(0), z.string().min(1)];
/** What `--json` promises: a field more or less is a change for those who read it. */
const schema = z.strictObject({
  ...{ at: time, head: words },
  stacks: z.array(
    z.strictObject({
      ...{ stack: words, region: words, verified: z.boolean(), pending: z.array(words) },
      running: z.strictObject({ ...running, brokenGlass: words.optional(), inStaging: z.boolean() }).optional(),
      lastUpdate: z
        .strictObject({
          ...{ version: count, kind: words, result: words, message: z.string(), endTime: time },
          author: words.optional(),
        })
        .optional(),
      ahead: z.array(z.strictObject({ ...shown, rehearsed: z.boolean() })),
      locks: z.array(z.strictObject({ owner: words, since: time.optional(), abandoned: z.boolean() })),
      partial: z.strictObject({ release: words, commit: words.optional(), why: words }).optional(),
      alarms: z.array(z.strictObject({ name: words, reason: words, since: time })),
      drift: z.strictObject({ at: time, found: count.optional() }).optional(),
      gate: z.union([
        z.strictObject({ problem: words }),
        z.strictObject({
          ...{ allowed: z.boolean(), why: words, fix: words.optional(), brokenGlass: words.optional() },
          frozen: z.strictObject({ reason: words, until: time }).optional(),
        }),
      ]),
      frozen: z.strictObject({ reason: words, until: time }).optional(),
      unread: z.array(z.strictObject({ what: words, why: words })),
      attention: z.array(z.strictObject({ message: words, fix: words })),
    }),
  ),
});

test("--json has these fields", async () => {
  const backend = await eventful();
  backend.lockFor("prod-au", () => "held");
  const freeze = JSON.stringify([{ from: "2026-01-01T00:00", to: "2027-01-01T00:00", reason: "a year off" }]);
  backend.configure("prod-au", { freeze });
  backend.configure("prod-eu", { zones: "7" });
  const written: Status = JSON.parse(JSON.stringify(await statusOfAll(backend)));
  expect(schema.parse(written)).toEqual(written);
});
