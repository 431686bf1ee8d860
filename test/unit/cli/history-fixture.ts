/** A history of every kind of update, for its reports. */
import type { History } from "../../../release/operate/history/read.ts";
import type { HistoryEvent } from "../../../release/operate/history/timeline.ts";

const commit = "c1".padEnd(40, "0");
/** A release of prod-au. */
export const event = (more: Partial<HistoryEvent>): HistoryEvent => ({
  ...{ stack: "prod-au", version: 1, what: "release", result: "succeeded", partial: false },
  ...{ release: "aaaaaaaaaaaa", commit, subject: "retry busy ERPs & <others>, less often than before", author: "Anna" },
  ...{ message: "release aaaaaaaaaaaa", start: "2026-07-28T10:00:00.000Z", end: "2026-07-28T10:02:05.000Z" },
  ...{ seconds: 125, rollback: { possible: true } },
  ...more,
});
export const history: History = {
  events: [
    event({
      ...{ version: 3, what: "rollback", message: "rollback to update 1 (commit c10000000000)", seconds: 3 * 86_400 },
      rollback: { possible: false, why: "it is the newest" },
    }),
    event({
      version: 2,
      result: "failed",
      rollback: { possible: false, why: "it failed" },
      build: "https://ci.example/7",
    }),
    event({ stack: "staging", what: "rehearsal", brokenGlass: "AU takes no orders", partial: true }),
    event({}),
  ],
  delivery: {
    days: 30,
    deployments: 4,
    releasesAWeek: 0.47,
    leadSeconds: 5_430,
    failureRate: 0.25,
    recoverySeconds: 45,
  },
  older: 2,
};
