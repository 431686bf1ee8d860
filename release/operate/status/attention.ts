/** What in a stack's status a person has to look at. Pure. */
import type { Attention, StackStatus } from "./model.ts";

const HOUR = 3_600_000;
/** Longer than any update takes: a release job ends after 230 minutes (.github/workflows/release.yml). */
const LONGEST_UPDATE_MS = 4 * HOUR;
/** Drift is checked every night (docs/decisions/0023-drift-is-checked-every-night.md): two nights were missed. */
const DRIFT_CHECK_MS = 48 * HOUR;

type Judged = Omit<StackStatus, "attention">;
type Rule = (status: Judged, now: number) => Attention[];

/** Everything that is to be looked at, what stops orders first. */
export function attentionOf(status: Judged, now: number): Attention[] {
  return rules.flatMap((rule) => rule(status, now));
}

const alarms: Rule = ({ stack, alarms: raised }) =>
  raised.map(({ name, since, reason }) => ({
    message: `alarm ${name} since ${since}: ${reason}`,
    fix: `npx order-queue diagnose ${stack}`,
  }));

const notDeployed: Rule = ({ running, lastUpdate, unread }) =>
  running === undefined && lastUpdate === undefined && unread.length === 0
    ? [{ message: "is not deployed", fix: "npx order-queue release" }]
    : [];

const failedUpdate: Rule = ({ stack, lastUpdate, locks }) =>
  lastUpdate && lastUpdate.result !== "succeeded" && locks.length === 0
    ? [
        {
          message: `${lastUpdate.kind} ${lastUpdate.version} ${lastUpdate.result} at ${lastUpdate.endTime}`,
          fix: `npx order-queue diagnose ${stack}, then npx order-queue rollback ${stack} or npx order-queue release`,
        },
      ]
    : [];

const partialUpdate: Rule = ({ partial }) =>
  partial
    ? [
        {
          message: `the last update, of release ${partial.release}, was partial: ${partial.why}`,
          fix: "npx order-queue release, which updates every resource",
        },
      ]
    : [];

/** While an update runs, its operations are pending as they should be. */
const pendingOperations: Rule = ({ stack, pending, locks }) =>
  pending.length > 0 && locks.every(({ abandoned }) => abandoned)
    ? [
        {
          message: `${pending.length} pending operations of an interrupted update, the first ${pending[0]}`,
          fix: `pulumi refresh -s ${stack}, which asks about each`,
        },
      ]
    : [];

const oldLocks: Rule = ({ stack, locks }, now) =>
  locks.flatMap(({ owner, since, abandoned }) => {
    const old = since !== undefined && now - Date.parse(since) > LONGEST_UPDATE_MS;
    if (!abandoned && !old) return [];
    const why = abandoned ? "whose process no longer runs" : "longer than an update takes";
    return [{ message: `locked by ${owner}${since ? ` since ${since}` : ""}, ${why}`, fix: `pulumi cancel ${stack}` }];
  });

const drift: Rule = ({ stack, drift: note, running }, now) => {
  const fix = `npx order-queue drift ${stack}`;
  if (note && note.found === undefined) return [{ message: `the drift check at ${note.at} failed`, fix }];
  if (note?.found) return [{ message: `drift: ${note.found} differences from AWS at ${note.at}`, fix }];
  const last = [note?.at, running?.at].flatMap((at) => (at === undefined ? [] : [Date.parse(at)]));
  if (last.length === 0 || now - Math.max(...last) <= DRIFT_CHECK_MS) return [];
  return [{ message: `drift was last checked ${note ? `at ${note.at}` : "never"}`, fix }];
};

const brokenGlass: Rule = ({ running }) =>
  running?.brokenGlass !== undefined && !running.inStaging
    ? [
        {
          message: `release ${running.release} passed the gate by breaking glass: ${running.brokenGlass}`,
          fix: "npx order-queue release, which verifies what runs in staging",
        },
      ]
    : [];

const wrongSettings: Rule = ({ gate }) =>
  "problem" in gate ? [{ message: gate.problem, fix: "correct the stack file (docs/settings.md)" }] : [];

const unread: Rule = ({ unread: all }) =>
  all.map(({ what, why }) => ({
    message: `${what} cannot be read: ${why}`,
    fix: "check the AWS credentials and PULUMI_BACKEND_URL, and run npx order-queue status again",
  }));

const rules: readonly Rule[] = [
  ...[alarms, failedUpdate, partialUpdate, pendingOperations, oldLocks, notDeployed],
  ...[drift, brokenGlass, wrongSettings, unread],
];
