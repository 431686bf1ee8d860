/** The four DORA metrics (dora.dev/guides/dora-metrics-four-keys) of the production stacks, by their history. Pure. */
import type { HistoryEvent } from "./timeline.ts";

export interface Delivery {
  /** Days from the first to the last production update that was read; at least 1. */
  days: number;
  /** Production deployments: updates that brought, or should have brought, another release. */
  deployments: number;
  /** Releases that reached production, a week. */
  releasesAWeek: number;
  /** Median seconds from a release's commit to the end of each update that brought it to production. */
  leadSeconds?: number;
  /** Share of the deployments that failed or were rolled back, 0 to 1. */
  failureRate?: number;
  /** Median seconds from the end of such a deployment to the end of the stack's next good update. */
  recoverySeconds?: number;
}

/** What each figure is, for people. */
export const definitions: readonly (readonly [name: string, definition: string])[] = [
  ["Deployment frequency", "releases that reached a production stack, a week"],
  [
    "Lead time for changes",
    "median time from a release's commit to the end of each update that brought it to production",
  ],
  ["Change failure rate", "share of production deployments that failed, or that a rollback followed"],
  [
    "Failed deployment recovery time",
    "median time from the end of such a deployment to the end of the next good update",
  ],
];

const DAY = 86_400;

/**
 * @param events of all stacks, the newest first
 * @param committed when a commit was made, milliseconds since 1970; undefined where this clone does not have it
 */
export function deliveryOf(
  events: readonly HistoryEvent[],
  production: ReadonlySet<string>,
  committed: (commit: string) => number | undefined,
): Delivery {
  const own = events.filter(({ stack, what }) => production.has(stack) && what !== "other");
  const deployments = own.filter(({ what, partial }) => what === "release" && !partial);
  const good = deployments.filter(({ result }) => result === "succeeded");
  const failed = deployments.filter((event) => event.result !== "succeeded" || isRolledBack(event, own));
  const days = Math.max(spanOf(own) / DAY, 1);
  const releases = new Set(good.map(({ release, commit }) => release ?? commit));
  const lead = good.flatMap(({ commit, end }) => {
    const at = commit === undefined ? undefined : committed(commit);
    return at === undefined ? [] : [(Date.parse(end) - at) / 1000];
  });
  const recovery = failed.flatMap((event) => {
    const next = after(event, own).findLast(({ result, partial }) => result === "succeeded" && !partial);
    return next ? [(Date.parse(next.end) - Date.parse(event.end)) / 1000] : [];
  });
  return {
    ...{ days: Math.round(days), deployments: deployments.length },
    releasesAWeek: (releases.size * 7) / days,
    ...medianAs("leadSeconds", lead),
    ...(deployments.length > 0 && { failureRate: failed.length / deployments.length }),
    ...medianAs("recoverySeconds", recovery),
  };
}

/** The stack's later events, the newest first. */
function after({ stack, version }: HistoryEvent, events: readonly HistoryEvent[]): HistoryEvent[] {
  return events.filter((event) => event.stack === stack && event.version > version);
}

/** The next update that is not of settings alone rolls it back. */
function isRolledBack(event: HistoryEvent, events: readonly HistoryEvent[]): boolean {
  return after(event, events).findLast(({ what }) => what !== "settings")?.what === "rollback";
}

function spanOf(events: readonly HistoryEvent[]): number {
  const ends = events.map(({ end }) => Date.parse(end) / 1000);
  return ends.length === 0 ? 0 : Math.max(...ends) - Math.min(...ends);
}

function medianAs<Name extends string>(name: Name, values: readonly number[]): { [key in Name]?: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) return {};
  return { [name]: (low + high) / 2 } as { [key in Name]?: number };
}
