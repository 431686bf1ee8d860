import { randomInt } from "node:crypto";
import type { ServiceDeployment, ServiceState } from "./model.ts";

/** A service's deployments since the twin has it, as ECS lists them (AmazonECS/latest/developerguide/service-deployment.html). */
const kept = 20;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Another one begins; one that is still on its way stops. */
export function enter(service: ServiceState, target: string, now: string): void {
  advance(service, "STOPPED");
  const id = Array.from({ length: 21 }, () => letters[randomInt(letters.length)]).join("");
  const source = service.lastCompleted?.id;
  const times = { createdAt: now, updatedAt: now };
  const entry: ServiceDeployment = { id, status: "IN_PROGRESS", target, ...(source && { source }), ...times };
  service.history = [...(service.history ?? []), entry].slice(-kept);
}

/** The newest one comes further; what has ended stays so, but that a failed one may roll back. */
export function advance(
  service: ServiceState,
  status: ServiceDeployment["status"],
  more: Pick<ServiceDeployment, "statusReason" | "rollback"> = {},
): void {
  const newest = service.history?.at(-1);
  if (!newest || !(newest.status.endsWith("IN_PROGRESS") || status === "ROLLBACK_IN_PROGRESS")) return;
  const updatedAt = new Date().toISOString();
  Object.assign(newest, { status, ...more, updatedAt });
  if (status.endsWith("IN_PROGRESS")) delete newest.finishedAt;
  else newest.finishedAt = updatedAt;
}
