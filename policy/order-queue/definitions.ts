/** What the service's containers take from their task definitions. */
import { type Container, environmentOf } from "../fargate/definitions.ts";

/** What service/main.ts runs: a container is named after its role, which is its command too. */
export const roles = ["ingest", "dispatch", "canary"] as const;
export type Role = (typeof roles)[number];

/** Names of containers beside the service's own. The rules on every container judge them, those on a role do not. */
export const sidecars: readonly string[] = [];

/** Undefined for a container that is not the service's. */
export function roleOf({ name }: Container): Role | undefined {
  return roles.find((role) => role === name);
}

/** Dispatch is the one that posts to ERPs. */
export function isDispatch(container: Container): boolean {
  return roleOf(container) === "dispatch";
}

/** What a container uses where its environment does not say; a test compares them with service/settings.ts. */
export const serviceDefaults = {
  ERP_TIMEOUT_MS: 10_000,
  ERP_ATTEMPTS: 3,
  RECEIVE_WAIT_SECONDS: 5,
  STOP_TIMEOUT_SECONDS: 25,
};
/** Seconds (service/backoff.ts). */
const longestWait = 15;
const queueCalls = 10;
/** Seconds: a request may take 15 s to arrive, and ingest looks for slower ones every 5 s (service/ingest.ts). */
export const longestRequest = 20;

/** A number in a container's environment, or the service's default for it. */
export function setting(container: Container, name: keyof typeof serviceDefaults): number {
  return Number(environmentOf(container)[name] ?? serviceDefaults[name]);
}

/** Seconds for which dispatch may work on one order: all attempts at its ERP, the waits between them, the queue's calls. */
export function processingSeconds(container: Container): number {
  const attempts = setting(container, "ERP_ATTEMPTS");
  return attempts * erpSeconds(container) + (attempts - 1) * longestWait + queueCalls;
}

/** Seconds that a container may need to stop: what is under way is finished, nothing new is begun. */
export function drainingSeconds(role: Role, container: Container): number {
  const needed: Record<Role, number> = {
    ingest: longestRequest,
    dispatch: Math.max(erpSeconds(container), setting(container, "RECEIVE_WAIT_SECONDS")) + queueCalls,
    // It drops the order that it has under way.
    canary: 0,
  };
  return needed[role];
}

function erpSeconds(container: Container): number {
  return setting(container, "ERP_TIMEOUT_MS") / 1000;
}
