import { z } from "zod";
import { historyPage } from "../../../cli/history-page.ts";
import { historyReport } from "../../../cli/history-report.ts";
import { event, history } from "./history-fixture.ts";

test("a history is a row an update, then the metrics with their definitions", () => {
  expect(historyReport(history).split("\n")).toEqual([
    "ended (UTC)       stack    update  what                                                 release       commit                                     by    took        rollback to it",
    "2026-07-28 10:02  prod-au  3       rollback to update 1                                 aaaaaaaaaaaa  c1000000 retry busy ERPs & <others>, les…  Anna  3 days 0 h  no: it is the newest",
    "2026-07-28 10:02  prod-au  2       release, FAILED                                      aaaaaaaaaaaa  c1000000 retry busy ERPs & <others>, les…  Anna  2 min 05 s  no: it failed",
    "2026-07-28 10:02  staging  1       rehearsal, partial, broke glass: AU takes no orders  aaaaaaaaaaaa  c1000000 retry busy ERPs & <others>, les…  Anna  2 min 05 s  yes",
    "2026-07-28 10:02  prod-au  1       release                                              aaaaaaaaaaaa  c1000000 retry busy ERPs & <others>, les…  Anna  2 min 05 s  yes",
    "and 2 older updates",
    "",
    "Production in the last 30 days:",
    "  Deployment frequency: 0.5 a week (releases that reached a production stack, a week)",
    "  Lead time for changes: 1 h 30 min (median time from a release's commit to the end of each update that brought it to production)",
    "  Change failure rate: 25 % of 4 (share of production deployments that failed, or that a rollback followed)",
    "  Failed deployment recovery time: 45 s (median time from the end of such a deployment to the end of the next good update)",
  ]);
});

test("a terminal has the newest 40 rows, and the number of the others", () => {
  const many = Array.from({ length: 45 }, () => event({}));
  expect(
    historyReport({ ...history, events: many })
      .split("\n")
      .slice(41, 43),
  ).toEqual(["and 7 older updates", ""]);
});

test("without any update the first step is named", () => {
  const empty = historyReport({ events: [], delivery: { days: 1, deployments: 0, releasesAWeek: 0 }, older: 0 });
  expect(empty.split("\n")[0]).toBe("No stack has been updated yet. Fix: npx order-queue release");
  expect(empty).toContain("Change failure rate: no deployment (");
});

describe("as a page", () => {
  const page = historyPage(history, "2026-07-28T12:00:00.000Z");

  test("it has every update in a table, with what it says escaped", () => {
    expect(page.match(/<tr><td><time datetime/g)).toHaveLength(4);
    expect(page).toContain("c1000000 retry busy ERPs &amp; &lt;others&gt;, less often than before");
    expect(page).not.toContain("<others>");
    expect(page).toContain('<td class="bad">release, FAILED</td>');
    expect(page).toContain('<a href="https://ci.example/7" aria-label="job of update 2 of prod-au">job</a>');
  });

  test("it loads nothing, and runs nothing", () => {
    expect(page).not.toMatch(/<script|<link|src=|url\(|@import/);
  });

  test("it has a lane a stack, and a mark an update", () => {
    expect(page.match(/<line /g)).toHaveLength(2);
    expect(page.match(/class="mark /g)).toHaveLength(4);
  });

  test("of no update it can be drawn as well", () => {
    expect(historyPage({ ...history, events: [] }, "2026-07-28T12:00:00.000Z")).not.toMatch(/NaN|Infinity/);
  });
});

const [words, count, time] = [z.string().min(1), z.number().int().min(0), z.iso.datetime()];
/** What `--json` promises. */
const schema = z.strictObject({
  events: z.array(
    z.strictObject({
      ...{ stack: words, version: count, result: words, partial: z.boolean(), message: z.string() },
      what: z.enum(["release", "settings", "rehearsal", "rollback", "other"]),
      ...{ release: words.optional(), commit: words.optional(), subject: z.string().optional() },
      ...{ author: words.optional(), build: words.optional(), brokenGlass: words.optional() },
      ...{ start: time, end: time, seconds: z.number() },
      rollback: z.union([
        z.strictObject({ possible: z.literal(true) }),
        z.strictObject({ possible: z.literal(false), why: words }),
      ]),
    }),
  ),
  delivery: z.strictObject({
    ...{ days: count, deployments: count, releasesAWeek: z.number().min(0) },
    ...{ leadSeconds: z.number().optional(), failureRate: z.number().min(0).max(1).optional() },
    recoverySeconds: z.number().optional(),
  }),
  older: count,
});

test("--json has these fields", () => {
  expect(schema.parse(JSON.parse(JSON.stringify(history)))).toEqual(history);
});
