/** Rules about containers, their images and what AWS denies them. */
import type { Facts } from "../facts.ts";
import { type Found, rollback } from "./rule.ts";
import { bad, servicesOf, stopLines, tellingStops, whole } from "./stops.ts";

/** Stops with CannotPullContainer: the digest is not in the registry of the region. */
export function imageGone(facts: Facts): Found {
  const stops = tellingStops(facts).filter(({ reason }) => reason.includes("CannotPullContainer"));
  if (stops.length === 0) return undefined;
  return {
    what: `The image of ${servicesOf(stops)} cannot be pulled.`,
    evidence: stopLines(stops),
    fix:
      "check whether ECR has the digest in this region (aws ecr describe-images --repository-name order-queue); " +
      `${rollback(facts)} returns to a release whose image exists; a new release builds a new image.`,
  };
}

/** Stops with TaskFailedToStart, but for the image: a secret, the log group, a route or a permission is missing. */
export function cannotStart(facts: Facts): Found {
  const stops = tellingStops(facts).filter(
    ({ code, reason }) => code === "TaskFailedToStart" && !reason.includes("CannotPullContainer"),
  );
  if (stops.length === 0) return undefined;
  return {
    what: `Containers of ${servicesOf(stops)} cannot start.`,
    evidence: stopLines(stops),
    fix:
      "restore what the reason names: a secret, the log group, the route to AWS's endpoints, or a permission of the " +
      `execution role; if the last update removed it, ${rollback(facts)}.`,
  };
}

/** Stops with EssentialContainerExited and an exit code other than 0. */
export function crashLoop(facts: Facts): Found {
  const stops = tellingStops(facts).filter((stop) => stop.code === "EssentialContainerExited" && bad(stop));
  if (stops.length === 0) return undefined;
  const killed = stops.every(({ exitCodes }) => Object.values(exitCodes).includes(137));
  return {
    what: `Containers of ${servicesOf(stops)} exit repeatedly.`,
    evidence: stopLines(stops),
    fix: killed
      ? "raise their memory: exit code 137 is SIGKILL, most often out of memory."
      : `read the last lines of their log (aws logs tail); if the last update caused it, ${rollback(facts)}.`,
  };
}

/** Stops after failed health checks, and unhealthy targets of the load balancers. */
export function healthChecksFail(facts: Facts): Found {
  const stops = tellingStops(facts).filter(({ reason }) => /failed .*health checks/i.test(reason));
  const unhealthy = facts.targets.filter(({ state }) => state === "unhealthy");
  if (stops.length === 0 && unhealthy.length === 0) return undefined;
  const of = stops.length > 0 ? servicesOf(stops) : [...new Set(unhealthy.map(({ group }) => group))].join(" and ");
  return {
    what: `Containers of ${of} fail their health checks.`,
    evidence: [
      ...unhealthy.map(({ group, target, reason }) => `${group}, target ${target}: ${reason}`),
      ...stopLines(stops),
    ],
    fix:
      "after a time-out or a refused connection, check the security groups and whether the container hangs; after a " +
      `status code, read the container's log; if the last update caused it, ${rollback(facts)}.`,
  };
}

/** Calls of AWS that containers were denied. */
export function accessDenied({ denied }: Facts): Found {
  if (denied.length === 0) return undefined;
  return {
    what: `AWS denies calls of ${denied.map(({ service }) => service).join(" and ")}.`,
    evidence: denied.map(({ service, message, at }) => `${service}, ${at}: ${message}`),
    fix: "allow the action that the message names, in infra/roles.ts, the queue's policy or the endpoints' policies.",
  };
}

/** Stops with UserInitiated: a call of StopTask, not of ECS itself. */
export function stoppedManually(facts: Facts): Found {
  const stops = tellingStops(facts).filter(({ code }) => code === "UserInitiated");
  if (stops.length === 0) return undefined;
  return {
    what: `Manual stop of containers of ${servicesOf(stops)}.`,
    evidence: stopLines(stops),
    fix: "none needed, ECS starts new ones; CloudTrail (StopTask) has who stopped them.",
  };
}

/** Services of the stack that ECS does not have. */
export function serviceMissing({ stack, services }: Facts): Found {
  const missing = services.filter(({ events }) => events.includes("ECS has no such service"));
  if (missing.length === 0) return undefined;
  return {
    what: "A service of the stack does not exist at ECS.",
    evidence: missing.map(({ name }) => `${name}: ECS has no such service`),
    fix: `pulumi refresh -s ${stack}, then pulumi up -s ${stack} creates it again.`,
  };
}

/** ECS rolls back by itself, and an update that did not wait for it looks as if it had succeeded. */
export function rolledBackByEcs(facts: Facts): Found {
  const { image } = facts.release.here;
  const other = facts.services.filter(({ images }) => image !== undefined && images.some((digest) => digest !== image));
  const failed = facts.services.filter(({ failedDeployments }) => failedDeployments.length > 0);
  if (other.length === 0 && failed.length === 0) return undefined;
  return {
    what: "ECS rolled a deployment back: the running image is not the stack's.",
    evidence: [
      ...failed.flatMap(({ name, failedDeployments }) => failedDeployments.map((reason) => `${name}: ${reason}`)),
      ...other.map(({ name, images }) => `${name} runs ${images.join(", ")}, the stack has ${image}`),
    ],
    fix: `find out why its containers stopped, then ${rollback(facts)}.`,
  };
}

/** Services that run fewer tasks than desired. */
export function tooFewContainers({ services }: Facts): Found {
  const lacking = services.filter((service) => !whole(service));
  if (lacking.length === 0) return undefined;
  return {
    what: `Fewer containers of ${lacking.map(({ name }) => name).join(" and ")} run than desired.`,
    evidence: lacking.flatMap(({ name, running, desired, pending, events }) => [
      `${name}: ${running} of ${desired} run, ${pending} start`,
      ...events.slice(0, 2),
    ]),
    fix: "resolve what ECS's messages name.",
  };
}
