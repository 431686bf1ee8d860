import type { Facts, Service, Stop } from "../facts.ts";

/** Milliseconds in which a service whose containers all run again may have lost each of them once. */
const recentMs = 15 * 60_000;

/** Whether as many tasks run as ECS is asked for. */
export const whole = ({ running, desired }: Service): boolean => running >= desired;

/**
 * Stops that are evidence of what is wrong now: not of a container that was lost and replaced since, nor of what happened
 * long before a service's last stop.
 */
export function tellingStops(facts: Facts): Stop[] {
  const { services, stops, change } = facts;
  const updateFailedAt = change && change.result !== "succeeded" ? Date.parse(change.endTime) : undefined;
  return services.flatMap((service) => {
    const all = stops.filter((stop) => stop.service === service.name);
    const last = all[0] ? Date.parse(all[0].at) : 0;
    const own = all.filter(({ at }) => last - Date.parse(at) < recentMs);
    const failed = own.filter((stop) => Date.parse(facts.at) - Date.parse(stop.at) < recentMs && bad(stop));
    const again = failed.length > Math.max(2, service.desired);
    const duringUpdate = updateFailedAt !== undefined && Math.abs(updateFailedAt - last) < recentMs;
    return !whole(service) || service.failedDeployments.length > 0 || again || duringUpdate ? own : [];
  });
}

/** It failed to start, or exited with a code other than 0. */
export const bad = ({ code, exitCodes }: Stop): boolean =>
  code === "TaskFailedToStart" || Object.values(exitCodes).some((exit) => exit !== undefined && exit !== 0);

/** One line a service and reason: how often, when last. */
export function stopLines(stops: readonly Stop[]): string[] {
  return [...Map.groupBy(stops, (stop) => `${stop.service} ${reasonOf(stop)}`).values()].flatMap((same) => {
    const [newest] = same;
    return newest ? [`${same.length} × ${newest.service}, last at ${newest.at}: ${reasonOf(newest)}`] : [];
  });
}

function reasonOf({ reason, exitCodes }: Stop): string {
  const codes = Object.entries(exitCodes).flatMap(([name, code]) => (code === undefined ? [] : [`${name} ${code}`]));
  return codes.length > 0 ? `${reason} (exit code of ${codes.join(", ")})` : reason;
}

/** The services of the stops, each once, in words. */
export const servicesOf = (stops: readonly Stop[]): string =>
  [...new Set(stops.map(({ service }) => service))].join(" and ");
